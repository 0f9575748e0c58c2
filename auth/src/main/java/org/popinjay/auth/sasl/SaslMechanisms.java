package org.popinjay.auth.sasl;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.ScramDigest;
import org.popinjay.auth.StoredForm;
import org.popinjay.config.AuthConfig.Mechanism;

/// The mechanisms that are offered, in the order they are announced.
///
/// One is offered where it can succeed: where it is configured, the connection allows it, and the
/// passwords of all users are stored in the form it needs. To add one, write its class and its line
/// in `built`.
public final class SaslMechanisms {
  private static final int NAME_LONGEST = 20;
  private static final int CHALLENGE_BITS = 128;

  private final List<Built> offered;
  private final boolean apop;
  private final Authenticator users;
  private final RandomGenerator random;

  /// What came of the wish for a mechanism.
  public sealed interface Start {}

  /// It runs.
  ///
  /// @param mechanism its name in capitals
  public record Started(String mechanism, SaslExchange exchange) implements Start {}

  /// It would show a password to those who listen.
  public record NotPrivate() implements Start {}

  /// There is none of that name here.
  public record NoSuchMechanism() implements Start {}

  /// A mechanism.
  ///
  /// @param form in which it needs the passwords of all users
  /// @param possible where it makes sense, privacy apart
  /// @param showsPassword whether it may run only where passwords may be sent as they are
  private record Built(
      Mechanism name,
      StoredForm form,
      boolean showsPassword,
      Predicate<SaslSurroundings> possible,
      Making making) {}

  /// Starts an exchange.
  private interface Making {
    SaslExchange make(SaslSurroundings surroundings);
  }

  /// @param configured `auth.mechanisms`
  /// @param users who knows them
  public SaslMechanisms(List<Mechanism> configured, Authenticator users) {
    this(configured, users, new SecureRandom());
  }

  /// @param random a secure source, for challenges
  SaslMechanisms(List<Mechanism> configured, Authenticator users, RandomGenerator random) {
    this.users = users;
    this.random = random;
    this.apop = configured.contains(Mechanism.APOP);
    this.offered =
        configured.stream()
            .filter(mechanism -> mechanism != Mechanism.APOP)
            .distinct()
            .map(this::built)
            .toList();
  }

  /// The mechanisms of the settings, and after each of SCRAM the one that binds the channel.
  public static List<Mechanism> withChannelBinding(List<Mechanism> configured) {
    return configured.stream()
        .flatMap(mechanism ->
            switch (mechanism) {
              case SCRAM_SHA_1 -> Stream.of(mechanism, Mechanism.SCRAM_SHA_1_PLUS);
              case SCRAM_SHA_256 -> Stream.of(mechanism, Mechanism.SCRAM_SHA_256_PLUS);
              default -> Stream.of(mechanism);
            })
        .distinct()
        .toList();
  }

  private Built built(Mechanism name) {
    return switch (name) {
      case PLAIN -> password(name, _ -> new Plain());
      case LOGIN -> password(name, _ -> new Login());
      case SCRAM_SHA_1, SCRAM_SHA_1_PLUS -> scram(name, ScramDigest.SHA_1);
      case SCRAM_SHA_256, SCRAM_SHA_256_PLUS -> scram(name, ScramDigest.SHA_256);
      case EXTERNAL ->
          other(
              name,
              StoredForm.ANY,
              at -> at.certificateName().isPresent(),
              at -> new External(at.certificateName().orElseThrow()));
      case CRAM_MD5 ->
          other(name, StoredForm.CLEAR, _ -> true, at -> new CramMd5(challenge(at.host())));
      case APOP -> throw new IllegalArgumentException("APOP is no mechanism but a command");
      case ANONYMOUS ->
          other(
              name,
              StoredForm.ANY,
              _ -> users.anonymousUser().isPresent(),
              _ -> new Anonymous(users.anonymousUser().orElseThrow()));
    };
  }

  private static Built password(Mechanism name, Making making) {
    return new Built(name, StoredForm.ANY, true, _ -> true, making);
  }

  private static Built other(
      Mechanism name, StoredForm form, Predicate<SaslSurroundings> possible, Making making) {
    return new Built(name, form, false, possible, making);
  }

  private Built scram(Mechanism name, ScramDigest digest) {
    boolean plus = name.toString().endsWith("-PLUS");
    return other(
        name,
        digest.form(),
        at -> !plus || !at.binding().types().isEmpty(),
        at ->
            new Scram(
                plus,
                names(at).contains(digest.mechanism() + "-PLUS"),
                at.binding(),
                user -> users.scramKeys(user, digest, at.origin(name.toString())),
                Scram.nonce(random)));
  }

  /// Names to announce.
  public List<String> names(SaslSurroundings at) {
    return offered.stream()
        .filter(mechanism -> isOffered(mechanism, at))
        .filter(mechanism -> at.passwordsAllowed() || !mechanism.showsPassword())
        .map(mechanism -> mechanism.name().toString())
        .toList();
  }

  private boolean isOffered(Built mechanism, SaslSurroundings at) {
    return mechanism.possible().test(at) && users.serves(mechanism.form());
  }

  /// Starts the exchange of a mechanism that a client named, in letters of any case.
  public Start start(String name, SaslSurroundings at) {
    var found =
        isName(name)
            ? offered.stream()
                .filter(mechanism -> mechanism.name().toString().equalsIgnoreCase(name))
                .filter(mechanism -> isOffered(mechanism, at))
                .findFirst()
            : Optional.<Built>empty();
    if (found.isEmpty()) {
      return new NoSuchMechanism();
    }
    return found.get().showsPassword() && !at.passwordsAllowed()
        ? new NotPrivate()
        : new Started(found.get().name().toString(), found.get().making().make(at));
  }

  /// The timestamp of a greeting that announces APOP (RFC 1939, section 7), if it is offered: never
  /// the same twice.
  public Optional<String> apopTimestamp(String host) {
    return apop && users.serves(StoredForm.CLEAR) ? Optional.of(challenge(host)) : Optional.empty();
  }

  /// In the form of a message id.
  private String challenge(String host) {
    var octets = new byte[CHALLENGE_BITS / 8];
    random.nextBytes(octets);
    return "<" + new BigInteger(1, octets) + "@" + host + ">";
  }

  /// Whether this could be the name of a mechanism: 1 to 20 letters, digits, hyphens and
  /// underscores (RFC 4422, section 3.1).
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > NAME_LONGEST) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }
}
