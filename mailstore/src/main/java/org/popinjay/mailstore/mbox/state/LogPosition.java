package org.popinjay.mailstore.mbox.state;

/// A place in a state log between two records.
///
/// @param generation which file: a log that was compacted or made anew has another one
/// @param offset octets from its beginning
public record LogPosition(long generation, long offset) {}
