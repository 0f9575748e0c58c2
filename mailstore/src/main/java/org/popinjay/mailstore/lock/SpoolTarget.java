package org.popinjay.mailstore.lock;

import org.popinjay.posix.Identity;

/// A spool to be locked.
///
/// @param path its name; the dotlock is made beside it
/// @param descriptor open for reading and, to be locked for writing, for writing too
/// @param identity rights that the dotlock is made with: those of the owner, in the spool folder
///   with the group of the spools ([Identity#withGid])
public record SpoolTarget(String path, int descriptor, Identity identity) {}
