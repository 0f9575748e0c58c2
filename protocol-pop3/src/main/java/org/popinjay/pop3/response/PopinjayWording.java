package org.popinjay.pop3.response;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.wire.SessionState;

/// Our own words: short, and with a code wherever one is due.
final class PopinjayWording extends Wording {
  private static final Err WRONG_STATE = new Err("not in this state");
  private static final Err UNKNOWN = new Err("unknown command");
  private static final Ok SEND_PASS = new Ok("send PASS");
  private static final Err LOGIN_FAILED = new Err(Pop3ResponseCode.AUTH, "login failed");

  private final String opening;
  private final Ok greeting;
  private final Ok signingOff;

  PopinjayWording(String host, Optional<String> version) {
    super(host);
    this.opening = "POP3 " + host + version.map(" Popinjay "::concat).orElse("") + " ready";
    this.greeting = new Ok(opening);
    this.signingOff = new Ok(host + " signing off");
  }

  @Override
  public Ok greeting(Optional<String> timestamp) {
    return timestamp.map(text -> new Ok(opening + " " + text)).orElse(greeting);
  }

  @Override
  public Ok sendPass(String user) {
    return SEND_PASS;
  }

  @Override
  public Ok signedIn(String user, int messages, long octets) {
    return maildrop(messages, octets);
  }

  @Override
  public Err loginFailed(@Nullable String user) {
    return LOGIN_FAILED;
  }

  @Override
  public Err lastLoginFailed(@Nullable String user) {
    return TOO_MANY_ERRORS;
  }

  @Override
  public boolean tellsAuth() {
    return true;
  }

  @Override
  public Ok scanListing(int messages, long octets) {
    return maildrop(messages, octets);
  }

  @Override
  public Ok uniqueIds(int messages, long octets) {
    return Ok.BARE;
  }

  @Override
  public Ok top(long octets) {
    return Ok.BARE;
  }

  @Override
  public Ok deleted(int number) {
    return new Ok("message " + number + " deleted");
  }

  @Override
  public Err alreadyDeleted(int number) {
    return new Err("message " + number + " already deleted");
  }

  @Override
  public Err noSuchMessage(int number, int messages) {
    return new Err("no such message, only " + messages + " messages in maildrop");
  }

  @Override
  public Ok last(int number) {
    return new Ok(Integer.toString(number));
  }

  @Override
  public Ok reset(int messages, long octets) {
    return maildrop(messages, octets);
  }

  @Override
  public SingleLine noop() {
    return Ok.BARE;
  }

  @Override
  public SingleLine earlyNoop() {
    return WRONG_STATE;
  }

  @Override
  public Err rejected(Rejected line, SessionState state) {
    return new Err(line.reason());
  }

  @Override
  public Err unknown(Pop3Verb verb, SessionState state) {
    return UNKNOWN;
  }

  @Override
  public Err wrongState(Pop3Verb verb, SessionState state) {
    return WRONG_STATE;
  }

  @Override
  String inUse(String by) {
    return "maildrop is locked by another " + by;
  }

  @Override
  public Optional<Err> silentTooLong() {
    return Optional.empty();
  }

  @Override
  public Ok signingOff() {
    return signingOff;
  }

  @Override
  public Ok signingOff(int messagesLeft) {
    return new Ok(host() + " signing off (" + messagesLeft + " messages left)");
  }

  private static Ok maildrop(int messages, long octets) {
    return new Ok(messages + " messages (" + octets + " octets)");
  }
}
