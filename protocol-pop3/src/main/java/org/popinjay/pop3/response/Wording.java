package org.popinjay.pop3.response;

import static org.popinjay.pop3.response.Pop3ResponseCode.IN_USE;
import static org.popinjay.pop3.response.Pop3ResponseCode.SYS_PERM;
import static org.popinjay.pop3.response.Pop3ResponseCode.SYS_TEMP;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.wire.SessionState;

/// The free text of all answers on one listener.
///
/// Clients should look at the indicator, the code and the numbers only; for those that look for
/// words, a listener can speak as an old server did. What no old server said is a constant or
/// final; what they said differently is left to each. To add a profile, add a word to [Responses]
/// and a class here: the compiler leads to both.
///
/// In every profile a busy maildrop is answered with `[IN-USE]` and the word `lock`, which
/// fetchmail looks for; an unknown user and a wrong password are answered with the same text; and
/// no answer has a path in it.
public abstract sealed class Wording permits PopinjayWording, PopperWording, UwWording {

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

  /// To UTF8 (RFC 6856, section 2.1).
  public static final Ok UTF8_ENABLED = new Ok("UTF8 enabled");

  /// To STLS behind UTF8 (RFC 6856, section 2.1).
  public static final Err STLS_BEHIND_UTF8 = new Err("STLS has to come before UTF8");

  /// To a name or password that is none in UTF-8 (RFC 6856, section 2.2).
  public static final Err NOT_UTF8 = new Err("not allowed in UTF-8");

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

  /// To XTND XMIT where it is switched off.
  public static final Err NO_SUBMISSION = new Err("XTND XMIT is not enabled");

  /// To XTND XMIT where anybody may look on.
  public static final Err SUBMISSION_NEEDS_TLS = new Err("XTND XMIT needs TLS");

  /// To XTND XMIT of a user who has sent too much.
  public static final Err TOO_MANY_SUBMISSIONS = new Err(SYS_TEMP, "too many messages for now");

  /// To XTND XMIT.
  public static final Ok SEND_MESSAGE = new Ok("Start sending message.");

  /// To a message that was sent.
  public static final Ok MESSAGE_SENT = new Ok("Message sent successfully");

  /// To a message that was not sent (RFC 3206, section 4).
  public static final Err MESSAGE_NOT_SENT = new Err(SYS_TEMP, "Unable to send message");

  /// To a message that is too long to be sent (RFC 3206, section 4).
  public static final Err MESSAGE_TOO_LONG = new Err(SYS_PERM, "message too long");

  /// To a message to more recipients than are allowed.
  public static final Err TOO_MANY_RECIPIENTS = new Err(SYS_PERM, "too many recipients");

  /// First line to XTND BBOARDS and its relatives (RFC 1082).
  public static final Ok BOARDS = new Ok("XTND");

  /// To XTND BBOARDS and its relatives with the name of no board, or where there are none (RFC
  /// 1082).
  public static final Err NO_BOARD = new Err("no such bboard");

  /// To the same where boards cannot be read now (RFC 3206, section 4).
  public static final Err NO_BOARD_NOW = new Err(SYS_TEMP, "bboard not available");

  private static final Err TOO_LATE = new Err("sign-in took too long");

  /// To a session that an operator ends.
  public static final Err KICKED = new Err(SYS_TEMP, "closed by the administrator");

  /// Last words when the server stops.
  public static final Err SHUTTING_DOWN = new Err(SYS_TEMP, "server shutting down");

  /// Last words to a session whose maildrop another one took over.
  public static final Err TAKEN_OVER = new Err(SYS_TEMP, "session taken over");

  /// To QUIT when some messages stay that were to go (RFC 1939, section 6).
  public static final Err NOT_ALL_REMOVED = new Err(SYS_TEMP, "some deleted messages not removed");

  /// Longest text of a client that is said back to it, in characters.
  private static final int ECHO_MAX = 64;

  private final String host;

  Wording(String host) {
    this.host = host;
  }

  /// The words of a profile.
  ///
  /// @param host name of this server in greetings
  /// @param version ours, for greetings; none where nobody is to know it
  public static Wording of(Responses responses, String host, Optional<String> version) {
    return switch (responses) {
      case POPINJAY -> new PopinjayWording(host, version);
      case POPPER -> new PopperWording(host, version);
      case QPOPPER -> new QpopperWording(host, version);
      case UW -> new UwWording(host, version);
    };
  }

  /// Name of this server.
  final String host() {
    return host;
  }

  // What the old servers said differently.

  /// The first line (RFC 1939, section 4). Nothing stands between `+OK` and `POP3`, where that is
  /// in it: some clients look for both together.
  ///
  /// @param timestamp where APOP is offered, with its angle brackets; nothing else in a greeting
  ///   looks like it (RFC 1939, section 7)
  public abstract Ok greeting(Optional<String> timestamp);

  /// To USER with any name, so that nobody learns who exists (RFC 1939, section 13).
  public abstract Ok sendPass(String user);

  /// To a sign-in that went well (RFC 1939, section 7).
  public abstract Ok signedIn(String user, int messages, long octets);

  /// To a sign-in that failed, whatever the reason.
  ///
  /// @param user as the client named it; null where it did so inside an exchange
  public abstract Err loginFailed(@Nullable String user);

  /// Last words after the last sign-in that may fail.
  public abstract Err lastLoginFailed(@Nullable String user);

  /// How many sign-ins may fail on a connection.
  ///
  /// @param set what the settings say
  public int failuresMax(int set) {
    return set;
  }

  /// Whether `[AUTH]` tells a wrong name or secret from other trouble (RFC 3206, section 5). Where
  /// a profile has the words of a server that is older than the code, it stays away, since clients
  /// that know those words compare them from the first one on.
  public abstract boolean tellsAuth();

  /// Whether XTND XLST finds a field by the beginning of its line, as popper did, in place of its
  /// name.
  public boolean findsFieldsByBeginning() {
    return false;
  }

  /// First line to LIST (RFC 1939, section 5).
  public abstract Ok scanListing(int messages, long octets);

  /// First line to UIDL (RFC 1939, section 7).
  public abstract Ok uniqueIds(int messages, long octets);

  /// First line to TOP (RFC 1939, section 7).
  ///
  /// @param octets size of the whole message
  public abstract Ok top(long octets);

  /// To DELE (RFC 1939, section 5).
  public abstract Ok deleted(int number);

  /// To the number of a message that was marked before (RFC 1939, section 5).
  public abstract Err alreadyDeleted(int number);

  /// To XDELE.
  public Ok deleted(int first, int last) {
    return new Ok("messages " + first + " to " + last + " deleted");
  }

  /// To a number beyond the last message (RFC 1939, section 5).
  ///
  /// @param messages how many there are
  public abstract Err noSuchMessage(int number, int messages);

  /// To LAST (RFC 1081).
  public abstract Ok last(int number);

  /// To RSET (RFC 1939, section 5).
  public abstract Ok reset(int messages, long octets);

  /// To NOOP (RFC 1939, section 5).
  public abstract SingleLine noop();

  /// To NOOP before sign-in, which RFC 1939 does not allow and the old servers let pass.
  public SingleLine earlyNoop() {
    return noop();
  }

  /// To a line that is no command (RFC 1939, section 3).
  public abstract Err rejected(Rejected line, SessionState state);

  /// To a command that is switched off, which is to look as if there were none.
  public abstract Err unknown(Pop3Verb verb, SessionState state);

  /// To a command that is legal in another state (RFC 1939, section 3).
  public abstract Err wrongState(Pop3Verb verb, SessionState state);

  /// To a sign-in whose maildrop is in use.
  ///
  /// @param by who uses it: `session` or `program`
  abstract String inUse(String by);

  /// Last words to a client that was silent for too long. None in our own: RFC 1939, section 3, has
  /// the server close without a word.
  public abstract Optional<Err> silentTooLong();

  /// To QUIT when nothing was to be done (RFC 1939, section 4).
  public abstract Ok signingOff();

  /// To QUIT when deletions were carried out (RFC 1939, section 6).
  public Ok signingOff(int messagesLeft) {
    return signingOff();
  }

  /// What a client sent, fit to be said back to it: printable US-ASCII, and not much.
  static String echo(String outside) {
    var text = new StringBuilder();
    for (int i = 0; i < outside.length() && text.length() < ECHO_MAX; i++) {
      char c = outside.charAt(i);
      if (c > '~') {
        text.append('?');
      } else if (c >= ' ') {
        text.append(c);
      }
    }
    return text.toString();
  }

  // What is the same in all.

  /// Last words to a client that did not sign in.
  public final Err tooLate() {
    return silentTooLong().orElse(TOO_LATE);
  }

  /// To a sign-in with the right password that comes too early (RFC 2449, section 8.1.1).
  ///
  /// @param wait until the next one
  public static Err tooSoon(Duration wait) {
    long seconds = wait.plusMillis(999).toSeconds();
    return new Err(
        Pop3ResponseCode.LOGIN_DELAY, "too soon after the last sign-in, wait " + seconds + " s");
  }

  /// First line to RETR (RFC 1939, section 5).
  public static Ok octets(long octets) {
    return new Ok(octets + " octets");
  }

  /// To a command that made the server stumble.
  ///
  /// @param id what the operator finds in the log
  public static Err fault(String id) {
    return new Err(SYS_TEMP, "internal error " + id);
  }

  /// To a sign-in whose maildrop cannot be opened.
  public final Err notOpened(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Claimed _ -> new Err(IN_USE, inUse("session"));
      case StoreFailure.Busy _ -> new Err(IN_USE, inUse("program"));
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
          StoreFailure.TooManySubscriptions _,
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
          StoreFailure.TooManySubscriptions _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          new Err(SYS_PERM, "message " + number + " cannot be read");
    };
  }

  /// To DELE while mail of an older server waits to be taken back.
  public static Err notDeletable(StoreFailure failure) {
    boolean full =
        failure instanceof StoreFailure.NoSpace || failure instanceof StoreFailure.OverQuota;
    return new Err(SYS_TEMP, full ? "disk full" : "nothing can be deleted for now");
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
          StoreFailure.TooManySubscriptions _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          new Err(SYS_PERM, "mailbox not writable, messages not deleted");
    };
  }

  /// To AUTH without an argument: the mechanisms, as UW's server does and Thunderbird asks.
  public static Lines mechanisms(List<String> mechanisms) {
    return new Lines(Ok.BARE, mechanisms);
  }

  /// To LANG (RFC 6856, section 3.2): there is one language. A range with more parts than its tag
  /// falls back on it (RFC 4647, section 3.4).
  ///
  /// @param range in small letters; empty for the list
  public static Pop3Response language(String range) {
    if (range.isEmpty()) {
      return new Lines(new Ok("language listing follows"), List.of("en English"));
    }
    return range.equals("*") || range.equals("en") || range.startsWith("en-")
        ? new Ok("en answers are in English")
        : new Err("no such language here");
  }

  /// To RETR and TOP of a message with UTF-8 in its header, where it is not sent to a client that
  /// did not ask for UTF8 (RFC 6856, section 5).
  public static Err needsUtf8(int number) {
    return new Err(Pop3ResponseCode.UTF8, "message " + number + " needs UTF8");
  }

  /// To HELP.
  public static Lines help(List<String> commands) {
    return new Lines(new Ok("commands that may be given now"), commands);
  }

  /// To CAPA (RFC 2449, section 5).
  public static Lines capabilities(List<String> capabilities) {
    return new Lines(new Ok("Capability list follows"), capabilities);
  }
}
