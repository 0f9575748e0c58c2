package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.popinjay.posix.FileCalls;

/// A fixed number of buffers that spools are read through, shared by all sessions.
///
/// A session that reads message after message finds its octets read ahead in the window it used
/// last; an idle session holds none. Thread-safe, never blocks: when all are in use, a smaller one
/// is made and forgotten afterwards.
public final class ReadWindows {
  private static final int SPARE_OCTETS = 64 << 10;

  private final ArrayDeque<Window> idle = new ArrayDeque<>();

  /// A part of a spool in memory.
  public static final class Window {
    /// Read at least, so that a small message and the next ones cost one reading.
    private static final int LEAST_OCTETS = 16 << 10;

    private final ByteBuffer octets;
    private final boolean shared;
    private long version;
    private long from;

    private Window(int capacity, boolean shared) {
      octets = ByteBuffer.allocateDirect(capacity).limit(0);
      this.shared = shared;
    }

    /// The octets from the position that was reached on.
    public ByteBuffer octets() {
      return octets;
    }

    /// Whether it has the octet at this offset of this picture of a spool; positions the buffer at
    /// it if so.
    public boolean reach(long ofVersion, long offset) {
      if (version != ofVersion || offset < from || offset >= from + octets.limit()) {
        return false;
      }
      octets.position((int) (offset - from));
      return true;
    }

    /// Reads octets of a message from an offset on, and as many behind it as there is room for if
    /// the last reading ended just here.
    public void fill(FileCalls files, int descriptor, Extent extent, long offset)
        throws IOException {
      fill(files, descriptor, extent.version(), offset, extent.contentEnd());
    }

    /// Reads octets of any file likewise.
    ///
    /// @param ofVersion tells all that is read through windows apart
    /// @param end up to here octets are wanted
    public void fill(FileCalls files, int descriptor, long ofVersion, long offset, long end)
        throws IOException {
      boolean onward = version == ofVersion && offset == from + octets.limit();
      long wanted = onward ? octets.capacity() : Math.max(LEAST_OCTETS, end - offset);
      version = 0;
      octets.clear().limit((int) Math.min(wanted, octets.capacity()));
      while (octets.hasRemaining()
          && files.read(descriptor, octets, offset + octets.position()) > 0) {
        // read until full or at the end of the file
      }
      octets.flip();
      from = offset;
      version = ofVersion;
    }

    /// Forgets what is in it.
    public void forget() {
      version = 0;
      octets.limit(0);
    }

    private boolean isNear(long ofVersion, long offset) {
      return version == ofVersion && offset >= from && offset <= from + octets.limit();
    }
  }

  /// @param count windows kept
  /// @param octets size of each
  ReadWindows(int count, int octets) {
    for (int i = 0; i < count; i++) {
      idle.add(new Window(octets, true));
    }
  }

  /// Lends a window that has this offset of this picture of a spool or ends just there, else the
  /// one that was idle for longest.
  ///
  /// @param version tells pictures of all spools apart; never 0
  public Window borrow(long version, long offset) {
    synchronized (idle) {
      for (var each = idle.descendingIterator(); each.hasNext(); ) {
        var window = each.next();
        if (window.isNear(version, offset)) {
          each.remove();
          return window;
        }
      }
      var oldest = idle.poll();
      return oldest == null ? new Window(SPARE_OCTETS, false) : oldest;
    }
  }

  /// Takes a window back.
  public void giveBack(Window window) {
    if (window.shared) {
      synchronized (idle) {
        idle.add(window);
      }
    }
  }
}
