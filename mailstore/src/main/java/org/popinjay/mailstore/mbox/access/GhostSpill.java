package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.spool.Extent;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stored octets of messages that this program removed while sessions were still to be told: their
/// clients may ask for them until then (RFC 9051, section 7.5.1).
///
/// In a scratch file and bounded; what finds no room is just gone. Thread-safe.
public final class GhostSpill {
  private static final Logger LOG = LoggerFactory.getLogger(GhostSpill.class);

  /// Octets that are kept of one mailbox.
  static final long MOST_OCTETS = 64L << 20;

  private static final int WINDOW_OCTETS = 64 << 10;

  private final MboxEnvironment environment;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Extent> extents = new HashMap<>();
  private @Nullable ScratchFile file;

  public GhostSpill(MboxEnvironment environment) {
    this.environment = environment;
  }

  /// Keeps messages that are about to be removed, the first ones first, as far as there is room.
  /// Never fails.
  ///
  /// @param spool descriptor of the spool, whose locks are held
  void keep(int spool, MessageTable table, BitSet rows) {
    lock.lock();
    try {
      var into = file == null ? environment.scratch() : file;
      file = into;
      var window = ByteBuffer.allocateDirect(WINDOW_OCTETS);
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        long octets = table.contentEnd(row) - table.headerStart(row);
        if (octets <= MOST_OCTETS - into.size()) {
          long at = into.size();
          copy(spool, table.headerStart(row), octets, into, window);
          extents.put(table.uid(row), extent(table, row, at, octets));
        }
      }
    } catch (PosixException e) {
      LOG.info("messages that somebody may still read are not kept: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private static Extent extent(MessageTable table, int row, long at, long octets) {
    return new Extent(
        Extent.SPILLED,
        at,
        table.headerOctets(row),
        at + octets,
        table.wireOctets(row),
        table.bits(row));
  }

  private void copy(int spool, long from, long octets, ScratchFile into, ByteBuffer window)
      throws PosixException {
    for (long done = 0; done < octets; ) {
      window.clear().limit((int) Math.min(window.capacity(), octets - done));
      WholeTransfers.read(environment.files(), spool, window, from + done);
      done += window.flip().remaining();
      into.write(window);
    }
  }

  /// Where a message is kept, or null.
  @Nullable Extent extent(int uid) {
    lock.lock();
    try {
      return extents.get(uid);
    } finally {
      lock.unlock();
    }
  }

  /// Puts the next octets of a message that is kept here into a buffer; false if it is not any
  /// more.
  boolean read(MboxContent content, ByteBuffer into) throws IOException {
    lock.lock();
    try {
      var from = file;
      if (from == null || !content.extent().equals(extents.get(content.uid()))) {
        return false;
      }
      if (content.storedDone()) {
        content.finish(into);
        return true;
      }
      long left = content.extent().contentEnd() - content.position();
      var window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_OCTETS, left));
      from.read(window, content.position());
      content.convert(window.flip(), into);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Lets go of everything: nobody is to be told of a removal any more.
  public void clear() {
    lock.lock();
    try {
      if (file != null) {
        file.close();
        file = null;
        extents.clear();
      }
    } finally {
      lock.unlock();
    }
  }
}
