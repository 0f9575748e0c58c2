package org.popinjay.mailstore.board;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.popinjay.config.Escape;
import org.popinjay.mailstore.BoardNotes;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SharedFolder;
import org.popinjay.posix.SpoolOpening;
import org.popinjay.posix.SpoolRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder of boards, one file `NAME.mbox` each, and perhaps a file `NAME.info` beside it.
///
/// What must not be used is logged once each time that it becomes so, and not there for anybody.
/// Thread-safe; blocks on the disk.
public final class BoardFolder {
  private static final Logger LOG = LoggerFactory.getLogger(BoardFolder.class);

  /// Boards that are listed at most.
  public static final int MOST_BOARDS = 1_000;

  /// Largest board: whoever asks for it first waits until all of it was read.
  static final long LARGEST_OCTETS = 64L << 30;

  private static final int NOTES_OCTETS_MAX = 16 << 10;
  private static final int MOST_TOLD = 1_000;

  private final FileCalls files;
  private final SharedFolder folder;
  private final Map<String, String> told = new ConcurrentHashMap<>();

  /// @param folder as its readers find it
  public BoardFolder(FileCalls files, SharedFolder folder) {
    this.files = files;
    this.folder = folder;
  }

  /// What the files of boards have to be like.
  ///
  /// @param keepers the group whose members may write to them besides their owners
  public static SpoolRules rules(OptionalInt keepers) {
    return new SpoolRules(LARGEST_OCTETS, true, keepers);
  }

  /// Says that a board cannot be read, though its file can be opened.
  public void unreadable(String name, String why) {
    tell(name, why);
  }

  /// The path of the folder.
  public String path() {
    return folder.path();
  }

  /// Names that boards may have and that there are files for, sorted; whether the reader may read
  /// them is for [#has] to say.
  public List<String> names(Identity reader) throws IOException {
    return switch (folder.names(reader)) {
      case SharedFolder.Names.Refused(String reason) -> {
        tell("", reason);
        yield List.of();
      }
      case SharedFolder.Names.Found(var names) -> {
        told.remove("");
        var files = names.stream().filter(BoardNames::isBoard).sorted().toList();
        var allowed = files.stream().map(BoardNames::ofFile).filter(BoardNames::isAllowed).toList();
        files.stream()
            .filter(file -> !BoardNames.isAllowed(BoardNames.ofFile(file)))
            .findFirst()
            .ifPresent(odd -> tell("names", path() + "/" + odd + ": is no name for a board"));
        if (allowed.size() > MOST_BOARDS) {
          tell("count", path() + ": has more than " + MOST_BOARDS + " boards; no more are listed");
        }
        yield allowed.subList(0, Math.min(allowed.size(), MOST_BOARDS));
      }
    };
  }

  /// What keeps boards from being there, each with a path, for an operator who asks. Logs nothing.
  public List<String> faults(Identity reader) throws IOException {
    return switch (folder.names(reader)) {
      case SharedFolder.Names.Refused(String reason) -> List.of(reason);
      case SharedFolder.Names.Found(var names) -> {
        var faults = new ArrayList<String>();
        for (var file : names.stream().filter(BoardNames::isBoard).sorted().toList()) {
          if (!BoardNames.isAllowed(BoardNames.ofFile(file))) {
            faults.add(path() + "/" + file + ": is no name for a board");
          } else {
            switch (folder.open(file, reader)) {
              case SpoolOpening.Refused(String reason) -> faults.add(reason);
              case SpoolOpening.Opened opened -> files.close(opened.descriptor());
              case SpoolOpening.Missing _ -> {}
            }
          }
        }
        yield List.copyOf(faults);
      }
    };
  }

  /// Whether there is a board of this name that the reader may read.
  public boolean has(String name, Identity reader) throws IOException {
    if (!BoardNames.isAllowed(name)) {
      return false;
    }
    var opened = open(BoardNames.file(name), reader);
    if (opened.isPresent()) {
      files.close(opened.get().descriptor());
    }
    return opened.isPresent();
  }

  /// What is said of a board; nothing where that cannot be read.
  public BoardNotes notes(String name, Identity reader) throws IOException {
    var file = BoardNames.notes(name);
    var opened = open(file, reader);
    if (opened.isEmpty()) {
      return BoardNotes.NONE;
    }
    try {
      if (opened.get().stat().size() > NOTES_OCTETS_MAX) {
        tell(file, path() + "/" + file + ": has more than " + NOTES_OCTETS_MAX + " octets");
        return BoardNotes.NONE;
      }
      var octets = octets(opened.get().descriptor());
      return NotesText.read(
          octets,
          (line, what) -> tell(file + ":" + line, path() + "/" + file + ":" + line + ": " + what));
    } finally {
      files.close(opened.get().descriptor());
    }
  }

  private byte[] octets(int descriptor) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var into = arena.allocate(NOTES_OCTETS_MAX).asByteBuffer();
      int count = 1;
      for (long at = 0; count > 0 && into.hasRemaining(); at += count) {
        count = files.read(descriptor, into, at);
      }
      var octets = new byte[into.flip().remaining()];
      into.get(octets);
      return octets;
    }
  }

  private Optional<SpoolOpening.Opened> open(String file, Identity reader) throws IOException {
    return switch (folder.open(file, reader)) {
      case SpoolOpening.Opened opened -> {
        told.remove(file);
        yield Optional.of(opened);
      }
      case SpoolOpening.Missing _ -> Optional.empty();
      case SpoolOpening.Refused(String reason) -> {
        // Whoever asks for many names is not to fill the log with what is wrong with the folder.
        tell(reason.startsWith(path() + ": ") ? "" : file, reason);
        yield Optional.empty();
      }
    };
  }

  private void tell(String about, String words) {
    if (told.size() > MOST_TOLD) {
      told.clear();
    }
    if (!words.equals(told.put(about, words))) {
      LOG.warn("bboards: {}", Escape.text(words));
    }
  }
}
