package org.popinjay.mailstore;

import java.util.BitSet;

/// What a change of flags came to. Bits are positions in the picture; bit 0 is not used.
///
/// @param done messages whose flags are now as asked, changed or not
/// @param changed those of them that were not before
/// @param modified messages left alone because they changed since the given mod-sequence (RFC 7162,
///   section 3.1.3)
/// @param gone messages that are there no more
public record Flagged(BitSet done, BitSet changed, BitSet modified, BitSet gone) {}
