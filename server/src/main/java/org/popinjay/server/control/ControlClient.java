package org.popinjay.server.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.popinjay.server.control.ControlException.Reason;

/// Asks the server that runs. One request each.
public final class ControlClient implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader answers;

  private ControlClient(SocketChannel channel) {
    this.channel = channel;
    this.answers =
        new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
  }

  /// Asks.
  ///
  /// @param path of the server's socket
  /// @throws ControlException if nobody listens there, or not to us; the message says what to do
  public static ControlClient ask(Path path, ControlRequest request) throws ControlException {
    try {
      var channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
      send(channel, UTF_8.encode(ControlCodec.write(request) + '\n'));
      return new ControlClient(channel);
    } catch (BindException e) {
      // What Java makes of EACCES.
      throw new ControlException(
          Reason.NO_PERMISSION,
          path + " may not be used by this user; run it as root, or as the user of the server");
    } catch (IOException | IllegalArgumentException e) {
      throw new ControlException(
          Reason.NOT_RUNNING,
          "no server listens at "
              + path
              + " ("
              + e.getMessage()
              + "); start it, or name its settings with -c FILE");
    }
  }

  private static void send(SocketChannel channel, ByteBuffer line) {
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException _) {
      // A server that does not want to hear has said why, and that can still be read.
    }
  }

  /// The next answer; empty when the server went away before the end.
  ///
  /// @throws ControlException for an answer that cannot be understood
  public Optional<ControlAnswer> next() throws ControlException {
    try {
      var line = answers.readLine();
      return line == null ? Optional.empty() : Optional.of(ControlCodec.answer(line));
    } catch (IOException _) {
      return Optional.empty();
    } catch (ControlCodec.Unreadable e) {
      throw new ControlException(Reason.UNUSABLE, "the server answers: " + e.getMessage());
    }
  }

  /// An answer as a JSON object without what the protocol adds, for programs that go on with it.
  public static String json(ControlAnswer answer) {
    return ControlCodec.fields(answer);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
