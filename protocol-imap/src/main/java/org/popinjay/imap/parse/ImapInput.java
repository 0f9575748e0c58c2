package org.popinjay.imap.parse;

import org.jspecify.annotations.Nullable;
import org.popinjay.wire.SessionEvents.Limit;

/// What came from a client, cut but not yet understood.
public sealed interface ImapInput permits ImapFrame, ImapInput.Refused, ImapInput.Fatal {

  /// A command that was thrown away for its size; the next one can be read.
  ///
  /// @param tag null where not even the tag could be read
  record Refused(@Nullable String tag, Excess excess) implements ImapInput {}

  /// Nothing more is read from this connection.
  record Fatal(End end) implements ImapInput {}

  /// Why a command was thrown away.
  enum Excess {
    /// Its line is too long: `NO [LIMIT]`.
    LINE(Limit.LINE),
    /// A literal of it is too long, or all of them are: `NO [LIMIT]`.
    LITERAL(Limit.LITERAL),
    /// A message came without leave that may not be as long (RFC 7888, section 5): `BAD [TOOBIG]`.
    UNASKED_MESSAGE(Limit.LITERAL);

    private final Limit limit;

    Excess(Limit limit) {
      this.limit = limit;
    }

    /// The limit that it is beyond.
    public Limit limit() {
      return limit;
    }
  }

  /// Why nothing more is read.
  enum End {
    /// What would have to be thrown away is more than is worth waiting for (RFC 7888, section 4):
    /// `* BYE [TOOBIG]`.
    ENDLESS,
    /// Another protocol speaks, such as that of a browser tricked by a web page: no answer.
    FOREIGN
  }
}
