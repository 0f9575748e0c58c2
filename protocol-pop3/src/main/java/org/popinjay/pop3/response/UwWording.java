package org.popinjay.pop3.response;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.ParseResult.Fault;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.wire.SessionState;

/// The words of UW's ipop3d of 2001 and later. A maildrop in use is refused, which that server did
/// not do: it took the maildrop from the older session.
final class UwWording extends Wording {
  private static final Ok SEND_PASS = new Ok("User name accepted, password please");
  private static final Err LOGIN_FAILED = new Err("Bad login");
  private static final Ok LISTING = new Ok("Mailbox scan listing follows");
  private static final Ok UNIQUE_IDS = new Ok("Unique-ID listing follows");
  private static final Ok TOP = new Ok("Top of message follows");
  private static final Ok DELETED = new Ok("Message deleted");
  private static final Err NO_MESSAGE = new Err("No such message");
  private static final Ok RESET = new Ok("Reset state");
  private static final Ok NOOP = new Ok("No-op to you too!");
  private static final Err UNKNOWN_EARLY = new Err("Unknown AUTHORIZATION state command");
  private static final Err UNKNOWN = new Err("Unknown TRANSACTION state command");
  private static final Ok SIGNING_OFF = new Ok("Sayonara");
  private static final Optional<Err> TIMEOUT =
      Optional.of(new Err("Autologout; idle for too long"));

  private final String opening;

  UwWording(String host, Optional<String> version) {
    super(host);
    this.opening = "POP3 " + host + version.map(" "::concat).orElse("") + " server ready";
  }

  @Override
  public Ok greeting(Optional<String> timestamp) {
    return new Ok(opening + timestamp.map(" "::concat).orElse(""));
  }

  @Override
  public Ok sendPass(String user) {
    return SEND_PASS;
  }

  @Override
  public Ok signedIn(String user, int messages, long octets) {
    return new Ok("Mailbox open, " + messages + " messages");
  }

  @Override
  public Err loginFailed(@Nullable String user) {
    return LOGIN_FAILED;
  }

  @Override
  public Err lastLoginFailed(@Nullable String user) {
    return LOGIN_FAILED;
  }

  @Override
  public boolean tellsAuth() {
    return false;
  }

  @Override
  public Ok scanListing(int messages, long octets) {
    return LISTING;
  }

  @Override
  public Ok uniqueIds(int messages, long octets) {
    return UNIQUE_IDS;
  }

  @Override
  public Ok top(long octets) {
    return TOP;
  }

  @Override
  public Ok deleted(int number) {
    return DELETED;
  }

  @Override
  public Err alreadyDeleted(int number) {
    return NO_MESSAGE;
  }

  @Override
  public Err noSuchMessage(int number, int messages) {
    return NO_MESSAGE;
  }

  @Override
  public Ok last(int number) {
    return new Ok(Integer.toString(number));
  }

  @Override
  public Ok reset(int messages, long octets) {
    return RESET;
  }

  @Override
  public SingleLine noop() {
    return NOOP;
  }

  @Override
  public Err rejected(Rejected line, SessionState state) {
    return line.fault() == Fault.UNKNOWN ? unknown(state) : new Err(line.reason());
  }

  @Override
  public Err unknown(Pop3Verb verb, SessionState state) {
    return unknown(state);
  }

  @Override
  public Err wrongState(Pop3Verb verb, SessionState state) {
    return unknown(state);
  }

  private static Err unknown(SessionState state) {
    return state == SessionState.SIGNING_IN ? UNKNOWN_EARLY : UNKNOWN;
  }

  @Override
  String inUse(String by) {
    return "Mailbox is locked by another " + by;
  }

  @Override
  public Optional<Err> silentTooLong() {
    return TIMEOUT;
  }

  @Override
  public Ok signingOff() {
    return SIGNING_OFF;
  }
}
