package org.popinjay.pop3.handler;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/// Finds the first field of a name in the octets of a message, wherever they are cut, and gives it
/// as it stands: folded lines stay folded, the line end is part of it. One instance a message.
final class FieldFinder {
  /// Octets in front of a colon that may be a name with blanks.
  private static final int LONGEST = 1_000;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private enum Place {
    /// In a line that may still become the field.
    BEGINNING,
    /// In another line.
    ELSEWHERE,
    /// In the field.
    FIELD,
    /// At the start of a line behind one of the field.
    BEHIND,
    /// It was found, or is not there.
    DONE
  }

  private final byte[] name;
  private final boolean byBeginning;
  private final byte[] start = new byte[LONGEST];
  private int length;
  private Place place = Place.BEGINNING;

  /// @param field its name in any case, with or without a colon
  /// @param byBeginning whether any line will do that begins so
  FieldFinder(String field, boolean byBeginning) {
    var asked =
        byBeginning || !field.endsWith(":") ? field : field.substring(0, field.length() - 1);
    this.name = asked.getBytes(US_ASCII);
    this.byBeginning = byBeginning;
  }

  /// Whether no more octets are wanted.
  boolean done() {
    return place == Place.DONE;
  }

  /// Takes octets, at least one, and gives what of them belongs to the field; that is valid until
  /// the next call.
  ///
  /// @param octets not empty; left with what was not looked at
  ByteBuffer next(ByteBuffer octets) {
    return switch (place) {
      case BEGINNING -> begin(octets);
      case ELSEWHERE -> {
        if (toLineEnd(octets)) {
          place = Place.BEGINNING;
        }
        yield NOTHING;
      }
      case FIELD -> {
        int from = octets.position();
        if (toLineEnd(octets)) {
          place = Place.BEHIND;
        }
        yield octets.slice(from, octets.position() - from);
      }
      case BEHIND -> {
        place = isBlank(octets.get(octets.position())) ? Place.FIELD : Place.DONE;
        yield NOTHING;
      }
      case DONE -> {
        octets.position(octets.limit());
        yield NOTHING;
      }
    };
  }

  /// Takes the beginning of a line, until it tells whose line it is.
  private ByteBuffer begin(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      byte octet = octets.get();
      start[length++] = octet;
      if (octet == '\n') {
        boolean blankLine = length == 1 || (length == 2 && start[0] == '\r');
        length = 0;
        if (blankLine) {
          place = Place.DONE;
        }
        return NOTHING;
      }
      if (!fits(octet) || length == LONGEST) {
        place = Place.ELSEWHERE;
        length = 0;
        return NOTHING;
      }
      if (length >= name.length && (byBeginning || octet == ':')) {
        place = Place.FIELD;
        int found = length;
        length = 0;
        return ByteBuffer.wrap(start, 0, found);
      }
    }
    return NOTHING;
  }

  /// Whether the last octet goes with the name: a letter of it, or what stands between it and the
  /// colon.
  private boolean fits(byte octet) {
    return length <= name.length
        ? lower(octet) == lower(name[length - 1])
        : octet == ':' || isBlank(octet);
  }

  /// Skips to behind the line end; false if it has still to come.
  private static boolean toLineEnd(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      if (octets.get() == '\n') {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }
}
