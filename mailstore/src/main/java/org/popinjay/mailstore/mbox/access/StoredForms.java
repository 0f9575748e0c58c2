package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.append.StorableMessage;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolReader;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Presentation;
import org.popinjay.mailstore.mbox.text.StatusHeaders;

/// Finds out again how messages are read that this program wrote in a form of its own
/// ([StorableMessage]). The scanner cannot say, since a sender can forge the note in the header;
/// the state log knows which messages it is ours in.
///
/// Called under the lock chain.
final class StoredForms {
  private static final int WINDOW_OCTETS = 64 << 10;

  private final MboxEnvironment environment;
  private final SpoolFile spool;
  private final SpoolReader reader;

  StoredForms(MboxEnvironment environment, SpoolFile spool) {
    this.environment = environment;
    this.spool = spool;
    reader = new SpoolReader(environment, spool);
  }

  /// Completes the rows of such messages after a scan of the whole spool. What was known is taken
  /// over; what was not is read.
  void restore(MessageTable known, MessageTable found) throws IOException {
    for (int row = 0; row < found.count(); row++) {
      if ((found.bits(row) & Bits.QUOTED) != 0) {
        restore(known, found, row);
      }
    }
  }

  private void restore(MessageTable known, MessageTable found, int row) throws IOException {
    int before = known.rowOf(found.uid(row));
    boolean unchanged =
        before >= 0
            && known.wireOctets(before) > 0
            && known.headerOctets(before) == found.headerOctets(row);
    if (unchanged) {
      found.wireOctets(row, known.wireOctets(before));
      found.bits(
          row, (found.bits(row) & ~Bits.STORED_FORM) | (known.bits(before) & Bits.STORED_FORM));
      return;
    }
    var notes = StatusHeaders.read(reader.header(found, row)).notes();
    boolean bodyIsEmpty = found.bodyStart(row) == found.contentEnd(row);
    int bits = found.bits(row) | StorableMessage.bits(notes, bodyIsEmpty);
    found.bits(row, bits);
    found.wireOctets(row, measure(found, row, bits) - Presentation.unstored(bits));
  }

  private long measure(MessageTable table, int row, int bits) throws IOException {
    var presentation = new Presentation(table.headerOctets(row), bits);
    try (var arena = Arena.ofConfined()) {
      ByteBuffer window = arena.allocate(WINDOW_OCTETS).asByteBuffer();
      ByteBuffer scratch = arena.allocate(WINDOW_OCTETS).asByteBuffer();
      long octets = 0;
      long end = table.contentEnd(row);
      for (long at = table.headerStart(row); at < end; at += window.limit()) {
        window.clear().limit((int) Math.min(window.capacity(), end - at));
        WholeTransfers.read(environment.files(), spool.descriptor(), window, at);
        octets += presentation.measure(window.flip(), at + window.limit() == end, scratch);
      }
      return octets;
    }
  }
}
