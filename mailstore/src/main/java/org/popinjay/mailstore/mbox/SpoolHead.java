package org.popinjay.mailstore.mbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a spool says of itself before and in its first message.
///
/// @param skippedOctets line ends and NULs ahead of everything
/// @param pseudoEnd where the pseudo message of another server ends, which begins behind the
///   skipped octets; 0 if there is none
/// @param imapBase the bookkeeping that another server left; null if there is none that parses
public record SpoolHead(long skippedOctets, long pseudoEnd, @Nullable ImapBase imapBase) {
  /// A spool that says nothing.
  public static final SpoolHead NONE = new SpoolHead(0, 0, null);

  /// Content of the field `X-IMAPbase` of a first message, or `X-IMAP` of a pseudo message.
  ///
  /// @param uidValidity as written, not checked
  /// @param uidLast the greatest UID ever given, as written, not checked
  /// @param keywords names in the order in which they were declared
  public record ImapBase(long uidValidity, long uidLast, List<String> keywords) {
    /// Copies the list.
    public ImapBase {
      keywords = List.copyOf(keywords);
    }
  }
}
