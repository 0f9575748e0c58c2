package org.popinjay.server.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popinjay.auth.StoredPassword;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.UserSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.Escape;
import org.popinjay.config.yaml.OwnSettings;
import org.popinjay.wire.SessionView;

/// What happens to one user who signs in, and why it does not work where it does not: who knows
/// him, with which rights his mail is touched, how it lies there, and what limits him.
///
/// Says what no client is ever told. Looks only; blocks on the disk and on name services.
final class Explanation {
  private static final int WORDS_OCTETS = 2000;

  private final Standing standing;
  private final List<SessionView> sessions;
  private final String typed;
  private final String user;
  private final List<ControlAnswer.Item> findings = new ArrayList<>();
  private final List<String> obstacles = new ArrayList<>();

  /// @param sessions all that are open
  /// @param typed the name as it is signed in with
  Explanation(Standing standing, List<SessionView> sessions, String typed) {
    this.standing = standing;
    this.sessions = sessions;
    this.typed = typed;
    this.user = standing.admission().name(typed).orElse("");
  }

  /// Each finding, and the verdict.
  List<ControlAnswer.Item> items() {
    if (user.isEmpty()) {
      obstacle("user", "name", "nobody can have this name");
    } else {
      admission();
      ask(user).ifPresent(this::explain);
    }
    findings.add(
        obstacles.isEmpty()
            ? new ControlAnswer.Verdict(true, "a sign-in would work, with the right password")
            : new ControlAnswer.Verdict(
                false, "a sign-in would not work: " + String.join("; ", obstacles)));
    return List.copyOf(findings);
  }

  private void admission() {
    if (!user.equals(typed)) {
      say("user", "name", "taken for " + user + " (auth.trimDomain, auth.downcaseUser)");
    }
    if (!standing.admission().admits(user)) {
      obstacle("user", "auth.allowUsers, auth.denyUsers", "do not admit the user");
    }
  }

  /// The first source that knows the name decides.
  private Optional<UserRecord> ask(String name) {
    for (var source : standing.sources()) {
      UserSource.Lookup lookup;
      try {
        lookup = source.find(name);
      } catch (IOException e) {
        obstacle("user", source.name(), "cannot be asked: " + e.getMessage());
        return Optional.empty();
      }
      switch (lookup) {
        case UserSource.Unknown _ -> say("user", source.name(), "does not know the user");
        case UserSource.Closed(String reason) -> {
          obstacle("user", source.name(), "shuts the user out: " + reason);
          return Optional.empty();
        }
        case UserSource.Judged(UserRecord found, _) -> {
          say("user", source.name(), "knows the user, and judges the password itself");
          return Optional.of(found);
        }
        case UserSource.Found(UserRecord found, List<StoredPassword> passwords) -> {
          say("user", source.name(), "knows the user, with " + stored(passwords));
          return Optional.of(found);
        }
      }
    }
    obstacle("user", "sources", "none knows the user");
    return Optional.empty();
  }

  private static String stored(List<StoredPassword> passwords) {
    return passwords.stream()
        .map(password ->
            password.label().isEmpty()
                ? "a password"
                : "one for "
                    + Escape.text(password.label())
                    + (password.protocols().isEmpty() ? "" : " by " + password.protocols()))
        .collect(Collectors.joining(", "));
  }

  private void explain(UserRecord found) {
    var identity = found.identity();
    say("rights", "uid", Integer.toUnsignedString(identity.uid()));
    say("rights", "gid", Integer.toUnsignedString(identity.gid()));
    say("rights", "groups", identity.groups().isEmpty() ? "none" : identity.groups().toString());
    say("rights", "home", found.home().orElse("none"));
    say("rights", "files are touched as", standing.settings().mail().identity().toString());
    for (var finding : standing.store().examine(Standing.owner(found))) {
      var section =
          switch (finding.topic()) {
            case PLACES -> "places";
            case LOCKS -> "locks";
            case INDEX -> "index of INBOX";
          };
      if (finding.hinders()) {
        obstacle(section, finding.subject(), finding.words());
      } else {
        say(section, finding.subject(), finding.words());
      }
    }
    sessions();
    limits();
    capabilities();
  }

  private void sessions() {
    var open = sessions.stream().filter(view -> view.user().equals(Optional.of(user))).toList();
    for (var view : open) {
      say(
          "sessions",
          view.id().toString(),
          "%s from %s, %s, silent for %d s"
              .formatted(
                  view.protocol(),
                  view.address().getHostAddress(),
                  view.state().word(),
                  view.silence().toSeconds()));
    }
    if (open.stream().anyMatch(view -> view.protocol().startsWith("pop"))) {
      say(
          "sessions",
          "pop3",
          "another POP3 session is refused until that one is silent for "
              + words(standing.settings().forUser(user).pop3().takeoverIdle()));
    }
    if (open.isEmpty()) {
      say("sessions", "open", "none");
    }
  }

  /// What holds for him; a value of his own is marked as such.
  private void limits() {
    var settings = standing.settings();
    var own = settings.forUser(user);
    var limits = own.limits();
    say("limits", "IMAP sessions", limits.connectionsPerUser() + ", then the idlest gives way");
    say("limits", "of one address", String.valueOf(limits.connectionsPerUserAddress()));
    say("limits", "message to append", limits.appendOctets().toString());
    say("limits", "silence in POP3", words(own.pop3().idleTimeout()));
    say("limits", "silence in IMAP", words(own.imap().idleTimeout()));
    say("limits", "wait for locks", words(settings.mail().locks().timeout()));
    say("limits", "passwords in the clear", cleartext(settings.auth()));
    OwnSettings.differing(own, settings.forEverybody())
        .forEach((key, value) -> say("overrides", key, value));
    var delay = own.pop3().loginDelay();
    if (delay.isPositive()) {
      var left = standing.delays().left(user, delay);
      say(
          "throttle",
          "POP3 sign-ins",
          left.isPositive()
              ? "the next one is refused for " + words(left.plusMillis(999))
              : words(delay) + " after each other, the next one at once");
    }
    int failures = standing.failures().applyAsInt(user);
    say(
        "throttle",
        "failed sign-ins",
        failures == 0 ? "none of late" : failures + " of late, each answered later than the last");
  }

  private static String cleartext(AuthConfig auth) {
    return switch (auth.cleartext()) {
      case NEVER -> "from nowhere";
      case LOOPBACK -> near(auth);
      case WITHOUT_SECRET -> near(auth) + "; from everywhere if there is no secret for APOP";
      case ALWAYS -> "from everywhere";
    };
  }

  private static String near(AuthConfig auth) {
    return "from this machine"
        + (auth.cleartextNetworks().isEmpty() ? "" : " and " + auth.cleartextNetworks());
  }

  private void capabilities() {
    say("capabilities", "imap", String.join(" ", standing.imapCapabilities().apply(user)));
    say("capabilities", "pop3", String.join(", ", standing.pop3Capabilities().apply(user)));
  }

  private static String words(Duration time) {
    return time.toSeconds() + " s";
  }

  private void say(String section, String subject, String words) {
    findings.add(
        new ControlAnswer.Finding(section, subject, Escape.text(words, WORDS_OCTETS), false));
  }

  private void obstacle(String section, String subject, String words) {
    findings.add(
        new ControlAnswer.Finding(section, subject, Escape.text(words, WORDS_OCTETS), true));
    obstacles.add(Escape.text(words, WORDS_OCTETS));
  }
}
