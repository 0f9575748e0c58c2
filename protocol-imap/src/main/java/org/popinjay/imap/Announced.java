package org.popinjay.imap;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.popinjay.config.ImapConfig;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.Capability.When;
import org.popinjay.mailstore.StoreTraits;

/// What is announced when (RFC 9051, section 7.2.2): nothing that would not work, in the order of
/// [Capability]. Made once for all connections.
public final class Announced {
  private final Set<Capability> switchedOn;
  private final Map<Door, List<String>> beforeSignIn = new ConcurrentHashMap<>();
  private final List<String> afterSignIn;
  private final long appendOctetsMax;

  /// Where a client stands that has not signed in.
  private record Door(boolean passwordsAllowed, boolean upgradable, List<String> mechanisms) {}

  /// @param settings what an operator switched off
  /// @param traits what the store can
  /// @param appendOctetsMax longest message that may be appended
  public Announced(ImapConfig settings, StoreTraits traits, long appendOctetsMax) {
    this.appendOctetsMax = appendOctetsMax;
    switchedOn =
        Set.copyOf(
            Capability.closed(
                capability -> isBuilt(capability, traits) && isOn(capability, settings)));
    afterSignIn = names(capability -> capability.when() != When.BEFORE_SIGN_IN);
  }

  /// Extensions whose commands are known.
  public Set<Capability> switchedOn() {
    return switchedOn;
  }

  /// Before sign-in.
  ///
  /// @param passwordsAllowed whether a password may come on this connection
  /// @param upgradable whether the client may ask for TLS
  /// @param mechanisms of SASL that would work on it
  public List<String> beforeSignIn(
      boolean passwordsAllowed, boolean upgradable, List<String> mechanisms) {
    return beforeSignIn.computeIfAbsent(
        new Door(passwordsAllowed, upgradable, mechanisms),
        door -> names(capability -> before(capability, door)));
  }

  /// After sign-in.
  public List<String> afterSignIn() {
    return afterSignIn;
  }

  private interface Condition {
    boolean holds(Capability capability);
  }

  private List<String> names(Condition condition) {
    return EnumSet.allOf(Capability.class).stream()
        .filter(switchedOn::contains)
        .filter(condition::holds)
        .map(capability ->
            capability == Capability.APPENDLIMIT
                ? capability.word() + "=" + appendOctetsMax
                : capability.word())
        .toList();
  }

  private static boolean before(Capability capability, Door door) {
    return switch (capability) {
      case STARTTLS -> door.upgradable;
      case LOGINDISABLED -> !door.passwordsAllowed;
      default ->
          capability.mechanism().map(door.mechanisms::contains).orElse(false)
              || capability.when() == When.ALWAYS;
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
      case CONDSTORE, QRESYNC -> traits.keepsModSeq();
      default -> true;
    };
  }
}
