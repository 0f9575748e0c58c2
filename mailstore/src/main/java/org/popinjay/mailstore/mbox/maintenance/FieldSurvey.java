package org.popinjay.mailstore.mbox.maintenance;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.mailstore.mbox.text.FromLine;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.KnownField;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.StatusHeaders;
import org.popinjay.mailstore.message.HeaderReader;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Looks at the separator and at the bookkeeping fields of each message that a scan found.
///
/// Who wrote those fields is known where the state knows the message; elsewhere they are taken for
/// what a first import would take them for.
final class FieldSurvey {
  private static final long MOST_MISFIT = 2;

  private final FileCalls files;
  private final int descriptor;
  private final ZoneId zone;
  private final MessageTable table;
  private final @Nullable ImapBase base;
  private final Findings findings;
  private final EnumMap<KnownField, Integer> counts = new EnumMap<>(KnownField.class);
  private final byte[] line = new byte[FromLine.JUDGED_OCTETS];

  private int strict;
  private int lenient;
  private int dateless;
  private int crlf;
  private int withoutBlankLine;
  private int nul;
  private long uidBefore;

  /// The bookkeeping fields of one message.
  private static final class Fields {
    final EnumSet<KnownField> seen = EnumSet.noneOf(KnownField.class);
    final EnumSet<KnownField> doubled = EnumSet.noneOf(KnownField.class);
    final EnumSet<KnownField> folded = EnumSet.noneOf(KnownField.class);
    final EnumSet<KnownField> malformed = EnumSet.noneOf(KnownField.class);
    long uid;
    long contentLength = -1;
  }

  /// @param table of the whole spool, as the server would show it
  /// @param base of the spool itself
  FieldSurvey(
      FileCalls files,
      int descriptor,
      ZoneId zone,
      MessageTable table,
      @Nullable ImapBase base,
      Findings findings) {
    this.files = files;
    this.descriptor = descriptor;
    this.zone = zone;
    this.table = table;
    this.base = base;
    this.findings = findings;
  }

  /// Looks at all messages.
  void read() throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var octets = arena.allocate(line.length).asByteBuffer();
      for (int row = 0; row < table.count(); row++) {
        separator(row, octets);
        shape(row);
        if ((table.bits(row) & Bits.HIDDEN_FIELDS) != 0) {
          judge(row, fields(header(row)));
        }
      }
    }
  }

  private void separator(int row, ByteBuffer octets) throws PosixException {
    int length = Math.min(line.length, table.fromLineOctets(row));
    WholeTransfers.readUpToEnd(files, descriptor, octets.clear().limit(length), table.offset(row));
    octets.flip().get(line, 0, octets.limit());
    boolean whole = table.fromLineOctets(row) <= line.length;
    switch (FromLine.parse(line, length, whole, zone).date()) {
      case STRICT -> strict++;
      case LENIENT -> lenient++;
      case NONE -> dateless++;
    }
    crlf += (table.bits(row) & Bits.CRLF) != 0 ? 1 : 0;
  }

  /// How the message ends, and what stands in it.
  private void shape(int row) {
    int bits = table.bits(row);
    boolean last = row + 1 == table.count();
    boolean headerAlone = (bits & Bits.NO_BLANK_LINE) != 0;
    boolean hasBody = table.contentEnd(row) > table.bodyStart(row);
    if (last && (bits & Bits.NO_FINAL_LINE_END) != 0) {
      found(Kind.TRUNCATED, row, table.endOf(row), "the last message ends within a line");
    } else if (last && headerAlone) {
      found(Kind.TRUNCATED, row, table.endOf(row), "the last message ends within its header");
    } else if (headerAlone) {
      found(
          Kind.UNFINISHED_HEADER,
          row,
          table.endOf(row),
          "the header goes over into the next message without a blank line");
    } else if (!last && hasBody && (bits & Bits.SEPARATOR) == 0) {
      withoutBlankLine++;
      found(
          Kind.NO_BLANK_LINE,
          row,
          table.endOf(row),
          "no blank line stands before the next separator");
    }
    if ((bits & Bits.NUL) != 0) {
      nul++;
      found(Kind.NUL, row, table.offset(row), "there is a NUL in it; clients are shown 0x80");
    }
  }

  private byte[] header(int row) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      int octets = table.headerOctets(row);
      var buffer = arena.allocate(Math.max(1, octets)).asByteBuffer().limit(octets);
      WholeTransfers.readUpToEnd(files, descriptor, buffer, table.headerStart(row));
      var header = new byte[buffer.flip().remaining()];
      buffer.get(header);
      return header;
    }
  }

  private static Fields fields(byte[] header) {
    var fields = new Fields();
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var known = KnownField.of(field);
      if (known != null && known.isHidden()) {
        if (!fields.seen.add(known)) {
          fields.doubled.add(known);
        } else if (field.isFolded()) {
          fields.folded.add(known);
        } else {
          value(fields, known, field.value());
        }
      }
    }
    return fields;
  }

  private static void value(Fields fields, KnownField known, String value) {
    boolean fine =
        switch (known) {
          case X_UID -> {
            fields.uid = Integer.toUnsignedLong(StatusHeaders.uid(value));
            yield fields.uid != 0;
          }
          case CONTENT_LENGTH -> {
            fields.contentLength = StatusHeaders.number(value);
            yield fields.contentLength >= 0;
          }
          case X_IMAP, X_IMAPBASE -> ImapBase.parse(value).isPresent();
          case STATUS, X_STATUS, X_KEYWORDS, X_POPINJAY -> true;
          case RECEIVED, DATE, MESSAGE_ID, DELIVERED_TO, LINES, SUBJECT, FROM -> true;
        };
    if (!fine) {
      fields.malformed.add(known);
    }
  }

  private void judge(int row, Fields fields) {
    fields.seen.forEach(known -> counts.merge(known, 1, Integer::sum));
    if ((table.bits(row) & Bits.FOREIGN_FIELDS) != 0) {
      judgeForged(row, fields);
    } else {
      odd(row, fields.doubled, "stands there more than once; the first counts");
      odd(row, fields.folded, "is folded and counts for nothing");
      odd(row, fields.malformed, "is not well-formed");
      judgePlaces(row, fields);
      judgeUid(row, fields);
    }
    judgeLength(row, fields);
  }

  private void judgeForged(int row, Fields fields) {
    var names = new ArrayList<String>();
    for (var known : fields.seen) {
      if (known != KnownField.CONTENT_LENGTH) {
        names.add(known.fieldName());
      }
    }
    if (!names.isEmpty()) {
      found(
          Kind.FORGED_FIELDS,
          row,
          table.offset(row),
          String.join(", ", names) + " came with the message and is not believed");
    }
  }

  private void odd(int row, EnumSet<KnownField> which, String what) {
    for (var known : which) {
      found(Kind.ODD_FIELD, row, table.offset(row), known.fieldName() + " " + what);
    }
  }

  private void judgePlaces(int row, Fields fields) {
    if (fields.seen.contains(KnownField.X_IMAP)) {
      found(
          Kind.ODD_FIELD,
          row,
          table.offset(row),
          "X-IMAP stands in an ordinary message; UW imapd and Dovecot would hide it");
    }
    if (row > 0 && fields.seen.contains(KnownField.X_IMAPBASE)) {
      found(
          Kind.ODD_FIELD,
          row,
          table.offset(row),
          "X-IMAPbase stands in a message that is not the first");
    }
  }

  private void judgeUid(int row, Fields fields) {
    if (fields.uid == 0) {
      return;
    }
    var uid = "X-UID " + fields.uid;
    if (base != null && fields.uid > base.uidLast()) {
      order(row, uid + " is above " + base.uidLast() + ", the last UID of the spool's base");
    }
    if (fields.uid == uidBefore) {
      order(row, uid + " stands in the message before, too");
    } else if (fields.uid < uidBefore) {
      order(row, uid + " stands behind X-UID " + uidBefore);
    }
    uidBefore = Math.max(uidBefore, fields.uid);
  }

  private void order(int row, String text) {
    found(Kind.UID_ORDER, row, table.offset(row), text);
  }

  private void judgeLength(int row, Fields fields) {
    long body = table.contentEnd(row) - table.bodyStart(row);
    if (fields.contentLength >= 0 && Math.abs(fields.contentLength - body) > MOST_MISFIT) {
      found(
          Kind.CONTENT_LENGTH,
          row,
          table.offset(row),
          "Content-Length says " + fields.contentLength + ", the body has " + body + " octets");
    }
  }

  private void found(Kind kind, int row, long offset, String text) {
    findings.add(kind, row + 1, offset, text);
  }

  /// Forms of the separators.
  SpoolReport.Separators separators() {
    return new SpoolReport.Separators(strict, lenient, dateless, crlf, withoutBlankLine);
  }

  /// Messages with each field, by their names.
  Map<String, Integer> counts() {
    var named = new LinkedHashMap<String, Integer>();
    counts.forEach((known, count) -> named.put(known.fieldName(), count));
    return named;
  }

  /// Messages with a NUL.
  int nulMessages() {
    return nul;
  }
}
