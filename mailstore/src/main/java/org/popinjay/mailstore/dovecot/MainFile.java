package org.popinjay.mailstore.dovecot;

import org.popinjay.mailstore.dovecot.IndexState.Extension;

/// `dovecot.index`: a picture of the mailbox as of some place of the log.
///
/// A header of 120 octets; extensions, each with a header of its own, aligned to eight octets; then
/// a record a message, all of the same size.
final class MainFile {
  private static final int MAJOR = 7;
  private static final int BASE_OCTETS = 2;
  private static final int HEADER_OCTETS = 4;
  private static final int RECORD_OCTETS = 8;
  private static final int COMPATIBILITY = 12;
  private static final int INDEX_ID = 16;
  private static final int MESSAGES = 32;
  private static final int LITTLE_ENDIAN = 1;
  private static final int LEAST_RECORD = 5;
  private static final int LEAST_EXTENSION = 16;
  private static final int MBOX_RECORD = Long.BYTES;
  private static final int DIGEST_RECORD = 2 * Long.BYTES;

  private final Octets octets;
  private final IndexState into;
  private int mboxAt = -1;
  private int digestAt = -1;
  private int keywordsAt = -1;
  private int keywordOctets;
  private int[] keywordNumbers = {};

  private MainFile(Octets octets, IndexState into) {
    this.octets = octets;
    this.into = into;
  }

  /// Reads it.
  ///
  /// @return the number that its log files have, too
  static int read(Octets octets, IndexState into) throws UnsoundException {
    return new MainFile(octets, into).read();
  }

  private int read() throws UnsoundException {
    if (octets.u8(0) != MAJOR) {
      throw octets.unsound("format " + octets.u8(0) + " (expected " + MAJOR + ")");
    }
    if ((octets.u8(COMPATIBILITY) & LITTLE_ENDIAN) == 0) {
      throw octets.unsound("written by a big-endian machine");
    }
    int base = octets.u16(BASE_OCTETS);
    int header = octets.place(HEADER_OCTETS);
    int record = octets.place(RECORD_OCTETS);
    if (base < IndexState.HEADER_OCTETS || header < base || record < LEAST_RECORD) {
      throw octets.unsound(
          "a header of %d in %d octets, records of %d".formatted(base, header, record));
    }
    into.header(octets, 0, 0, IndexState.HEADER_OCTETS);
    into.writtenUpToTail(into.logSequence());
    extensions(aligned(base), header, record);
    records(header, record);
    return octets.i32(INDEX_ID);
  }

  private static int aligned(int at) {
    return (at + Long.BYTES - 1) & -Long.BYTES;
  }

  private void extensions(int from, int to, int recordOctets) throws UnsoundException {
    for (int at = from; at < to; ) {
      int header = octets.place(at);
      long resetId = octets.u32(at + 4);
      int recordAt = octets.u16(at + 8);
      int size = octets.u16(at + 10);
      int name = octets.u16(at + 14);
      var extension =
          into.add(octets, new Extension(octets.text(at + LEAST_EXTENSION, name), resetId, size));
      int data = aligned(at + LEAST_EXTENSION + name);
      var content = octets.part(data, header);
      if (recordAt + size > recordOctets) {
        throw octets.unsound("an extension beyond the records");
      }
      take(extension, content, recordAt);
      at = aligned(data + header);
    }
  }

  private void take(Extension extension, Octets content, int recordAt) throws UnsoundException {
    switch (extension.name()) {
      case IndexState.MBOX -> {
        into.mboxHeader(content, 0, 0, content.length());
        mboxAt = extension.recordOctets() >= MBOX_RECORD ? recordAt : -1;
      }
      case IndexState.DIGEST ->
          digestAt = extension.recordOctets() == DIGEST_RECORD ? recordAt : -1;
      case IndexState.KEYWORDS -> {
        keywordsAt = recordAt;
        keywordOctets = extension.recordOctets();
        keywords(content);
      }
      default -> {}
    }
  }

  /// Their number, for each where its name begins, the names with a zero behind each.
  private void keywords(Octets content) throws UnsoundException {
    if (content.length() == 0) {
      return;
    }
    int count = content.place(0);
    int names = Integer.BYTES + 2 * Integer.BYTES * Math.min(count, content.length());
    keywordNumbers = new int[Math.min(count, Messages.MOST_KEYWORDS)];
    for (int i = 0; i < keywordNumbers.length; i++) {
      int at = names + content.place(Integer.BYTES + 2 * Integer.BYTES * i + Integer.BYTES);
      int end = at;
      while (content.u8(end) != 0) {
        end++;
      }
      keywordNumbers[i] = into.messages().keyword(content.text(at, end - at));
    }
  }

  private void records(int from, int size) throws UnsoundException {
    long count = octets.u32(MESSAGES);
    if (count * size > octets.length() - from) {
      throw octets.unsound(count + " messages and " + octets.length() + " octets");
    }
    for (int i = 0; i < count; i++) {
      int at = from + i * size;
      int row = into.messages().add(octets.i32(at), octets.u8(at + Integer.BYTES));
      if (row < 0) {
        throw octets.unsound("UIDs that do not ascend");
      }
      if (mboxAt >= 0) {
        into.messages().offset(row, octets.i64(at + mboxAt));
      }
      if (digestAt >= 0) {
        digest(octets, into, row, at + digestAt);
      }
      for (int n = 0; n < Math.min(keywordNumbers.length, keywordOctets * Byte.SIZE); n++) {
        boolean has = ((octets.u8(at + keywordsAt + n / Byte.SIZE) >> (n % Byte.SIZE)) & 1) != 0;
        if (has && keywordNumbers[n] >= 0) {
          into.messages().label(row, keywordNumbers[n], true);
        }
      }
    }
  }

  static void digest(Octets from, IndexState into, int row, int at) throws UnsoundException {
    into.messages()
        .digest(row, Long.reverseBytes(from.i64(at)), Long.reverseBytes(from.i64(at + Long.BYTES)));
  }
}
