package org.popinjay.pop3.response;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// The answers to CAPA: nothing is announced that would not work (RFC 2449, sections 5 and 6).
///
/// Each is made once, for all connections that stand where it is true.
public final class Capabilities {

  /// Later than any message expires.
  private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final Map<Standing, Lines> answers = new ConcurrentHashMap<>();
  private final List<Pop3Config> all;
  private final Policy strangers;
  private final Wording wording;

  /// Where a connection stands.
  private record Standing(
      boolean passwordsAllowed, boolean upgradable, List<String> mechanisms, Policy policy) {}

  /// What is announced of the rules for users.
  ///
  /// @param loginDelay as the argument of LOGIN-DELAY; empty where there is none
  /// @param expire as the argument of EXPIRE
  /// @param implementation whether the name of the server is told
  private record Policy(Optional<String> loginDelay, String expire, boolean implementation) {}

  /// @param everybody what is set
  /// @param others what is set for users who are not as everybody
  /// @param wording says whether `[AUTH]` is told (RFC 3206, section 6)
  public Capabilities(Pop3Config everybody, Collection<Pop3Config> others, Wording wording) {
    this(Stream.concat(Stream.of(everybody), others.stream()).toList(), wording);
  }

  private Capabilities(List<Pop3Config> all, Wording wording) {
    this.all = all;
    this.wording = wording;
    this.strangers = strangers(all);
  }

  /// Before sign-in the strictest of all users is told, and `USER` where that is not everybody's
  /// (RFC 2449, sections 6.5 and 6.7).
  private static Policy strangers(List<Pop3Config> all) {
    var delays = all.stream().map(Pop3Config::loginDelay).distinct().toList();
    var terms = all.stream().map(settings -> settings.expire().orElse(NEVER)).distinct().toList();
    return new Policy(
        delay(delays.stream().max(Comparator.naturalOrder()).orElseThrow())
            .map(seconds -> seconds + ofUsers(delays)),
        days(terms.stream().min(Comparator.naturalOrder()).orElseThrow()) + ofUsers(terms),
        false);
  }

  private static Policy user(Pop3Config settings) {
    return new Policy(
        delay(settings.loginDelay()), days(settings.expire().orElse(NEVER)), !settings.shy());
  }

  private static String ofUsers(List<Duration> differing) {
    return differing.size() > 1 ? " USER" : "";
  }

  /// Seconds, rounded up: a client that waits for so long is let in.
  private static Optional<String> delay(Duration delay) {
    return delay.isZero()
        ? Optional.empty()
        : Optional.of(Long.toString(delay.plusMillis(999).toSeconds()));
  }

  private static String days(Duration kept) {
    return kept.equals(NEVER) ? "NEVER" : Long.toString(kept.toDays());
  }

  /// The same in the words of a profile.
  public Capabilities in(Wording words) {
    return new Capabilities(all, words);
  }

  /// The answer in AUTHORIZATION state.
  ///
  /// @param passwordsAllowed whether a password may come on the connection
  /// @param upgradable whether the client may ask for TLS (RFC 2595, section 4)
  /// @param mechanisms of SASL that would work on it
  public Lines beforeSignIn(boolean passwordsAllowed, boolean upgradable, List<String> mechanisms) {
    return answer(new Standing(passwordsAllowed, upgradable, mechanisms, strangers));
  }

  /// The answer in TRANSACTION state.
  ///
  /// @param passwordsAllowed whether a password might have come on the connection
  /// @param mechanisms of SASL that would have worked on it
  /// @param settings what holds for the user
  public Lines afterSignIn(boolean passwordsAllowed, List<String> mechanisms, Pop3Config settings) {
    return answer(new Standing(passwordsAllowed, false, mechanisms, user(settings)));
  }

  private Lines answer(Standing standing) {
    return answers.computeIfAbsent(standing, this::lines);
  }

  private Lines lines(Standing standing) {
    var lines = new ArrayList<>(List.of("TOP", "UIDL", "RESP-CODES"));
    if (wording.tellsAuth()) {
      lines.add("AUTH-RESP-CODE");
    }
    lines.add("PIPELINING");
    if (standing.upgradable) {
      lines.add("STLS");
    }
    if (standing.passwordsAllowed) {
      lines.add("USER");
    }
    if (!standing.mechanisms.isEmpty()) {
      lines.add("SASL " + String.join(" ", standing.mechanisms));
    }
    var policy = standing.policy;
    lines.add("EXPIRE " + policy.expire);
    policy.loginDelay.ifPresent(seconds -> lines.add("LOGIN-DELAY " + seconds));
    lines.add("LANG");
    lines.add(standing.passwordsAllowed ? "UTF8 USER" : "UTF8");
    if (policy.implementation) {
      lines.add("IMPLEMENTATION Popinjay");
    }
    return Wording.capabilities(lines);
  }
}
