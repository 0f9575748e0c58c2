package org.popinjay.server;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.MailConfig;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileSystemRoom;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much room there is where mail and state lie, looked at now and then.
///
/// A folder that depends on the user, as one in a home does, is not looked at. For one that is
/// still to be made, the folder counts that it will be made in.
final class DiskRoom {
  private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);
  private static final FileSystemRoom UNKNOWN = new FileSystemRoom(0, 0, 0, 0);

  private final List<Place> places = new ArrayList<>();

  /// A folder, by the word that settings have for it.
  static final class Place {
    private final String name;
    private final String folder;
    private volatile FileSystemRoom room = UNKNOWN;
    private boolean reached = true;

    private Place(String name, String folder) {
      this.name = name;
      this.folder = folder;
    }

    /// `state`, `spool` or `folders`.
    String name() {
      return name;
    }

    /// What there was at the last look; all zero where the folder cannot be reached.
    FileSystemRoom room() {
      return room;
    }
  }

  /// Looks for the first time. Blocks on the disk.
  DiskRoom(MailConfig mail) {
    places.add(new Place("state", mail.state().toString()));
    add("spool", mail.spool().toString());
    add("folders", mail.folders().toString());
    look();
  }

  private void add(String name, String template) {
    int brace = template.indexOf('{');
    int slash = template.lastIndexOf('/', brace < 0 ? template.length() : brace);
    if (slash > 0) {
      places.add(new Place(name, template.substring(0, slash)));
    }
  }

  private static FileSystemRoom roomAt(String folder) throws PosixException {
    try {
      return FileSystemRoom.of(folder);
    } catch (PosixException e) {
      int slash = folder.lastIndexOf('/');
      if (e.errno() != Errno.ENOENT || slash <= 0) {
        throw e;
      }
      return roomAt(folder.substring(0, slash));
    }
  }

  /// Where it looks.
  List<Place> places() {
    return List.copyOf(places);
  }

  /// Looks again. Blocks on the disk.
  synchronized void look() {
    for (var place : places) {
      try {
        place.room = roomAt(place.folder);
        place.reached = true;
      } catch (PosixException e) {
        place.room = UNKNOWN;
        if (place.reached) {
          place.reached = false;
          LOG.warn("mail.{}: its free space cannot be told: {}", place.name, e.getMessage());
        }
      }
    }
  }
}
