package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// Reads stored octets of one locked spool into memory. Called under the lock chain.
public final class SpoolReader {
  private final MboxEnvironment environment;
  private final SpoolFile spool;

  public SpoolReader(MboxEnvironment environment, SpoolFile spool) {
    this.environment = environment;
    this.spool = spool;
  }

  /// The stored header block of a row, with its blank line.
  public byte[] header(MessageTable table, int row) throws IOException {
    return octets(table.headerStart(row), table.headerOctets(row));
  }

  /// Stored octets from an offset on.
  public byte[] octets(long at, int count) throws IOException {
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
