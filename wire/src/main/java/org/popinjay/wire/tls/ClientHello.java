package org.popinjay.wire.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What of a client's first message decides how it is answered. Pure.
///
/// @param host the host that the client wants, in lower case (RFC 6066, section 3)
/// @param protocols the protocols that it would speak (RFC 7301, section 3.1); empty where it does
///   not say
record ClientHello(Optional<String> host, List<String> protocols) {
  /// Of a client that says neither.
  static final ClientHello SILENT = new ClientHello(Optional.empty(), List.of());

  private static final int VERSION_AND_RANDOM = 34;
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int HOST_NAME = 0;
  private static final int HOST_OCTETS_MAX = 255;

  /// Copies the list.
  ClientHello {
    protocols = List.copyOf(protocols);
  }

  /// Reads the body of a ClientHello (RFC 8446, section 4.1.2). One that is malformed gives what
  /// could be read of it; the handshake itself will refuse it.
  static ClientHello read(ByteBuf body) {
    var in = body.slice();
    var reading = new Reading();
    try {
      in.skipBytes(VERSION_AND_RANDOM);
      in.skipBytes(in.readUnsignedByte());
      in.skipBytes(in.readUnsignedShort());
      in.skipBytes(in.readUnsignedByte());
      if (in.isReadable()) {
        reading.extensions(in.readSlice(in.readUnsignedShort()));
      }
    } catch (IndexOutOfBoundsException _) {
      // Cut off or wrong lengths.
    }
    return new ClientHello(reading.host, reading.protocols);
  }

  private static final class Reading {
    Optional<String> host = Optional.empty();
    final List<String> protocols = new ArrayList<>();

    void extensions(ByteBuf in) {
      while (in.isReadable()) {
        int type = in.readUnsignedShort();
        var data = in.readSlice(in.readUnsignedShort());
        if (type == SERVER_NAME) {
          serverNames(data.readSlice(data.readUnsignedShort()));
        } else if (type == ALPN) {
          protocols(data.readSlice(data.readUnsignedShort()));
        }
      }
    }

    private void serverNames(ByteBuf in) {
      while (in.isReadable()) {
        int type = in.readUnsignedByte();
        var name = in.readSlice(in.readUnsignedShort());
        if (type == HOST_NAME && host.isEmpty() && name.readableBytes() <= HOST_OCTETS_MAX) {
          host = Optional.of(text(name).toLowerCase(Locale.ROOT));
        }
      }
    }

    private void protocols(ByteBuf in) {
      while (in.isReadable()) {
        protocols.add(text(in.readSlice(in.readUnsignedByte())));
      }
    }

    private static String text(ByteBuf octets) {
      return octets.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
