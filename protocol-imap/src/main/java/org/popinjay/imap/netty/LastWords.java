package org.popinjay.imap.netty;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.parse.ImapInput.Excess;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponse.Completion;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.wire.SessionEnd;

/// What is said about what no handler ever sees, in any state: input beyond limits, and the end
/// (RFC 9051, section 7.1.5).
final class LastWords {
  static final Notice TOO_MANY_CONNECTIONS = bye(Plain.UNAVAILABLE, "too many connections");
  static final Notice TOO_MANY_ERRORS = bye(Plain.CLIENTBUG, "too many errors");
  static final Notice TOO_LATE = bye(Plain.UNAVAILABLE, "sign-in took too long");
  static final Notice TOO_MANY_COMMANDS = bye(Plain.LIMIT, "too many commands without sign-in");
  static final Notice SHUTTING_DOWN = bye(Plain.UNAVAILABLE, "server is shutting down");
  static final Notice KICKED = bye(Plain.UNAVAILABLE, "closed by the administrator");
  static final Notice ENDLESS = bye(Plain.TOOBIG, "line or literal too large");

  private static final Notice IDLE_TOO_LONG = bye(Plain.UNAVAILABLE, "idle too long");
  private static final Notice REPLACED = bye(Plain.UNAVAILABLE, "replaced by a newer connection");
  private static final Notice NOT_DEFLATE = bye(Plain.CLIENTBUG, "this is no compressed data");

  private LastWords() {}

  static Notice bye(@Nullable ResponseCode code, String text) {
    return new Notice(Condition.BYE, code, text);
  }

  /// What is said when something other than a command ends a session; null if nothing can be.
  static @Nullable Notice of(SessionEnd interruption) {
    return switch (interruption) {
      case IDLE -> IDLE_TOO_LONG;
      case REPLACED -> REPLACED;
      case KICKED -> KICKED;
      case SHUTDOWN -> SHUTTING_DOWN;
      case BAD_COMMANDS -> NOT_DEFLATE;
      case SIGNED_OFF, UPDATE_FAILED, CLIENT_GONE, WRITE_STALL, MAILBOX_GONE, STORE_FAILED, FAULT ->
          null;
    };
  }

  /// @param id of the session; the log has it too
  static Notice fault(String id) {
    return bye(Plain.SERVERBUG, "internal fault " + id);
  }

  /// The answer to a command that was thrown away for its size.
  static ImapResponse answer(@Nullable String tag, Excess excess) {
    return switch (excess) {
      case LINE -> beyondLimit(tag, "line too long");
      case LITERAL -> beyondLimit(tag, "literal too large");
      case UNASKED_MESSAGE -> answer(tag, Condition.BAD, Plain.TOOBIG, "literal too large");
    };
  }

  /// The answer to a command that holds more than is read (RFC 5530, section 3).
  static ImapResponse beyondLimit(@Nullable String tag, String text) {
    return answer(tag, Condition.NO, Plain.LIMIT, text);
  }

  /// The answer to what is no command.
  static ImapResponse rejected(@Nullable String tag, String text) {
    return answer(tag, Condition.BAD, null, text);
  }

  /// Where it is not known which command is answered, it can only be called bad (RFC 9051, section
  /// 7.1.3).
  private static ImapResponse answer(
      @Nullable String tag, Condition condition, @Nullable ResponseCode code, String text) {
    return tag == null
        ? new Notice(Condition.BAD, code, text)
        : new Completion(tag, condition, code, text);
  }
}
