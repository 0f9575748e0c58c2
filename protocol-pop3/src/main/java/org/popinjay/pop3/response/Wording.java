package org.popinjay.pop3.response;

import static org.popinjay.pop3.response.Pop3ResponseCode.IN_USE;
import static org.popinjay.pop3.response.Pop3ResponseCode.SYS_PERM;
import static org.popinjay.pop3.response.Pop3ResponseCode.SYS_TEMP;

import java.util.List;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Pop3Response.Ok;

/// The free text of all answers. Clients should look at the indicator, the code and the numbers
/// only; those that look for words find `lock` wherever a maildrop is busy.
public final class Wording {

  /// To a command that is legal in another state (RFC 1939, section 3).
  public static final Err WRONG_STATE = new Err("not in this state");

  /// To a word that is no command (RFC 1939, section 3).
  public static final Err UNKNOWN = new Err("unknown command");

  /// To USER with any name, so that nobody learns who exists (RFC 1939, section 13).
  public static final Ok SEND_PASS = new Ok("send PASS");

  /// To a sign-in that failed, whatever the reason.
  public static final Err LOGIN_FAILED = new Err(Pop3ResponseCode.AUTH, "login failed");

  /// To a sign-in that cannot be checked now (RFC 3206, section 4).
  public static final Err LOGIN_UNAVAILABLE = new Err(SYS_TEMP, "login not possible now");

  /// To a password in the clear where the settings do not allow it. Carries no code: `[AUTH]` would
  /// make clients ask for a new password.
  public static final Err TLS_REQUIRED = new Err("TLS required");

  /// To STLS; the next octet is to be one of TLS (RFC 2595, section 4).
  public static final Ok BEGIN_TLS = new Ok("begin TLS");

  /// To STLS where there is no certificate.
  public static final Err NO_TLS = new Err("no TLS here");

  /// To STLS under TLS (RFC 2595, section 4).
  public static final Err UNDER_TLS = new Err("under TLS already");

  /// To `*` in an exchange (RFC 5034, section 4).
  public static final Err CANCELLED = new Err("cancelled");

  /// To a line of an exchange that is no base64, or not what its mechanism expects (RFC 5034,
  /// section 4).
  public static final Err MALFORMED_RESPONSE = new Err("malformed response");

  /// To a line with a NUL or a bare CR in it.
  public static final Err INVALID_OCTET = new Err("invalid octet");

  /// To a line that is longer than allowed.
  public static final Err LINE_TOO_LONG = new Err(SYS_PERM, "line too long");

  /// To a mechanism that is not offered (RFC 5034, section 4).
  public static final Err NO_MECHANISM = new Err("mechanism not supported");

  /// Last words after too many bad commands or failed sign-ins.
  public static final Err TOO_MANY_ERRORS = new Err("too many errors");

  /// Last words after too many commands without a sign-in (RFC 3206, section 4).
  public static final Err TOO_MANY_COMMANDS = new Err(SYS_PERM, "too many commands");

  /// First and last words when the server is full.
  public static final Err TOO_MANY_CONNECTIONS = new Err(SYS_TEMP, "too many connections");

  /// Last words to a client that did not sign in.
  public static final Err TOO_LATE = new Err("sign-in took too long");

  /// To a session that an operator ends.
  public static final Err KICKED = new Err(SYS_TEMP, "closed by the administrator");

  /// Last words when the server stops.
  public static final Err SHUTTING_DOWN = new Err(SYS_TEMP, "server shutting down");

  /// Last words to a session whose maildrop another one took over.
  public static final Err TAKEN_OVER = new Err(SYS_TEMP, "session taken over");

  /// To QUIT when some messages stay that were to go (RFC 1939, section 6).
  public static final Err NOT_ALL_REMOVED = new Err(SYS_TEMP, "some deleted messages not removed");

  private final String host;
  private final Ok greeting;
  private final Ok signingOff;

  /// @param host name of this server in greetings
  public Wording(String host) {
    this.host = host;
    this.greeting = new Ok("POP3 " + host + " ready");
    this.signingOff = new Ok(host + " signing off");
  }

  /// The first line (RFC 1939, section 4). Nothing stands between `+OK` and `POP3`: some clients
  /// look for both together.
  public Ok greeting() {
    return greeting;
  }

  /// The first line where APOP is offered (RFC 1939, section 7).
  ///
  /// @param timestamp with its angle brackets; nothing else in a greeting looks like it
  public Ok greeting(String timestamp) {
    return new Ok("POP3 " + host + " ready " + timestamp);
  }

  /// To QUIT when nothing was to be done (RFC 1939, section 4).
  public Ok signingOff() {
    return signingOff;
  }

  /// To QUIT when deletions were carried out (RFC 1939, section 6).
  public Ok signingOff(int messagesLeft) {
    return new Ok(host + " signing off (" + messagesLeft + " messages left)");
  }

  /// What is in the maildrop: to a sign-in, LIST and RSET (RFC 1939, section 5).
  public static Ok maildrop(int messages, long octets) {
    return new Ok(messages + " messages (" + octets + " octets)");
  }

  /// First line to RETR (RFC 1939, section 5).
  public static Ok octets(long octets) {
    return new Ok(octets + " octets");
  }

  /// To DELE (RFC 1939, section 5).
  public static Ok deleted(int number) {
    return new Ok("message " + number + " deleted");
  }

  /// To the number of a message that was marked before (RFC 1939, section 5).
  public static Err alreadyDeleted(int number) {
    return new Err("message " + number + " already deleted");
  }

  /// To a number beyond the last message (RFC 1939, section 5).
  public static Err noSuchMessage(int messages) {
    return new Err("no such message, only " + messages + " messages in maildrop");
  }

  /// To a command that made the server stumble.
  ///
  /// @param id what the operator finds in the log
  public static Err fault(String id) {
    return new Err(SYS_TEMP, "internal error " + id);
  }

  /// To a sign-in whose maildrop cannot be opened.
  public static Err notOpened(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Claimed _ -> new Err(IN_USE, "maildrop is locked by another session");
      case StoreFailure.Busy _ -> new Err(IN_USE, "maildrop is locked by another program");
      case StoreFailure.NoSpace _, StoreFailure.OverQuota _ -> new Err(SYS_TEMP, "disk full");
      case StoreFailure.Unavailable _, StoreFailure.Gone _ ->
          new Err(SYS_TEMP, "maildrop not available");
      case StoreFailure.Denied _,
          StoreFailure.NotAMailbox _,
          StoreFailure.NotFound _,
          StoreFailure.AlreadyExists _,
          StoreFailure.NameRefused _,
          StoreFailure.NameTooLong _,
          StoreFailure.HasChildren _,
          StoreFailure.UseTaken _,
          StoreFailure.TooManyKeywords _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          new Err(SYS_PERM, "maildrop cannot be opened");
      case StoreFailure.Broken _ -> new Err(SYS_PERM, "maildrop cannot be read");
    };
  }

  /// To RETR and TOP of a message that cannot be read.
  public static Err notRead(int number, StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Gone _,
          StoreFailure.Claimed _,
          StoreFailure.NotFound _,
          StoreFailure.Unavailable _ ->
          new Err(SYS_TEMP, "message " + number + " no longer available");
      case StoreFailure.Busy _ -> new Err(SYS_TEMP, "mailbox busy");
      case StoreFailure.NoSpace _, StoreFailure.OverQuota _ -> new Err(SYS_TEMP, "disk full");
      case StoreFailure.Denied _,
          StoreFailure.NotAMailbox _,
          StoreFailure.Broken _,
          StoreFailure.AlreadyExists _,
          StoreFailure.NameRefused _,
          StoreFailure.NameTooLong _,
          StoreFailure.HasChildren _,
          StoreFailure.UseTaken _,
          StoreFailure.TooManyKeywords _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          new Err(SYS_PERM, "message " + number + " cannot be read");
    };
  }

  /// To QUIT when nothing was removed (RFC 1939, section 6).
  public static Err notCommitted(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Busy _ -> new Err(SYS_TEMP, "mailbox busy, messages not deleted");
      case StoreFailure.NoSpace _, StoreFailure.OverQuota _ ->
          new Err(SYS_TEMP, "disk full, messages not deleted");
      case StoreFailure.Claimed _ -> TAKEN_OVER;
      case StoreFailure.Gone _, StoreFailure.NotFound _, StoreFailure.Unavailable _ ->
          new Err(SYS_TEMP, "mailbox not available, messages not deleted");
      case StoreFailure.Denied _,
          StoreFailure.NotAMailbox _,
          StoreFailure.Broken _,
          StoreFailure.AlreadyExists _,
          StoreFailure.NameRefused _,
          StoreFailure.NameTooLong _,
          StoreFailure.HasChildren _,
          StoreFailure.UseTaken _,
          StoreFailure.TooManyKeywords _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          new Err(SYS_PERM, "mailbox not writable, messages not deleted");
    };
  }

  /// To AUTH without an argument: the mechanisms, as UW's server does and Thunderbird asks.
  public static Lines mechanisms(List<String> mechanisms) {
    return new Lines(Ok.BARE, mechanisms);
  }

  /// To CAPA (RFC 2449, section 5).
  public static Lines capabilities(List<String> capabilities) {
    return new Lines(new Ok("Capability list follows"), capabilities);
  }
}
