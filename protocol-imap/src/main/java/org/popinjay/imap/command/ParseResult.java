package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;
import org.popinjay.wire.SessionEvents.Limit;

/// What became of one frame from a client. A mistyped command is ordinary, so it is a value and not
/// an exception.
public sealed interface ParseResult {

  /// The frame was a command.
  record Parsed(TaggedCommand command) implements ParseResult {}

  /// The frame was not: `BAD` is due.
  ///
  /// @param tag null where not even the tag could be read
  /// @param reason the text of the answer; repeats nothing of the frame
  record Rejected(@Nullable String tag, String reason) implements ParseResult {}

  /// The frame may be a command, but there is more in it than is read: `NO [LIMIT]` is due (RFC
  /// 5530, section 3).
  ///
  /// @param tag null where it is the tag that is too long
  /// @param reason the text of the answer; repeats nothing of the frame
  record BeyondLimit(@Nullable String tag, Limit limit, String reason) implements ParseResult {}
}
