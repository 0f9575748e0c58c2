package org.popinjay.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import org.popinjay.config.LogConfig;

/// Where log lines end up: standard error, or a file that can be opened anew after logrotate moved
/// it away.
final class LogOutput extends OutputStreamAppender<ILoggingEvent> {
  private LogOutput(Context context) {
    setContext(context);
    setName("log");
  }

  /// An output for the time before there are settings, and after.
  static LogOutput standardError(LoggerContext context, LogConfig.Format format) {
    return of(context, format, new Unclosed());
  }

  /// An output to something that was opened for it.
  ///
  /// @param stream as [#open] gives it
  static LogOutput of(LoggerContext context, LogConfig.Format format, OutputStream stream) {
    var output = new LogOutput(context);
    output.setEncoder(lines(context, format, stream));
    output.setOutputStream(stream);
    output.start();
    return output;
  }

  /// Opens what lines go to: the file, else syslog, else standard error.
  ///
  /// @throws IOException if it cannot be opened
  static OutputStream open(LogConfig settings) throws IOException {
    if (settings.file().isPresent()) {
      return open(settings.file().get());
    }
    return settings.syslog().isPresent()
        ? SyslogStream.connect(SyslogStream.SOCKET, settings.syslog().get())
        : new Unclosed();
  }

  /// Writes to something else from the next line on, in another form perhaps; what was written to
  /// before is closed.
  void turnTo(LogConfig.Format format, OutputStream stream) {
    var lines = lines(getContext(), format, stream);
    streamWriteLock.lock();
    try {
      setOutputStream(stream);
      setEncoder(lines);
    } finally {
      streamWriteLock.unlock();
    }
  }

  private static Encoder<ILoggingEvent> lines(
      Context context, LogConfig.Format format, OutputStream stream) {
    Encoder<ILoggingEvent> lines =
        switch (format) {
          case TEXT -> new TextLines(!(stream instanceof SyslogStream));
          case JSON -> new JsonLines();
        };
    if (stream instanceof SyslogStream syslog) {
      long pid = ProcessHandle.current().pid();
      lines = HeadedLines.forSyslog(lines, syslog.facility(), ZoneId.systemDefault(), pid);
    } else if (stream instanceof Unclosed && JournalStream.isStandardError()) {
      lines = HeadedLines.forJournal(lines);
    }
    lines.setContext(context);
    lines.start();
    return lines;
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
