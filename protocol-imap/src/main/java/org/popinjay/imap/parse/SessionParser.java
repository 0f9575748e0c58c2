package org.popinjay.imap.parse;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.wire.SaslLine;
import org.popinjay.wire.SessionEvents.Limit;

/// Commands that are about the session and no mailbox: AUTHENTICATE, LOGIN, ID, ENABLE, COMPRESS.
final class SessionParser {
  private static final int MECHANISM_CHARS_MAX = 20;

  // What RFC 2971, section 3.3, allows.
  private static final int FIELDS_MAX = 30;
  private static final int FIELD_NAME_OCTETS_MAX = 30;
  private static final int FIELD_VALUE_OCTETS_MAX = 1024;

  private SessionParser() {}

  /// `authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]`: RFC 9051, section 9.
  static ImapCommand authenticate(ImapLexer in) {
    in.gap();
    var mechanism = in.word();
    boolean named =
        !mechanism.isEmpty()
            && mechanism.length() <= MECHANISM_CHARS_MAX
            && mechanism.chars().allMatch(SessionParser::mechanismChar);
    if (!named) {
      in.expected("a mechanism");
    }
    @Nullable SaslLine initial = null;
    if (in.more()) {
      in.belongsTo(Capability.SASL_IR);
      initial = new SaslLine(in.astring());
    }
    return new ImapCommand.Authenticate(mechanism, initial);
  }

  /// RFC 4422, section 3.1.
  private static boolean mechanismChar(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  /// `login = "LOGIN" SP userid SP password`: RFC 9051, section 9.
  static ImapCommand login(ImapLexer in) {
    in.gap();
    var user = in.utf8(in.astring());
    in.gap();
    return new ImapCommand.Login(new Credentials.Password(user, in.astring()));
  }

  /// `id = "ID" SP id-params-list`: RFC 2971, section 4.
  static ImapCommand id(ImapLexer in) {
    in.gap();
    if (in.takeWord("NIL")) {
      return new ImapCommand.Id(Map.of());
    }
    var fields = new LinkedHashMap<String, String>();
    in.need('(');
    if (in.take(')')) {
      return new ImapCommand.Id(fields);
    }
    do {
      var name = idText(in, in.string(), FIELD_NAME_OCTETS_MAX);
      in.need(' ');
      var value = in.takeWord("NIL") ? "" : idText(in, in.string(), FIELD_VALUE_OCTETS_MAX);
      fields.putIfAbsent(name, value);
      in.atMost(FIELDS_MAX, fields.size(), Limit.ID, "too many fields");
    } while (in.take(' '));
    in.need(')');
    return new ImapCommand.Id(fields);
  }

  private static String idText(ImapLexer in, byte[] octets, int most) {
    in.atMost(most, octets.length, Limit.ID, "field too long");
    var text = in.utf8(octets);
    if (text.chars().anyMatch(Character::isISOControl)) {
      in.refuse("control character in a field, ending");
    }
    return text;
  }

  /// `enable = "ENABLE" 1*(SP capability)`: RFC 5161, section 4. Names that are not known here, or
  /// switched off, are let pass (RFC 5161, section 3.1).
  static ImapCommand enable(ImapLexer in) {
    var capabilities = EnumSet.noneOf(Capability.class);
    in.gap();
    do {
      var name = in.atom();
      if (name.isEmpty()) {
        in.expected("a capability");
      }
      Optional<Capability> capability = Capability.of(name);
      capability.filter(in.grammar()::has).ifPresent(capabilities::add);
    } while (in.more());
    return new ImapCommand.Enable(capabilities);
  }

  /// `compress = "COMPRESS" SP algorithm`: RFC 4978, section 6.
  static ImapCommand compress(ImapLexer in) {
    in.gap();
    if (!in.takeWord("DEFLATE")) {
      in.refuse("unknown algorithm");
    }
    return new ImapCommand.Compress();
  }
}
