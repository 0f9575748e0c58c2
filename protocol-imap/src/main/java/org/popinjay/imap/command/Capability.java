package org.popinjay.imap.command;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What the server can, one constant an extension, in the order in which they are announced: that
/// what old clients look for comes first, and that the line stays the same between releases.
public enum Capability {
  /// RFC 3501, section 1.
  IMAP4REV1("IMAP4rev1", When.ALWAYS),
  /// RFC 9051, section 6.2.1: only where there is TLS to turn to.
  STARTTLS("STARTTLS", When.BEFORE_SIGN_IN),
  /// RFC 9051, section 6.2.3: only where LOGIN would be refused.
  LOGINDISABLED("LOGINDISABLED", When.BEFORE_SIGN_IN),
  /// RFC 4616, section 2: only where passwords may be sent as they are.
  AUTH_PLAIN("AUTH=PLAIN", When.BEFORE_SIGN_IN),
  /// The mechanism that no RFC describes: only where passwords may be sent as they are. How
  /// mechanisms are announced is in RFC 9051, section 7.2.2.
  AUTH_LOGIN("AUTH=LOGIN", When.BEFORE_SIGN_IN),
  /// RFC 7677, section 3: only where the users' secrets allow it.
  AUTH_SCRAM_SHA_256("AUTH=SCRAM-SHA-256", When.BEFORE_SIGN_IN),
  /// RFC 7677, section 3: only where there is TLS to be bound to (RFC 5802, section 6).
  AUTH_SCRAM_SHA_256_PLUS("AUTH=SCRAM-SHA-256-PLUS", When.BEFORE_SIGN_IN),
  /// RFC 5802, section 4: only where the users' secrets allow it.
  AUTH_SCRAM_SHA_1("AUTH=SCRAM-SHA-1", When.BEFORE_SIGN_IN),
  /// RFC 5802, section 6: only where there is TLS to be bound to.
  AUTH_SCRAM_SHA_1_PLUS("AUTH=SCRAM-SHA-1-PLUS", When.BEFORE_SIGN_IN),
  /// RFC 4422, section 3.8 and appendix A: only for clients with a certificate that was verified.
  AUTH_EXTERNAL("AUTH=EXTERNAL", When.BEFORE_SIGN_IN),
  /// RFC 2195, section 2: only where the passwords are stored in the clear.
  AUTH_CRAM_MD5("AUTH=CRAM-MD5", When.BEFORE_SIGN_IN),
  /// RFC 4505, section 2: only where there is mail for strangers.
  AUTH_ANONYMOUS("AUTH=ANONYMOUS", When.BEFORE_SIGN_IN),
  /// RFC 4959, section 3.
  SASL_IR("SASL-IR", When.ALWAYS),
  /// RFC 2971, section 3.
  ID("ID", When.ALWAYS),
  /// RFC 7888, section 3; never with the next.
  LITERAL_PLUS("LITERAL+", When.ALWAYS),
  /// RFC 7888, section 5.
  LITERAL_MINUS("LITERAL-", When.ALWAYS),
  /// RFC 5161, section 3.
  ENABLE("ENABLE", When.ALWAYS),
  /// RFC 2177, section 3. Before sign-in too, where some gateways look for it.
  IDLE("IDLE", When.ALWAYS),
  /// RFC 2342, section 5.
  NAMESPACE("NAMESPACE", When.AFTER_SIGN_IN),
  /// RFC 3348, section 3.
  CHILDREN("CHILDREN", When.AFTER_SIGN_IN),
  /// RFC 4315, section 2.
  UIDPLUS("UIDPLUS", When.AFTER_SIGN_IN),
  /// RFC 3691, section 2.
  UNSELECT("UNSELECT", When.AFTER_SIGN_IN),
  /// RFC 6851, section 3.
  MOVE("MOVE", When.AFTER_SIGN_IN),
  /// RFC 6154, section 2.
  SPECIAL_USE("SPECIAL-USE", When.AFTER_SIGN_IN),
  /// RFC 5258, section 3.
  LIST_EXTENDED("LIST-EXTENDED", When.AFTER_SIGN_IN),
  /// RFC 5819, section 2.
  LIST_STATUS("LIST-STATUS", When.AFTER_SIGN_IN),
  /// RFC 8438, section 3.
  STATUS_SIZE("STATUS=SIZE", When.AFTER_SIGN_IN),
  /// RFC 4731, section 3.
  ESEARCH("ESEARCH", When.AFTER_SIGN_IN),
  /// RFC 5032, section 2.
  WITHIN("WITHIN", When.AFTER_SIGN_IN),
  /// RFC 3502, section 6.3.11.
  MULTIAPPEND("MULTIAPPEND", When.AFTER_SIGN_IN),
  /// RFC 7162, section 3.1.
  CONDSTORE("CONDSTORE", When.AFTER_SIGN_IN),
  /// RFC 7162, section 3.2.
  QRESYNC("QRESYNC", When.AFTER_SIGN_IN),
  /// RFC 7889, section 2: announced with the number.
  APPENDLIMIT("APPENDLIMIT", When.AFTER_SIGN_IN),
  /// RFC 4978, section 3: not before sign-in, so that strangers cannot have anything inflated.
  COMPRESS_DEFLATE("COMPRESS=DEFLATE", When.AFTER_SIGN_IN);

  /// When something is announced, if it is there at all.
  public enum When {
    /// In every state.
    ALWAYS,
    /// Until somebody is signed in, and then only on a condition of its own.
    BEFORE_SIGN_IN,
    /// Once somebody is signed in.
    AFTER_SIGN_IN
  }

  private static final String MECHANISM = "AUTH=";

  private final String word;
  private final When when;

  Capability(String word, When when) {
    this.word = word;
    this.when = when;
  }

  /// The name on the wire, without a value.
  public String word() {
    return word;
  }

  /// The SASL mechanism that it announces, if that is what it does.
  public Optional<String> mechanism() {
    return word.startsWith(MECHANISM)
        ? Optional.of(word.substring(MECHANISM.length()))
        : Optional.empty();
  }

  /// When it is announced.
  public When when() {
    return when;
  }

  /// Those without which it makes no sense.
  public Set<Capability> needs() {
    return switch (this) {
      case LIST_STATUS -> EnumSet.of(LIST_EXTENDED);
      case QRESYNC -> EnumSet.of(CONDSTORE, ENABLE);
      default -> EnumSet.noneOf(Capability.class);
    };
  }

  /// The capability of a name, in any case.
  public static Optional<Capability> of(String word) {
    var capital = word.toUpperCase(Locale.ROOT);
    for (var capability : values()) {
      if (capability.word.toUpperCase(Locale.ROOT).equals(capital)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }

  /// Those that are on, together with what they need: what needs one that is off is off too.
  public static Set<Capability> closed(Predicate<Capability> on) {
    var all = EnumSet.noneOf(Capability.class);
    for (var capability : values()) {
      if (on.test(capability)) {
        all.add(capability);
      }
    }
    while (all.removeIf(capability -> !all.containsAll(capability.needs()))) {}
    return all;
  }
}
