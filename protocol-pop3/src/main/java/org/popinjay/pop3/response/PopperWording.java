package org.popinjay.pop3.response;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.OkAndSpace;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.wire.SessionState;

/// The words of Berkeley popper 1.83, but for the paths that it gave away.
///
/// It knew a command in its own state only, so that one of another state is unknown; it counted
/// arguments before it looked at them; and it ended a session with the first sign-in that failed.
sealed class PopperWording extends Wording permits QpopperWording {
  private final String version;

  PopperWording(String host, Optional<String> version) {
    super(host);
    this.version = version.map(text -> "(version " + text + ") ").orElse("");
  }

  /// The version as it stands in greetings, with a space behind it, or nothing.
  final String version() {
    return version;
  }

  @Override
  public Ok greeting(Optional<String> timestamp) {
    return new Ok(
        "UCB Pop server "
            + version
            + "at "
            + host()
            + " starting."
            + timestamp.map("  "::concat).orElse(""));
  }

  @Override
  public final Ok sendPass(String user) {
    return new Ok("Password required for " + echo(user) + ".");
  }

  @Override
  public Ok signedIn(String user, int messages, long octets) {
    return new Ok(echo(user) + " has " + messages + " message(s) (" + octets + " octets).");
  }

  @Override
  public final Err loginFailed(@Nullable String user) {
    return new Err(
        user == null
            ? "Authentication failed."
            : "Password supplied for \"" + echo(user) + "\" is incorrect.");
  }

  @Override
  public final Err lastLoginFailed(@Nullable String user) {
    return loginFailed(user);
  }

  @Override
  public int failuresMax(int set) {
    return 1;
  }

  @Override
  public final boolean tellsAuth() {
    return false;
  }

  @Override
  public final Ok scanListing(int messages, long octets) {
    return new Ok(messages + " messages (" + octets + " octets)");
  }

  @Override
  public Ok uniqueIds(int messages, long octets) {
    return scanListing(messages, octets);
  }

  @Override
  public final Ok top(long octets) {
    return octets(octets);
  }

  @Override
  public final Ok deleted(int number) {
    return new Ok("Message " + number + " has been deleted.");
  }

  @Override
  public final Err alreadyDeleted(int number) {
    return new Err("Message " + number + " has been deleted.");
  }

  @Override
  public final Err noSuchMessage(int number, int messages) {
    return new Err("Message " + number + " does not exist.");
  }

  @Override
  public final Ok last(int number) {
    return new Ok(number + " is the last message seen.");
  }

  @Override
  public final Ok reset(int messages, long octets) {
    return new Ok("Maildrop has " + messages + " messages (" + octets + " octets)");
  }

  @Override
  public final SingleLine noop() {
    return new OkAndSpace();
  }

  @Override
  public final Err rejected(Rejected line, SessionState state) {
    var word = echo(line.word()).toLowerCase(Locale.ROOT);
    return switch (line.fault()) {
      case UNKNOWN -> unknown(word);
      case TOO_FEW -> new Err("Too few arguments for the " + word + " command.");
      case TOO_MANY -> new Err("Too many arguments for the " + word + " command.");
      case MALFORMED -> new Err(line.reason());
    };
  }

  @Override
  public final Err unknown(Pop3Verb verb, SessionState state) {
    return unknown(verb.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public final Err wrongState(Pop3Verb verb, SessionState state) {
    return unknown(verb, state);
  }

  private static Err unknown(String word) {
    return new Err("Unknown command: \"" + word + "\".");
  }

  @Override
  final String inUse(String by) {
    return "Maildrop lock busy!  Is another " + by + " active?";
  }

  @Override
  public Optional<Err> silentTooLong() {
    return Optional.of(new Err("POP timeout: " + host()));
  }

  @Override
  public final Ok signingOff() {
    return new Ok("Pop server at " + host() + " signing off.");
  }
}
