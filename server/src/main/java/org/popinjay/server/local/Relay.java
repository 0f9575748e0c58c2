package org.popinjay.server.local;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/// Carries octets between standard input and output and the server's socket, as they are. The end
/// of the input is passed on, so that what the server has still to say comes through; the end of
/// what it says is the end.
public final class Relay {
  /// Where a server listens whose settings follow the documentation.
  public static final Path STANDARD = Path.of("/run/popinjay/preauth");

  private static final int PIECE_OCTETS = 64 * 1024;

  private Relay() {}

  /// Connects to the server.
  ///
  /// @throws IOException if nobody listens there, or not to us
  public static SocketChannel connect(Path socket) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  /// Carries until the server is done or the client cannot be written to; closes the connection.
  public static void carry(SocketChannel server) throws IOException {
    // Reads from a terminal or a pipe cannot be interrupted; the thread ends with the process.
    Thread.ofPlatform().daemon().name("input").start(() -> carryInput(server));
    var out = new FileOutputStream(FileDescriptor.out).getChannel();
    try (server) {
      copy(server, out);
    }
  }

  private static void carryInput(SocketChannel server) {
    try {
      copy(new FileInputStream(FileDescriptor.in).getChannel(), server);
      server.shutdownOutput();
    } catch (IOException _) {
      // The server is gone; the other direction comes to its end, too.
    }
  }

  private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
    var piece = ByteBuffer.allocateDirect(PIECE_OCTETS);
    while (from.read(piece.clear()) >= 0) {
      piece.flip();
      while (piece.hasRemaining()) {
        to.write(piece);
      }
    }
  }
}
