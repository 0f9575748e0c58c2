package org.popinjay.mailstore.dovecot;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.dovecot.IndexState.Extension;

/// `dovecot.index.log`: what happened, one record behind the other.
///
/// A record has a size, its own header included, and a type. Those that are external are what
/// Dovecot found in the spool or did there; the others are what clients asked for. Of an expunge
/// only the external record counts, of flags both.
final class LogFile {
  private static final int MAJOR = 1;
  private static final int HEADER_SIZE = 2;
  private static final int INDEX_ID = 4;
  private static final int SEQUENCE = 8;
  private static final int PREVIOUS = 12;
  private static final int LEAST_HEADER = 24;
  private static final int COMPATIBILITY = 32;
  private static final int LITTLE_ENDIAN = 1;
  private static final int RECORD_HEADER = 8;

  private static final int TYPES = 0x0FFF_FFFF;
  private static final int EXTERNAL = 0x1000_0000;
  private static final int EXPUNGE = 0xCD91;
  private static final int EXPUNGE_GUID = 0xED90;
  private static final int APPEND = 0x2;
  private static final int FLAG_UPDATE = 0x4;
  private static final int HEADER_UPDATE = 0x20;
  private static final int EXT_INTRO = 0x40;
  private static final int EXT_RESET = 0x80;
  private static final int EXT_HEADER_UPDATE = 0x100;
  private static final int EXT_RECORD_UPDATE = 0x200;
  private static final int KEYWORD_UPDATE = 0x400;
  private static final int KEYWORD_RESET = 0x800;
  private static final int EXT_ATOMIC_INCREMENT = 0x1000;
  private static final int MOD_SEQ_UPDATE = 0x8000;
  private static final int EXT_HEADER_UPDATE_32 = 0x1_0000;
  private static final int INDEX_DELETED = 0x2_0000;
  private static final int INDEX_UNDELETED = 0x4_0000;
  private static final int BOUNDARY = 0x8_0000;
  private static final int ATTRIBUTE_UPDATE = 0x10_0000;

  private static final int RANGE = 8;
  private static final int FLAG_RECORD = 12;
  private static final int APPEND_RECORD = 8;
  private static final int GUID_RECORD = 20;
  private static final int INTRO = 20;
  private static final long NEW_EXTENSION = 0xFFFF_FFFFL;

  private final Octets octets;
  private @Nullable Extension current;
  private boolean ignored;
  private boolean deleted;

  private LogFile(Octets octets) {
    this.octets = octets;
  }

  /// A file whose header is sound.
  static LogFile of(Octets octets) throws UnsoundException {
    int header = octets.u16(HEADER_SIZE);
    if (octets.u8(0) != MAJOR || header < LEAST_HEADER || header > octets.length()) {
      throw octets.unsound("format " + octets.u8(0) + ", a header of " + header + " octets");
    }
    if (header > COMPATIBILITY && (octets.u8(COMPATIBILITY) & LITTLE_ENDIAN) == 0) {
      throw octets.unsound("written by a big-endian machine");
    }
    return new LogFile(octets);
  }

  int indexId() throws UnsoundException {
    return octets.i32(INDEX_ID);
  }

  /// Its number.
  long sequence() throws UnsoundException {
    return octets.u32(SEQUENCE);
  }

  /// Whether there was no file before it.
  boolean isFirst() throws UnsoundException {
    return octets.u32(PREVIOUS) == 0;
  }

  /// Where its first record begins.
  int start() throws UnsoundException {
    return octets.u16(HEADER_SIZE);
  }

  /// Takes in what happened from some place on.
  ///
  /// What was written only in part, at the end, has not happened.
  void replay(long from, IndexState into) throws UnsoundException {
    if (from < start() || from > octets.length()) {
      throw octets.unsound("it begins behind " + from);
    }
    int at = (int) from;
    while (at + RECORD_HEADER <= octets.length()) {
      int size = size(at);
      if (size == 0) {
        break;
      }
      if (size < RECORD_HEADER) {
        throw octets.unsound("a record of " + size + " octets at " + at);
      }
      if (size > octets.length() - at) {
        break;
      }
      int type = octets.i32(at + Integer.BYTES);
      var body = octets.part(at + RECORD_HEADER, size - RECORD_HEADER);
      boolean whole = (type & TYPES) != BOUNDARY || body.u32(0) <= octets.length() - at;
      if (!whole) {
        break;
      }
      record(type, body, at, into);
      at += size;
    }
    if (deleted) {
      throw octets.unsound("the mailbox was deleted");
    }
  }

  /// Of each octet seven bits count, the first are the highest; the number counts four octets. A
  /// top bit that is not set is a record that was not finished.
  private int size(int at) throws UnsoundException {
    int size = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      int octet = octets.u8(at + i);
      if (octet < 0x80) {
        return 0;
      }
      size = (size << 7) | (octet & 0x7F);
    }
    return size << 2;
  }

  private void record(int type, Octets body, int at, IndexState into) throws UnsoundException {
    boolean external = (type & EXTERNAL) != 0;
    long asked = external ? 0 : Position.of(sequence(), at);
    switch (type & TYPES) {
      case EXPUNGE -> expunge(body, RANGE, external, into);
      case EXPUNGE_GUID -> expunge(body, GUID_RECORD, external, into);
      case APPEND -> append(body, into);
      case FLAG_UPDATE -> flags(body, asked, into);
      case KEYWORD_UPDATE -> keyword(body, asked, into);
      case KEYWORD_RESET -> {
        for (int i = 0; i < body.length(); i += RANGE) {
          into.messages().unlabel(body, body.i32(i), body.i32(i + 4), asked);
        }
      }
      case HEADER_UPDATE -> header(body, into);
      case EXT_INTRO -> introduce(body, into);
      case EXT_RESET -> reset(body, into);
      case EXT_HEADER_UPDATE -> extensionHeader(body, Short.BYTES, into);
      case EXT_HEADER_UPDATE_32 -> extensionHeader(body, Integer.BYTES, into);
      case EXT_RECORD_UPDATE -> extensionRecords(body, into);
      case INDEX_DELETED -> deleted = true;
      case INDEX_UNDELETED -> deleted = false;
      case EXT_ATOMIC_INCREMENT, MOD_SEQ_UPDATE, BOUNDARY, ATTRIBUTE_UPDATE -> {}
      default -> throw body.unsound("a record of type %x at %d".formatted(type, at));
    }
  }

  private static void expunge(Octets body, int octets, boolean external, IndexState into)
      throws UnsoundException {
    for (int i = 0; external && i < body.length(); i += octets) {
      int first = body.i32(i);
      into.messages().remove(body, first, octets == RANGE ? body.i32(i + 4) : first);
    }
  }

  private static void append(Octets body, IndexState into) throws UnsoundException {
    for (int i = 0; i < body.length(); i += APPEND_RECORD) {
      into.appended(body, body.i32(i), body.u8(i + 4));
    }
  }

  private static void flags(Octets body, long asked, IndexState into) throws UnsoundException {
    for (int i = 0; i < body.length(); i += FLAG_RECORD) {
      into.messages()
          .flag(body, body.i32(i), body.i32(i + 4), body.u8(i + 8), body.u8(i + 9), asked);
    }
  }

  private static void keyword(Octets body, long asked, IndexState into) throws UnsoundException {
    int what = body.u8(0);
    int name = body.u16(2);
    if (what > 1) {
      throw body.unsound("a change of keywords of kind " + what);
    }
    into.beginKeywords(body);
    int number = into.messages().keyword(body.text(4, name));
    for (int i = Octets.aligned(4 + name); number >= 0 && i < body.length(); i += RANGE) {
      into.messages().label(body, body.i32(i), body.i32(i + 4), number, what == 0, asked);
    }
  }

  private void header(Octets body, IndexState into) throws UnsoundException {
    for (int i = 0; i < body.length(); ) {
      int offset = body.u16(i);
      int count = body.u16(i + 2);
      into.header(body.part(i + 4, count), 0, offset, count);
      if (IndexState.coversTail(offset, count)) {
        into.writtenUpToTail(sequence());
      }
      i = Octets.aligned(i + 4 + count);
    }
  }

  private void introduce(Octets body, IndexState into) throws UnsoundException {
    for (int i = 0; i < body.length(); ) {
      long number = body.u32(i);
      long resetId = body.u32(i + 4);
      int recordOctets = body.u16(i + 12);
      int name = body.u16(i + 18);
      var text = body.text(i + INTRO, name);
      Optional<Extension> known =
          number == NEW_EXTENSION ? into.extension(text) : into.extension(number);
      if (known.isEmpty() && number != NEW_EXTENSION) {
        throw body.unsound("there is no extension " + number);
      }
      current =
          known.isPresent()
              ? known.get()
              : into.add(body, new Extension(text, resetId, recordOctets));
      ignored = current.resetId() != resetId;
      if (!ignored) {
        current.become(resetId, recordOctets);
      }
      i = Octets.aligned(i + INTRO + name);
    }
  }

  private Extension current(Octets body) throws UnsoundException {
    if (current == null) {
      throw body.unsound("a change of no extension");
    }
    return current;
  }

  private void reset(Octets body, IndexState into) throws UnsoundException {
    var extension = current(body);
    extension.become(body.u32(0), extension.recordOctets());
    ignored = false;
    boolean keeps = body.length() > 4 && body.u8(4) != 0;
    if (!keeps) {
      switch (extension.name()) {
        case IndexState.MBOX -> {
          into.forgetMboxHeader();
          into.messages().forgetOffsets(body);
        }
        case IndexState.DIGEST -> into.messages().forgetDigests(body);
        default -> {}
      }
    }
  }

  private void extensionHeader(Octets body, int width, IndexState into) throws UnsoundException {
    boolean mbox = current(body).name().equals(IndexState.MBOX) && !ignored;
    for (int i = 0; i < body.length(); ) {
      int offset = width == Short.BYTES ? body.u16(i) : (int) Math.min(body.u32(i), 1 << 30);
      int count = width == Short.BYTES ? body.u16(i + 2) : body.place(i + 4);
      var data = body.part(i + 2 * width, count);
      if (mbox) {
        into.mboxHeader(data, 0, offset, count);
      }
      i = Octets.aligned(i + 2 * width + count);
    }
  }

  private void extensionRecords(Octets body, IndexState into) throws UnsoundException {
    var extension = current(body);
    int octets = extension.recordOctets();
    boolean mbox = extension.name().equals(IndexState.MBOX) && octets >= Long.BYTES;
    boolean digest = extension.name().equals(IndexState.DIGEST) && octets == 2 * Long.BYTES;
    if (ignored || !(mbox || digest)) {
      return;
    }
    int step = Octets.aligned(Integer.BYTES + octets);
    for (int i = 0; i < body.length(); i += step) {
      int row = into.messages().rowOf(body.i32(i));
      if (row >= 0 && mbox) {
        into.messages().offset(row, body.i64(i + Integer.BYTES));
      } else if (row >= 0) {
        MainFile.digest(body, into, row, i + Integer.BYTES);
      }
    }
  }
}
