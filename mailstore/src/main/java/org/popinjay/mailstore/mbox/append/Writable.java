package org.popinjay.mailstore.mbox.append;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import org.popinjay.mailstore.mbox.disk.AppendStream;

/// A message that can be put behind others.
public interface Writable {
  /// About as many octets as it has.
  long octets();

  /// Puts the message out, from its From_ line to the blank line that separates it from the next.
  ///
  /// @param zone that of the From_ line
  /// @param window a direct buffer to read through
  void writeTo(AppendStream out, ZoneId zone, ByteBuffer window) throws IOException;
}
