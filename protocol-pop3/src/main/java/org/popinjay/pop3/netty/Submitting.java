package org.popinjay.pop3.netty;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.CleartextPolicy;
import org.popinjay.config.AuthConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.Submissions;
import org.popinjay.pop3.Submissions.Submission;
import org.popinjay.pop3.command.ParseResult.Mail;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.Intake;
import org.popinjay.wire.SessionEvents.Limit;

/// The messages that one session sends by XTND XMIT, one after the other.
///
/// From the command on nothing is read until it is known whether a message follows, so that no line
/// of one is taken for a command. A message is kept until its end has come, and only then is
/// anything started. Belongs to whoever runs the session's commands, but for [#await].
final class Submitting {
  private final Pop3Service service;
  private final Connection connection;
  private final CrlfLineDecoder decoder;
  private final Submissions submissions;
  private final AccountOwner sender;

  private @Nullable Submission message;

  /// Whether all of it could be kept so far.
  private boolean whole;

  /// @param submissions sends what this session may send
  Submitting(
      Pop3Service service,
      Connection connection,
      CrlfLineDecoder decoder,
      Submissions submissions,
      AccountOwner sender) {
    this.service = service;
    this.connection = connection;
    this.decoder = decoder;
    this.submissions = submissions;
    this.sender = sender;
  }

  /// The command has come. On the event loop.
  void await() {
    connection.intake().pause(Intake.Reason.MESSAGE);
  }

  /// Begins a message, or says why not. May block on the disk.
  SingleLine begin() {
    var refusal = refusal();
    if (refusal == null) {
      message = submissions.begin(sender).orElse(null);
      whole = true;
    }
    boolean begun = message != null;
    connection
        .loop()
        .execute(() -> {
          if (begun) {
            decoder.readOctetsBy(new MailReader(submissions.octetsMax()));
          }
          connection.intake().resume(Intake.Reason.MESSAGE);
        });
    if (refusal != null) {
      return refusal;
    }
    return begun ? Wording.SEND_MESSAGE : Wording.MESSAGE_NOT_SENT;
  }

  private @Nullable Err refusal() {
    if (!submissions.enabled()) {
      return Wording.NO_SUBMISSION;
    }
    var trusted =
        new CleartextPolicy(
            AuthConfig.Cleartext.LOOPBACK, service.facilities().cleartext().networks());
    if (!trusted.allows(connection.address(), connection.encrypted())) {
      return Wording.SUBMISSION_NEEDS_TLS;
    }
    if (!submissions.admits(sender.name())) {
      connection.limitReached(Limit.SUBMISSION);
      return Wording.TOO_MANY_SUBMISSIONS;
    }
    return null;
  }

  /// Takes a piece of the message; sends it at its end. Blocks.
  ///
  /// @return the answer, at the end
  @Nullable SingleLine take(Mail mail) {
    var current = message;
    if (current == null) {
      throw new IllegalStateException("a piece of no message");
    }
    whole = whole && current.write(ByteBuffer.wrap(mail.octets().octets()));
    mail.octets().wipe();
    return switch (mail.progress()) {
      case MORE -> null;
      case COMPLETE ->
          current.tooManyRecipients()
              ? refused(Wording.TOO_MANY_RECIPIENTS)
              : sent(whole && current.send());
      case EXCESSIVE, ENDLESS -> refused(Wording.MESSAGE_TOO_LONG);
    };
  }

  private SingleLine sent(boolean done) {
    close();
    return done ? Wording.MESSAGE_SENT : Wording.MESSAGE_NOT_SENT;
  }

  private Err refused(Err answer) {
    connection.limitReached(Limit.SUBMISSION);
    close();
    return answer;
  }

  /// Forgets a message that did not come to its end.
  void close() {
    var current = message;
    message = null;
    if (current != null) {
      service.facilities().threads().execute(current::close);
    }
  }
}
