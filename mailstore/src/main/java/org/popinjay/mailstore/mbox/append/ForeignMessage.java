package org.popinjay.mailstore.mbox.append;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import org.popinjay.mailstore.mbox.disk.AppendStream;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;

/// A message in an mbox file that is no spool of ours, on its way into one, octet for octet with
/// its From_ line.
///
/// @param descriptor of that file
/// @param from offset of its From_ line
/// @param headerStart behind that line
/// @param to behind its last octet, without what separates it from the next
/// @param endsOpen whether its last line has no line end
/// @param crlf whether its lines end in CRLF
public record ForeignMessage(
    FileCalls files,
    int descriptor,
    long from,
    long headerStart,
    long to,
    boolean endsOpen,
    boolean crlf)
    implements Writable {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LF = {'\n'};

  @Override
  public long octets() {
    return to - from;
  }

  @Override
  public void writeTo(AppendStream out, ZoneId zone, ByteBuffer window) throws IOException {
    // What a crash leaves can be told from the mail of others only if its From_ line is whole.
    put(out, window, from, headerStart);
    out.cut();
    put(out, window, headerStart, to);
    byte[] lineEnd = crlf ? CRLF : LF;
    if (endsOpen) {
      out.put(lineEnd);
    }
    out.put(lineEnd);
    out.cut();
  }

  private void put(AppendStream out, ByteBuffer window, long start, long end) throws IOException {
    for (long at = start; at < end; at += window.limit()) {
      window.clear().limit((int) Math.min(window.capacity(), end - at));
      WholeTransfers.read(files, descriptor, window, at);
      out.put(MemorySegment.ofBuffer(window.flip()), 0, window.limit());
    }
  }
}
