package org.popinjay.pop3.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.ParseResult.Mail;
import org.popinjay.pop3.command.ParseResult.Progress;
import org.popinjay.pop3.command.Secret;
import org.popinjay.wire.OctetReader;

/// Takes a message up to a line that is a dot alone, with the dots undone that are doubled at the
/// start of lines, and line ends as LF. One instance a message.
///
/// A dot in front of other text stays: popper's clients did not double it. What is too long is
/// thrown away, up to twice the length in the hope of its end.
final class MailReader implements OctetReader {
  private enum Place {
    LINE_START,
    /// Behind a dot at the start of a line.
    DOT,
    /// Behind that and CR.
    DOT_CR,
    TEXT,
    CR
  }

  private final long octetsMax;
  private long taken;
  private long kept;
  private boolean done;
  private Place place = Place.LINE_START;
  private byte[] piece = {};
  private int length;

  /// @param octetsMax longest message
  MailReader(long octetsMax) {
    this.octetsMax = octetsMax;
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public @Nullable Mail take(ByteBuf octets) {
    // A dot and a CR may have been held back.
    piece = new byte[octets.readableBytes() + 2];
    length = 0;
    int before = octets.readerIndex();
    while (!done && octets.isReadable()) {
      take(octets.readByte());
    }
    octets.setZero(before, octets.readerIndex() - before);
    taken += octets.readerIndex() - before;
    kept += length;
    boolean excessive = kept > octetsMax;
    var progress = done ? (excessive ? Progress.EXCESSIVE : Progress.COMPLETE) : Progress.MORE;
    if (!done && taken > 2 * octetsMax) {
      done = true;
      progress = Progress.ENDLESS;
    }
    int count = excessive ? 0 : length;
    return count == 0 && progress == Progress.MORE
        ? null
        : new Mail(new Secret(Arrays.copyOf(piece, count)), progress);
  }

  private void take(byte octet) {
    switch (place) {
      case LINE_START -> {
        if (octet == '.') {
          place = Place.DOT;
        } else {
          text(octet);
        }
      }
      case DOT -> {
        if (octet == '\n') {
          done = true;
        } else if (octet == '\r') {
          place = Place.DOT_CR;
        } else {
          keep('.');
          if (octet == '.') {
            place = Place.TEXT;
          } else {
            text(octet);
          }
        }
      }
      case DOT_CR -> {
        if (octet == '\n') {
          done = true;
        } else {
          keep('.');
          keep('\r');
          text(octet);
        }
      }
      case TEXT -> text(octet);
      case CR -> {
        if (octet != '\n') {
          keep('\r');
        }
        text(octet);
      }
    }
  }

  private void text(byte octet) {
    switch (octet) {
      case '\r' -> place = Place.CR;
      case '\n' -> {
        keep(octet);
        place = Place.LINE_START;
      }
      default -> {
        keep(octet);
        place = Place.TEXT;
      }
    }
  }

  private void keep(int octet) {
    piece[length++] = (byte) octet;
  }
}
