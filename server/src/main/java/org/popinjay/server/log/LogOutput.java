package org.popinjay.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.popinjay.config.LogConfig;

/// Where log lines end up: standard error, or a file that can be opened anew after logrotate moved
/// it away.
final class LogOutput extends OutputStreamAppender<ILoggingEvent> {
  private LogOutput(Context context, LogConfig.Format format) {
    setContext(context);
    setName("log");
    var lines =
        switch (format) {
          case TEXT -> new TextLines();
          case JSON -> new JsonLines();
        };
    lines.setContext(context);
    lines.start();
    setEncoder(lines);
  }

  static LogOutput standardError(LoggerContext context, LogConfig.Format format) {
    var output = new LogOutput(context, format);
    output.setOutputStream(new Unclosed());
    output.start();
    return output;
  }

  static LogOutput file(LoggerContext context, LogConfig.Format format, Path file)
      throws IOException {
    var output = new LogOutput(context, format);
    output.setOutputStream(open(file));
    output.start();
    return output;
  }

  /// Writes to the file that has this name now; lines that are being written are not torn.
  ///
  /// @throws IOException if it cannot be opened; the old one stays in use then
  void reopen(Path file) throws IOException {
    setOutputStream(open(file));
  }

  /// Mode 0640 where we make the file; a symbolic link is refused, as is anything but a plain file.
  /// No channel: one would be closed when logback interrupts its writing thread at the end.
  private static OutputStream open(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + ": no plain file", e);
      }
    }
    return new FileOutputStream(file.toFile(), true);
  }

  /// Standard error, which outlives every appender.
  private static final class Unclosed extends OutputStream {
    @Override
    public void write(int octet) {
      System.err.write(octet);
    }

    @Override
    public void write(byte[] octets, int from, int length) {
      System.err.write(octets, from, length);
    }

    @Override
    public void flush() {
      System.err.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }
}
