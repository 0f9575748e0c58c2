package org.popinjay.mailstore.dovecot;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.popinjay.mailstore.dovecot.DovecotIndex.IndexHeader;
import org.popinjay.mailstore.dovecot.DovecotIndex.MboxHeader;

/// An index while it is read: its header, its extensions in their order, its messages.
final class IndexState {
  /// Octets of the header that have a meaning here.
  static final int HEADER_OCTETS = 120;

  /// Names of extensions.
  static final String KEYWORDS = "keywords";

  static final String MBOX = "mbox";
  static final String DIGEST = "header-md5";

  private static final int MOST_EXTENSIONS = 1_000;
  private static final int FLAGS = 20;
  private static final int UID_VALIDITY = 24;
  private static final int NEXT_UID = 28;
  private static final int FIRST_RECENT = 48;
  private static final int LOG_SEQUENCE = 60;
  private static final int LOG_TAIL = 64;
  private static final int LOG_HEAD = 68;
  private static final int CORRUPTED = 1;
  private static final int MBOX_HEADER_OCTETS = 16;
  private static final int MBOX_MODIFIED = 8;

  private final Messages messages = new Messages();
  private final List<Extension> extensions = new ArrayList<>();
  private final byte[] header = new byte[HEADER_OCTETS];
  private final byte[] mbox = new byte[MBOX_HEADER_OCTETS];
  private long written;

  /// Something that parts of Dovecot keep in the header and with each message.
  static final class Extension {
    private final String name;
    private long resetId;
    private int recordOctets;

    Extension(String name, long resetId, int recordOctets) {
      this.name = name;
      this.resetId = resetId;
      this.recordOctets = recordOctets;
    }

    String name() {
      return name;
    }

    long resetId() {
      return resetId;
    }

    int recordOctets() {
      return recordOctets;
    }

    void become(long newResetId, int newRecordOctets) {
      resetId = newResetId;
      recordOctets = newRecordOctets;
    }
  }

  IndexState() {
    header[NEXT_UID] = 1;
  }

  Messages messages() {
    return messages;
  }

  /// Changes part of the header; what lies beyond it is nobody's business here.
  void header(Octets from, int at, int offset, int count) throws UnsoundException {
    if (offset < HEADER_OCTETS) {
      from.copy(at, header, offset, Math.min(count, HEADER_OCTETS - offset));
    }
  }

  /// Whether a change of the header changed up to where the log is in the spool.
  static boolean coversTail(int offset, int count) {
    return offset <= LOG_TAIL && offset + count >= LOG_TAIL + Integer.BYTES;
  }

  /// The log of a number is in the spool up to where the header says.
  void writtenUpToTail(long sequence) {
    written = Position.of(sequence, number(LOG_TAIL));
  }

  /// Changes part of what the spool looked like.
  void mboxHeader(Octets from, int at, int offset, int count) throws UnsoundException {
    if (offset < MBOX_HEADER_OCTETS) {
      from.copy(at, mbox, offset, Math.min(count, MBOX_HEADER_OCTETS - offset));
    }
  }

  void forgetMboxHeader() {
    Arrays.fill(mbox, (byte) 0);
  }

  private long number(int at) {
    return Byte.toUnsignedLong(header[at])
        | (Byte.toUnsignedLong(header[at + 1]) << 8)
        | (Byte.toUnsignedLong(header[at + 2]) << 16)
        | (Byte.toUnsignedLong(header[at + 3]) << 24);
  }

  /// The log file that goes on behind the index.
  long logSequence() {
    return number(LOG_SEQUENCE);
  }

  /// Where in it that is.
  long logHead() {
    return number(LOG_HEAD);
  }

  /// A message came.
  void appended(Octets from, int uidBits, int flags) throws UnsoundException {
    if (messages.add(uidBits, flags) < 0) {
      throw from.unsound("UIDs that do not ascend");
    }
    long next = Integer.toUnsignedLong(uidBits) + 1;
    for (int i = 0; i < Integer.BYTES; i++) {
      header[NEXT_UID + i] = (byte) (next >> (8 * i));
    }
  }

  Optional<Extension> extension(String name) {
    return extensions.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  Optional<Extension> extension(long number) {
    return number < extensions.size()
        ? Optional.of(extensions.get((int) number))
        : Optional.empty();
  }

  Extension add(Octets from, Extension extension) throws UnsoundException {
    if (extensions.size() == MOST_EXTENSIONS) {
      throw from.unsound("more than " + MOST_EXTENSIONS + " extensions");
    }
    extensions.add(extension);
    return extension;
  }

  /// A keyword is used; the first one brings the extension.
  void beginKeywords(Octets from) throws UnsoundException {
    if (extension(KEYWORDS).isEmpty()) {
      add(from, new Extension(KEYWORDS, 0, 0));
    }
  }

  /// What was read, when all has been.
  DovecotIndex index(Octets last) throws UnsoundException {
    if ((number(FLAGS) & CORRUPTED) != 0) {
      throw last.unsound("Dovecot itself says that it is damaged");
    }
    var left = messages.settled(written);
    long next = number(NEXT_UID);
    long highest = left.count() == 0 ? 0 : Integer.toUnsignedLong(left.uid(left.count() - 1));
    if (next <= highest) {
      throw last.unsound("next UID " + next + " and a message with UID " + highest);
    }
    var of = Octets.of("mbox", ByteBuffer.wrap(mbox));
    return new DovecotIndex(
        new IndexHeader(number(UID_VALIDITY), next, number(FIRST_RECENT)),
        new MboxHeader(of.i64(0), of.u32(MBOX_MODIFIED)),
        left);
  }
}
