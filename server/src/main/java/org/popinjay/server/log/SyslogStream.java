package org.popinjay.server.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.popinjay.config.LogConfig;
import org.popinjay.posix.NotifySocket;
import org.popinjay.posix.PosixException;

/// The syslog daemon of this machine, each line one datagram.
///
/// When the daemon is started anew its socket is another one, so a line that is not taken is tried
/// once more on a new connection. What is not taken then goes to standard error. Used by the thread
/// that writes the log.
final class SyslogStream extends OutputStream {
  /// Where daemons listen.
  static final String SOCKET = "/dev/log";

  /// What rsyslog takes of a line by default.
  private static final int LINE_OCTETS_MAX = 8000;

  private final String path;
  private final LogConfig.Facility facility;
  private NotifySocket socket;

  private SyslogStream(String path, LogConfig.Facility facility, NotifySocket socket) {
    this.path = path;
    this.facility = facility;
    this.socket = socket;
  }

  /// @throws IOException if no daemon listens there
  static SyslogStream connect(String path, LogConfig.Facility facility) throws IOException {
    return new SyslogStream(path, facility, NotifySocket.connect(path));
  }

  LogConfig.Facility facility() {
    return facility;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int length) {
    int begin = from;
    for (int i = from; i < from + length; i++) {
      if (octets[i] == '\n') {
        send(octets, begin, i);
        begin = i + 1;
      }
    }
    send(octets, begin, from + length);
  }

  private void send(byte[] octets, int from, int to) {
    int length = Math.min(to - from, LINE_OCTETS_MAX);
    if (length <= 0) {
      return;
    }
    var line = new String(octets, from, length, StandardCharsets.UTF_8);
    try {
      socket.send(line);
    } catch (PosixException _) {
      sendAnew(line);
    }
  }

  private void sendAnew(String line) {
    try {
      var next = NotifySocket.connect(path);
      socket.close();
      socket = next;
      socket.send(line);
    } catch (PosixException e) {
      System.err.println(line + " [" + e.getMessage() + "]");
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
