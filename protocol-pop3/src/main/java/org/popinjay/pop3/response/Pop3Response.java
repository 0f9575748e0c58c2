package org.popinjay.pop3.response;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent;

/// An answer to one command (RFC 1939, section 3).
public sealed interface Pop3Response {

  /// An answer of one line, and small.
  sealed interface SingleLine extends Pop3Response {}

  /// `+OK ` with its space and nothing behind it, as popper answered NOOP.
  record OkAndSpace() implements SingleLine {}

  /// `+OK text`, or `+OK` alone for an empty text.
  ///
  /// @param text printable US-ASCII, so short that the line has at most 512 octets
  record Ok(String text) implements SingleLine {
    /// `+OK`.
    public static final Ok BARE = new Ok("");
  }

  /// `-ERR [CODE] text`.
  ///
  /// @param code null where none is due
  /// @param text printable US-ASCII; never a path, a class name or what a client sent
  record Err(@Nullable Pop3ResponseCode code, String text) implements SingleLine {
    /// Without a code.
    public Err(String text) {
      this(null, text);
    }
  }

  /// `+OK number number`: a drop listing or a scan listing (RFC 1939, section 5).
  record Listed(long first, long octets) implements SingleLine {}

  /// `+OK number unique-id` (RFC 1939, section 7).
  record Identified(int number, String uniqueId) implements SingleLine {}

  /// `+ base64`: the server's turn in a SASL exchange (RFC 5034, section 4).
  record Challenge(String base64) implements SingleLine {}

  /// A first line, some more, and the terminating dot. For lines of our own making that are few.
  record Lines(Ok first, List<String> lines) implements Pop3Response {
    /// Copies the list.
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /// A first line and one for each row, made while they are sent.
  record Listing(Ok first, Rows rows) implements Pop3Response {}

  /// A first line and others, made while they are sent.
  record Made(Ok first, LineMaker lines) implements Pop3Response {}

  /// A first line and the text of a message. Whoever sends it closes the content.
  ///
  /// @param bodyLinesMax lines of the body to be sent (TOP); [#WHOLE] for all
  record Text(Ok first, MessageContent content, int bodyLinesMax) implements Pop3Response {
    /// More lines than any message has.
    public static final int WHOLE = Integer.MAX_VALUE;
  }
}
