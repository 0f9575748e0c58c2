package org.popinjay.posix;

/// A name in a directory.
///
/// @param name without a path
/// @param type of what it names; that of a symbolic link is [FileStat.Type#SYMLINK]
public record DirectoryEntry(String name, FileStat.Type type) {}
