package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads stored octets of one spool through the shared windows.
///
/// Used under the read side of the mailbox's gate. Octets are handed out only if the spool was
/// found to be the one that was scanned after they were read.
final class SpoolReader {
  private final MboxEnvironment environment;
  private final SpoolFile spool;

  SpoolReader(MboxEnvironment environment, SpoolFile spool) {
    this.environment = environment;
    this.spool = spool;
  }

  /// Converts the next stored octets of a message into a buffer.
  ///
  /// @param stamp what the spool must look like
  /// @return false if it does not look like that any more; nothing was put into the buffer then
  boolean read(MboxContent content, ByteBuffer into, SpoolStamp stamp) throws IOException {
    if (content.storedDone()) {
      content.finish(into);
      return true;
    }
    var extent = content.extent();
    long at = content.position();
    var window = environment.windows().borrow(extent.version(), at);
    try {
      if (!window.reach(extent.version(), at)) {
        window.fill(environment.files(), spool.descriptor(), extent, at);
      }
      if (!stamp.matches(spool.stat())) {
        window.forget();
        return false;
      }
      if (!window.octets().hasRemaining()) {
        throw new IOException("spool ended at " + at + " unexpectedly: " + spool.path());
      }
      content.convert(window.octets(), into);
      return true;
    } finally {
      environment.windows().giveBack(window);
    }
  }

  /// The stored header block of a row, with its blank line. Called under the lock chain.
  byte[] header(MessageTable table, int row) throws IOException {
    return octets(table.headerStart(row), table.headerOctets(row));
  }

  /// Stored octets from an offset on. Called under the lock chain.
  byte[] octets(long at, int count) throws IOException {
    var octets = ByteBuffer.allocateDirect(count);
    while (octets.hasRemaining()) {
      int read = environment.files().read(spool.descriptor(), octets, at + octets.position());
      if (read == 0) {
        throw new IOException("spool ended inside a header at " + at + ": " + spool.path());
      }
    }
    var copy = new byte[octets.flip().remaining()];
    octets.get(copy);
    return copy;
  }
}
