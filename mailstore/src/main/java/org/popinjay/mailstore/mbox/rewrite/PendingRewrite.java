package org.popinjay.mailstore.mbox.rewrite;

/// A rewrite that a crash interrupted.
///
/// @param spool where the file was found when it began
/// @param device of the file
/// @param inode of the file
public record PendingRewrite(SpoolName spool, long device, long inode) {}
