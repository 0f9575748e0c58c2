package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.mbox.text.MboxScanner.Outcome.NotAnMbox;
import org.popinjay.mailstore.mbox.text.MboxScanner.Outcome.Scanned;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// Spools as various programs leave them, and beside each what is found in it and sent of it.
class GoldenSpoolsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"agents", "mutt", "dovecot", "uw", "crlf", "odd-ends", "forged", "mmdf", "other"})
  void findsAndSends(String name) throws IOException, PosixException {
    assertThat(described(file(name + ".mbox"), false))
        .isEqualTo(Files.readString(file(name + ".txt"), UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dovecot", "mutt"})
  void findsAndSendsAtAnImport(String name) throws IOException, PosixException {
    assertThat(described(file(name + ".mbox"), true))
        .isEqualTo(Files.readString(file(name + "-import.txt"), UTF_8));
  }

  private static Path file(String name) {
    var url = GoldenSpoolsTest.class.getResource("/mbox/" + name);
    return Path.of(Objects.requireNonNull(url, name).getPath());
  }

  private static String described(Path spool, boolean importing)
      throws IOException, PosixException {
    var files = Posix.files();
    var table = new MessageTable(1);
    int descriptor = files.open(spool.toString(), OpenFlags.READ, 0);
    try {
      var scanner = new MboxScanner(files, ZoneOffset.UTC);
      var outcome = scanner.scan(descriptor, 0, Files.size(spool), importing, table);
      return switch (outcome) {
        case NotAnMbox(long offset, String found) -> "no mbox: " + offset + " " + found + "\n";
        case Scanned scanned -> described(scanned, table, Files.readAllBytes(spool));
      };
    } finally {
      files.close(descriptor);
    }
  }

  private static String described(Scanned scanned, MessageTable table, byte[] spool) {
    var text = new StringBuilder();
    text.append("skipped ").append(scanned.head().skippedOctets());
    scanned
        .head()
        .pseudo()
        .ifPresent(at -> text.append(", pseudo message until ").append(at.end()));
    scanned.head().base().ifPresent(base -> text.append(", base ").append(base.print()));
    text.append(", bare From lines ").append(scanned.bareFromLines()).append('\n');
    for (int row = 0; row < table.count(); row++) {
      text.append("=== ").append(table.offset(row)).append('-').append(table.endOf(row));
      text.append(' ').append(Instant.ofEpochSecond(table.internalDate(row)));
      text.append(" uid ").append(Integer.toUnsignedString(table.uid(row)));
      text.append(" [").append(properties(table.bits(row))).append("] ");
      text.append(table.wireOctets(row)).append(" octets\n");
      text.append(presented(table, row, spool).replace("\r", "").replace("\u0080", "{80}"));
    }
    return text.toString();
  }

  private static String properties(int bits) {
    var properties = new StringJoiner(" ");
    properties.add("separator=" + (bits & Bits.SEPARATOR));
    properties.add("flags=" + ((bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT));
    properties.add((bits & Bits.OLD) != 0 ? "old" : "recent");
    String[] names = {"crlf", "hidden", "no-blank-line", "open", "nul"};
    int[] masks = {
      Bits.CRLF, Bits.HIDDEN_FIELDS, Bits.NO_BLANK_LINE, Bits.NO_FINAL_LINE_END, Bits.NUL
    };
    for (int i = 0; i < names.length; i++) {
      if ((bits & masks[i]) != 0) {
        properties.add(names[i]);
      }
    }
    return properties.toString();
  }

  private static String presented(MessageTable table, int row, byte[] spool) {
    int from = (int) table.headerStart(row);
    int octets = (int) (table.contentEnd(row) - from);
    var stored = ByteBuffer.allocateDirect(octets).put(spool, from, octets).flip();
    byte[] wire = new byte[(int) table.wireOctets(row)];
    var out = ByteBuffer.allocateDirect(wire.length + 2);
    new Presentation(table.headerOctets(row), table.bits(row)).convert(stored, true, out);
    out.flip().get(wire);
    assertThat(out.hasRemaining()).isFalse();
    return new String(wire, ISO_8859_1);
  }
}
