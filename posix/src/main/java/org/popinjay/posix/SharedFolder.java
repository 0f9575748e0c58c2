package org.popinjay.posix;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A folder of files that somebody keeps and others read.
///
/// What a reader may see is what the system lets him: with `mail.identity: user` the kernel
/// decides, by modes and access lists; with `process`, where every call is made by the server, the
/// modes of the folder and of the file are judged here. Files belong to whoever keeps them; but
/// neither they nor the folder may be changed by everybody. Nothing is ever opened for writing.
///
/// Thread-safe; every method blocks on the disk.
public final class SharedFolder {
  private static final int FOLDER_FLAGS =
      OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
  private static final int FILE_FLAGS =
      OpenFlags.READ | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;

  private static final int EVERYBODY_WRITES = 0002;
  private static final int GROUP_WRITES = 0020;

  private final FileCalls calls;
  private final UserIdentity identity;
  private final boolean judging;
  private final SpoolRules rules;
  private final String path;

  /// @param judging whether tasks under an identity have the rights of the server in truth
  /// @param rules the group whose members may write there besides the owners, and the largest file;
  ///   that somebody else owns one is in order
  public SharedFolder(
      FileCalls calls, UserIdentity identity, boolean judging, SpoolRules rules, String path) {
    this.calls = calls;
    this.identity = identity;
    this.judging = judging;
    this.rules = rules;
    this.path = path;
  }

  /// The path of the folder.
  public String path() {
    return path;
  }

  /// What a reader finds in it.
  public sealed interface Names {
    /// These, of plain files and of others, in no order; none if he may not look into it.
    record Found(List<String> names) implements Names {
      /// Copies the list.
      public Found {
        names = List.copyOf(names);
      }
    }

    /// The folder must not be used.
    ///
    /// @param reason for the operator's log
    record Refused(String reason) implements Names {}
  }

  /// Work in the open folder.
  private interface Inside<T> {
    T at(int folder) throws PosixException;
  }

  /// Looks into it.
  ///
  /// @throws IOException when the machine is at fault
  public Names names(Identity reader) throws IOException {
    return inside(
        reader,
        folder -> new Names.Found(calls.list(folder).stream().map(DirectoryEntry::name).toList()),
        new Names.Found(List.of()),
        Names.Refused::new);
  }

  /// Opens a file in it for reading.
  ///
  /// @param name one step
  /// @return [SpoolOpening.Missing] also if the reader may not read it
  /// @throws IOException when the machine is at fault
  public SpoolOpening open(String name, Identity reader) throws IOException {
    return inside(
        reader,
        folder -> open(folder, name, reader),
        new SpoolOpening.Missing(),
        SpoolOpening.Refused::new);
  }

  private <T> T inside(Identity reader, Inside<T> work, T nothing, Function<String, T> refused)
      throws IOException {
    return identity.as(
        reader,
        () -> {
          int folder;
          try {
            folder = calls.open(path, FOLDER_FLAGS, 0);
          } catch (PosixException e) {
            return switch (e.errno()) {
              case EACCES, EPERM -> nothing;
              case ENOENT -> refused.apply(path + ": is not there");
              case ENOTDIR, ELOOP -> refused.apply(path + ": is no folder, or a symbolic link");
              default -> throw e;
            };
          }
          try {
            var stat = calls.stat(folder);
            var fault = fault(stat);
            if (fault != null) {
              return refused.apply(path + ": " + fault);
            }
            boolean may = !judging || (stat.isReadableBy(reader) && stat.isEnterableBy(reader));
            return may ? work.at(folder) : nothing;
          } finally {
            calls.close(folder);
          }
        });
  }

  private SpoolOpening open(int folder, String name, Identity reader) throws PosixException {
    int descriptor;
    try {
      descriptor = calls.openAt(folder, name, FILE_FLAGS, 0);
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT, EACCES, EPERM -> new SpoolOpening.Missing();
        case ELOOP -> refused(name, "is a symbolic link");
        case ENXIO -> refused(name, "is a socket or a device");
        default -> throw e;
      };
    }
    boolean keep = false;
    try {
      var stat = calls.stat(descriptor);
      var fault = fileFault(stat);
      if (fault != null) {
        return refused(name, fault);
      }
      if (judging && !stat.isReadableBy(reader)) {
        return new SpoolOpening.Missing();
      }
      keep = true;
      return new SpoolOpening.Opened(descriptor, stat, false);
    } finally {
      if (!keep) {
        calls.close(descriptor);
      }
    }
  }

  private SpoolOpening refused(String name, String fault) {
    return new SpoolOpening.Refused(path + "/" + name + ": " + fault);
  }

  private @Nullable String fileFault(FileStat stat) {
    if (stat.type() != FileStat.Type.REGULAR) {
      return "is no regular file";
    }
    if (stat.links() != 1) {
      return "has " + stat.links() + " names (expected 1)";
    }
    return stat.size() > rules.sizeMax()
        ? "has more than " + rules.sizeMax() + " octets"
        : fault(stat);
  }

  private @Nullable String fault(FileStat stat) {
    if ((stat.permissions() & EVERYBODY_WRITES) != 0) {
      return "is writable by everybody";
    }
    var keepers = rules.spoolGroup();
    boolean keepersOnly = keepers.isPresent() && keepers.getAsInt() == stat.gid();
    return (stat.permissions() & GROUP_WRITES) != 0 && !keepersOnly
        ? "is writable by a group that is not the spool group"
        : null;
  }
}
