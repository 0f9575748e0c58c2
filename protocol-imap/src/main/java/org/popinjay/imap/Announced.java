package org.popinjay.imap;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.popinjay.config.ImapConfig;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.Capability.When;
import org.popinjay.mailstore.StoreTraits;

/// What is announced when (RFC 9051, section 7.2.2): nothing that would not work, in the order of
/// [Capability]. Made once for all connections.
public final class Announced {
  private final Set<Capability> switchedOn;
  private final List<String> beforeSignIn;
  private final List<String> beforeSignInWithoutPasswords;
  private final List<String> afterSignIn;

  /// @param settings what an operator switched off
  /// @param mechanisms SASL mechanisms that are offered; all there are so far carry a password
  /// @param traits what the store can
  /// @param appendOctetsMax longest message that may be appended
  public Announced(
      ImapConfig settings, List<String> mechanisms, StoreTraits traits, long appendOctetsMax) {
    switchedOn =
        Set.copyOf(
            Capability.closed(
                capability -> isBuilt(capability, traits) && isOn(capability, settings)));
    beforeSignIn = names(capability -> before(capability, mechanisms, true), appendOctetsMax);
    beforeSignInWithoutPasswords =
        names(capability -> before(capability, mechanisms, false), appendOctetsMax);
    afterSignIn = names(capability -> capability.when() != When.BEFORE_SIGN_IN, appendOctetsMax);
  }

  /// Extensions whose commands are known.
  public Set<Capability> switchedOn() {
    return switchedOn;
  }

  /// Before sign-in.
  ///
  /// @param passwordsAllowed whether a password may come on this connection
  public List<String> beforeSignIn(boolean passwordsAllowed) {
    return passwordsAllowed ? beforeSignIn : beforeSignInWithoutPasswords;
  }

  /// After sign-in.
  public List<String> afterSignIn() {
    return afterSignIn;
  }

  private interface Condition {
    boolean holds(Capability capability);
  }

  private List<String> names(Condition condition, long appendOctetsMax) {
    return EnumSet.allOf(Capability.class).stream()
        .filter(switchedOn::contains)
        .filter(condition::holds)
        .map(capability ->
            capability == Capability.APPENDLIMIT
                ? capability.word() + "=" + appendOctetsMax
                : capability.word())
        .toList();
  }

  private static boolean before(
      Capability capability, List<String> mechanisms, boolean passwordsAllowed) {
    return switch (capability) {
      case LOGINDISABLED -> !passwordsAllowed;
      case AUTH_PLAIN -> passwordsAllowed && mechanisms.contains("PLAIN");
      case AUTH_LOGIN -> passwordsAllowed && mechanisms.contains("LOGIN");
      default -> capability.when() == When.ALWAYS;
    };
  }

  private static boolean isOn(Capability capability, ImapConfig settings) {
    return switch (capability) {
      case LITERAL_PLUS -> settings.literal() == ImapConfig.Literal.PLUS;
      case LITERAL_MINUS -> settings.literal() == ImapConfig.Literal.MINUS;
      default -> settings.switchedOn(capability.word());
    };
  }

  private static boolean isBuilt(Capability capability, StoreTraits traits) {
    return switch (capability) {
      case STARTTLS, AUTH_SCRAM_SHA_256 -> false;
      case CONDSTORE, QRESYNC -> traits.keepsModSeq();
      default -> true;
    };
  }
}
