package org.popinjay.mailstore.mbox.disk;

import java.time.Instant;
import org.popinjay.posix.FileStat;

/// What a spool looked like when it was read; tells later whether it is still the same.
///
/// The change time decides, since mail programs set the modification time back. On a file system
/// whose clock ticks coarsely a second change may hide behind the same time, so a stamp taken too
/// soon after a change is worth less.
///
/// @param device as [FileStat#device]
/// @param inode within the device
/// @param size octets
/// @param modifiedNanos since 1970
/// @param changedNanos since 1970
/// @param racy whether a change after it was taken may not show
public record SpoolStamp(
    long device, long inode, long size, long modifiedNanos, long changedNanos, boolean racy) {

  /// Ticks of file systems are at most two seconds long.
  private static final long RACY_NANOS = 2_000_000_000L;

  /// How a spool looks compared with a stamp.
  public enum Comparison {
    /// Nobody changed it.
    UNCHANGED,
    /// It looks the same, but the stamp was taken too soon after a change: the content must be
    /// looked at.
    UNSURE,
    /// It is longer; whether what was there stayed the same must be looked at.
    GREW,
    /// Anything may have happened.
    CHANGED
  }

  /// The stamp of a spool as it is.
  ///
  /// @param fineGrained whether each change shows in the change time: then no stamp is racy
  public static SpoolStamp of(FileStat stat, Instant now, boolean fineGrained) {
    long nowNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    return new SpoolStamp(
        stat.device(),
        stat.inode(),
        stat.size(),
        stat.modifiedNanos(),
        stat.changedNanos(),
        !fineGrained && nowNanos - stat.changedNanos() < RACY_NANOS);
  }

  /// The same for a spool of which only so many octets are known: the rest has yet to be read.
  public SpoolStamp upTo(long octets) {
    return new SpoolStamp(device, inode, octets, modifiedNanos, changedNanos, racy);
  }

  /// The same for a spool of which not all was looked at.
  public SpoolStamp doubtful() {
    return new SpoolStamp(device, inode, size, modifiedNanos, changedNanos, true);
  }

  /// Compares a spool with this stamp.
  public Comparison comparison(FileStat now) {
    if (now.device() != device || now.inode() != inode) {
      return Comparison.CHANGED;
    }
    boolean sameTimes = now.modifiedNanos() == modifiedNanos && now.changedNanos() == changedNanos;
    if (now.size() == size && sameTimes) {
      return racy ? Comparison.UNSURE : Comparison.UNCHANGED;
    }
    return now.size() > size ? Comparison.GREW : Comparison.CHANGED;
  }

  /// Whether nobody changed it since.
  public boolean isUnchanged(FileStat now) {
    return comparison(now) == Comparison.UNCHANGED;
  }

  /// Whether it looks the same as far as times can tell; for octets that were read a moment ago.
  public boolean matches(FileStat now) {
    var comparison = comparison(now);
    return comparison == Comparison.UNCHANGED || comparison == Comparison.UNSURE;
  }

  /// Whether it is possible that it was appended to and not changed otherwise.
  public boolean mayHaveGrownTo(FileStat now) {
    return comparison(now) == Comparison.GREW;
  }
}
