package org.popinjay.posix;

/// What the system says of a file (statx(2)).
///
/// @param device major and minor number in one value
/// @param inode number within the device
/// @param type what kind of file it is
/// @param permissions the low twelve mode bits
/// @param links number of names
/// @param uid owner
/// @param gid group
/// @param size octets
/// @param modifiedNanos last change of the content, nanoseconds since 1970
/// @param changedNanos last change of content or metadata, nanoseconds since 1970; no program can
///   set it back
/// @param accessedNanos last reading, nanoseconds since 1970
public record FileStat(
    long device,
    long inode,
    Type type,
    int permissions,
    int links,
    int uid,
    int gid,
    long size,
    long modifiedNanos,
    long changedNanos,
    long accessedNanos) {

  /// Kinds of files that matter here.
  public enum Type {
    /// A plain file.
    REGULAR,
    /// A directory.
    DIRECTORY,
    /// A symbolic link itself, not what it names.
    SYMLINK,
    /// FIFO, socket, device.
    OTHER
  }

  /// Whether both are the same file, whatever its names.
  public boolean sameFile(FileStat other) {
    return device == other.device && inode == other.inode;
  }

  /// Whether the modes let somebody read it. Access lists are not looked at.
  public boolean isReadableBy(Identity who) {
    return allows(04, who);
  }

  /// Whether the modes let somebody enter it, if it is a directory.
  public boolean isEnterableBy(Identity who) {
    return allows(01, who);
  }

  /// The first of owner, group and others that somebody belongs to decides.
  private boolean allows(int right, Identity who) {
    if (who.uid() == uid) {
      return (permissions & right << 6) != 0;
    }
    boolean inGroup = who.gid() == gid || who.groups().contains(gid);
    return (permissions & (inGroup ? right << 3 : right)) != 0;
  }
}
