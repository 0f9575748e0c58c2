package org.popinjay.imap.command;

import java.nio.ByteBuffer;
import org.popinjay.wire.SessionEvents.Limit;

/// The messages of one APPEND, which come in while it is carried out.
///
/// For the thread that carries the command out; methods block until the client has sent what is
/// needed. Goes, for each message, [Next.Message], [#accept], any number of [Next.Octets]; then one
/// of the others, which is the end.
///
/// Whoever does not read to the end calls [#refuse], and answers then.
public interface IncomingMessages {

  /// What came next.
  sealed interface Next {
    /// A message is announced; its octets come after [IncomingMessages#accept].
    record Message(AppendMessage head) implements Next {}

    /// Octets of the message, at most 64 KiB, not empty; good until the next call.
    record Octets(ByteBuffer octets) implements Next {}

    /// The command is complete: what was read is to be stored.
    record End() implements Next {}

    /// Behind a message stands what may not: `BAD` is due, and nothing is to be stored.
    ///
    /// @param reason the text of the answer
    record Malformed(String reason) implements Next {}

    /// What stands behind a message is more than is read: `NO [LIMIT]` is due, and nothing is to be
    /// stored.
    ///
    /// @param reason the text of the answer
    record BeyondLimit(Limit limit, String reason) implements Next {}

    /// The client is gone, or has not gone on for too long; nobody hears an answer.
    record Gone() implements Next {}
  }

  /// Waits for what comes next.
  Next next();

  /// Lets the client send the message announced.
  void accept();

  /// Has what remains of the command thrown away, and waits for its end if it comes unasked.
  ///
  /// @return false where that is more than is worth waiting for; nothing more is read then, and the
  ///   last words are `BYE` (RFC 7888, section 4)
  boolean refuse();
}
