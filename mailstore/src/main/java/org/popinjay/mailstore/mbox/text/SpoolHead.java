package org.popinjay.mailstore.mbox.text;

import org.jspecify.annotations.Nullable;

/// What a spool says of itself before and in its first message.
///
/// @param skippedOctets line ends and NULs ahead of everything
/// @param pseudoEnd where the pseudo message of another server ends, which begins behind the
///   skipped octets; 0 if there is none
/// @param imapBase the bookkeeping that a server left; null if there is none that parses
public record SpoolHead(long skippedOctets, long pseudoEnd, @Nullable ImapBase imapBase) {
  /// A spool that says nothing.
  public static final SpoolHead NONE = new SpoolHead(0, 0, null);

  /// The same with other bookkeeping.
  public SpoolHead with(@Nullable ImapBase base) {
    return new SpoolHead(skippedOctets, pseudoEnd, base);
  }

  /// What a scan from the beginning found.
  public static SpoolHead of(MboxScanner.Head head) {
    return new SpoolHead(
        head.skippedOctets(),
        head.pseudo().map(MboxScanner.Extent::end).orElse(0L),
        head.base().orElse(null));
  }
}
