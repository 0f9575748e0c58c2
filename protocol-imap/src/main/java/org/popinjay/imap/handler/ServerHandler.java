package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.Map;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;

/// Answers what concerns the connection and no mailbox.
final class ServerHandler {
  private final Map<String, String> identity;

  ServerHandler(Map<String, String> identity) {
    this.identity = identity;
  }

  /// CAPABILITY (RFC 9051, section 6.1.1).
  Outcome capability(ImapSession session, ImapOutput out) {
    out.send(new ImapResponse.Capabilities(session.capabilities()));
    return Outcome.ok("CAPABILITY completed");
  }

  /// ID (RFC 2971, section 3.1). What the client says of itself decides nothing.
  Outcome id(ImapOutput out) {
    out.send(new ImapResponse.Id(identity));
    return Outcome.ok("ID completed");
  }

  /// NAMESPACE (RFC 9051, section 6.3.10).
  Outcome namespace(ImapSession session, ImapOutput out) {
    out.send(new ImapResponse.Namespace(session.account().sharedPrefixes()));
    return Outcome.ok("NAMESPACE completed");
  }

  /// ENABLE (RFC 9051, section 6.3.1). With a mailbox open too, since clients do that.
  Outcome enable(ImapSession session, ImapCommand.Enable command, ImapOutput out) {
    var before = session.dialect();
    var names = new ArrayList<String>();
    boolean condstore = command.capabilities().contains(Capability.CONDSTORE);
    boolean qresync = command.capabilities().contains(Capability.QRESYNC);
    if (condstore && !before.condstore()) {
      names.add(Capability.CONDSTORE.word());
    }
    if (qresync && !before.qresync()) {
      names.add(Capability.QRESYNC.word());
    }
    boolean sent = out.send(new ImapResponse.Enabled(names));
    if (condstore || qresync) {
      sent = session.enableCondstore(out);
    }
    if (qresync) {
      session.speak(session.dialect().withQresync());
    }
    return sent ? Outcome.ok("ENABLE completed") : Outcome.CutOff.CUT_OFF;
  }

  /// COMPRESS DEFLATE (RFC 4978, section 3); the octets change behind the completion.
  Outcome compress(ImapSession session) {
    if (session.compressed()) {
      return Outcome.no(Plain.COMPRESSIONACTIVE, "DEFLATE is active already");
    }
    session.compress();
    return Outcome.ok("DEFLATE active");
  }

  /// LOGOUT (RFC 9051, section 6.1.3). Expunges nothing.
  Outcome logout(ImapSession session, ImapOutput out) {
    out.send(new ImapResponse.Notice(Condition.BYE, "bye"));
    session.leave();
    return Outcome.ok("LOGOUT completed");
  }
}
