package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.scan;
import static org.popinjay.mailstore.message.Scans.section;
import static org.popinjay.mailstore.message.Scans.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.message.Section.Kind;

/// What holds for the sections of every message.
class SectionsTest {

  @Property(tries = 500)
  void sectionsOfProperMailAreWhatItWasMadeOf(@ForAll long seed) {
    var made = RandomMime.made(new Random(seed));
    byte[] message = made.octets();
    var found = scan(message);
    made.sections()
        .forEach(
            (asked, expected) -> assertThat(section(message, found, asked)).isEqualTo(expected));
  }

  @Property(tries = 500)
  void slicesNestAndCountsAreTrueForBrokenMail(@ForAll long seed) {
    byte[] message = RandomMime.broken(new Random(seed));
    holds(message, scan(message));
  }

  @Property(tries = 300)
  void slicesNestAndCountsAreTrueForAnyOctets(@ForAll @Size(max = 200) byte[] octets) {
    holds(octets, scan(octets));
  }

  @Property(tries = 200)
  void cuttingTheInputChangesNothing(@ForAll long seed) {
    var random = new Random(seed);
    byte[] message = RandomMime.broken(random);
    var whole = scan(message);
    var scanner = new MimeScanner();
    var direct = ByteBuffer.allocateDirect(100);
    for (int at = 0; at < message.length; ) {
      int length = Math.min(message.length - at, 1 + random.nextInt(100));
      scanner.feed(direct.clear().put(message, at, length).flip());
      at += length;
    }
    assertThat(scanner.finish()).isEqualTo(whole);
    assertThat(scan(message, 1)).isEqualTo(whole);
  }

  @Property(tries = 200)
  void whatIsKeptReadsBack(@ForAll long seed) {
    var found = scan(RandomMime.broken(new Random(seed)));
    byte[] kept = StructureCodec.encode(found);
    assertThat(StructureCodec.decode(kept)).isEqualTo(found);
    assertThat(StructureCodec.decodeEnvelope(kept)).isEqualTo(found.envelope());
  }

  @Property(tries = 300)
  void chosenFieldsAndAllOthersAreTheHeader(@ForAll long seed) {
    var random = new Random(seed);
    byte[] message = RandomMime.broken(random);
    var header = text(message, scan(message).root().header());
    var names = List.of(random.nextBoolean() ? "subject" : "CONTENT-TYPE", "x");
    var lines = lines(filtered(header, names, false, 1 + random.nextInt(50)));
    lines.addAll(lines(filtered(header, names, true, 1 + random.nextInt(50))));
    // The blank line is in both.
    var expected = lines(header);
    var last = expected.isEmpty() ? "" : expected.getLast();
    if (last.equals("\r\n") || last.equals("\n")) {
      lines.remove(last);
    }
    Collections.sort(lines);
    Collections.sort(expected);
    assertThat(lines).isEqualTo(expected);
  }

  @Test
  void headerFieldsKeepOrderDuplicatesFoldingAndOctets() {
    var header =
        "A: 1\r\nsubject : x\r\n\ty\r\nno field\r\nB: 2\r\nSUBJECT: z\r\nSubjects: no\r\n\r\n";
    assertThat(filtered(header, List.of("Subject", "unknown"), false, 3))
        .isEqualTo("subject : x\r\n\ty\r\nSUBJECT: z\r\n\r\n");
    assertThat(filtered(header, List.of("Subject", "unknown"), true, 5))
        .isEqualTo("A: 1\r\nno field\r\nB: 2\r\nSubjects: no\r\n\r\n");
  }

  @Test
  void aFilteredHeaderHasABlankLineOnlyWhereTheHeaderHas() {
    assertThat(filtered("A: 1\r\nB: 2", List.of("A"), false, 9)).isEqualTo("A: 1\r\n");
    assertThat(filtered("A: 1\r\n\r\n", List.of("C"), false, 9)).isEqualTo("\r\n");
    assertThat(filtered("A: 1\r\nB", List.of("A"), true, 9)).isEqualTo("B");
  }

  /// RFC 9051, section 6.4.5.1, the example of part numbers.
  @Test
  void numbersCountAsInTheExampleOfTheStandard() {
    byte[] message =
        octets(
            """
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: text/plain

            1
            --m
            Content-Type: application/octet-stream

            2
            --m
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=n

            --n
            Content-Type: text/plain

            3.1
            --n
            Content-Type: application/octet-stream

            3.2
            --n--
            --m
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: image/gif

            4.1
            --o
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=p

            --p
            Content-Type: text/plain

            4.2.1
            --p
            Content-Type: multipart/alternative; boundary=q

            --q
            Content-Type: text/plain

            4.2.2.1
            --q
            Content-Type: text/richtext

            4.2.2.2
            --q--
            --p--
            --o--
            --m--
            """);
    var found = scan(message);
    for (var numbers : List.of("1", "2", "3.1", "3.2", "4.1", "4.2.1", "4.2.2.1", "4.2.2.2")) {
      assertThat(section(message, found, of(Kind.WHOLE, numbers))).isEqualTo(numbers);
    }
    assertThat(section(message, found, of(Kind.HEADER, "3"))).startsWith("Content-Type: multipart");
    assertThat(section(message, found, of(Kind.TEXT, "3"))).startsWith("--n");
    assertThat(section(message, found, of(Kind.HEADER, "4.2"))).endsWith("boundary=p\r\n\r\n");
    assertThat(section(message, found, of(Kind.TEXT, "4.2"))).startsWith("--p");
    assertThat(section(message, found, of(Kind.MIME, "4.2.2"))).endsWith("boundary=q\r\n\r\n");
    for (var missing : List.of("5", "1.1", "3.3", "4.2.2.3", "4.2.2.1.1")) {
      assertThat(section(message, found, of(Kind.WHOLE, missing))).isNull();
    }
    assertThat(section(message, found, of(Kind.HEADER, "1"))).isNull();
    assertThat(section(message, found, of(Kind.TEXT, "4"))).isNull();
    assertThat(section(message, found, Section.of(Kind.MIME))).isNull();
  }

  @Test
  void aMessageWithoutPartsIsItsOwnPartOne() {
    byte[] message = octets("Subject: x\n\nbody\n");
    var found = scan(message);
    assertThat(section(message, found, Section.of(Kind.WHOLE, 1))).isEqualTo("body\r\n");
    assertThat(section(message, found, Section.of(Kind.MIME, 1))).isEqualTo("Subject: x\r\n\r\n");
    assertThat(section(message, found, Section.of(Kind.HEADER, 1))).isNull();
    assertThat(section(message, found, Section.of(Kind.WHOLE, 1, 1))).isNull();
  }

  @Test
  void aMessageThatIsAMessageHasThatAsPartOne() {
    byte[] message = octets("Content-Type: message/rfc822\n\nSubject: in\n\nbody\n");
    var found = scan(message);
    assertThat(section(message, found, Section.of(Kind.WHOLE, 1)))
        .isEqualTo("Subject: in\r\n\r\nbody\r\n");
    assertThat(section(message, found, Section.of(Kind.HEADER, 1)))
        .isEqualTo("Subject: in\r\n\r\n");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 1, 1))).isEqualTo("body\r\n");
  }

  private static Section of(Kind kind, String numbers) {
    return new Section(Arrays.stream(numbers.split("\\.")).map(Integer::valueOf).toList(), kind);
  }

  private static void holds(byte[] message, MessageStructure found) {
    var root = found.root();
    assertThat(root.headerStart()).isZero();
    assertThat(root.bodyEnd()).isEqualTo(message.length);
    assertThat(root.header().octets() + root.octets()).isEqualTo(message.length);
    holds(message, root);
  }

  private static void holds(byte[] message, MimePart part) {
    var body = text(message, part.body());
    assertThat(part.lines()).isEqualTo(body.chars().filter(c -> c == '\n').count());
    assertThat(part.isMessage())
        .isEqualTo(part.type().equals("MESSAGE") && !part.children().isEmpty());
    assertThat(part.isMultipart()).isEqualTo(part.type().equals("MULTIPART"));
    long from = part.bodyStart();
    for (var child : part.children()) {
      assertThat(child.headerStart()).isGreaterThanOrEqualTo(from);
      assertThat(child.bodyStart()).isGreaterThanOrEqualTo(child.headerStart());
      assertThat(child.bodyEnd()).isBetween(child.bodyStart(), part.bodyEnd());
      from = child.bodyEnd();
      holds(message, child);
    }
  }

  private static String filtered(String header, List<String> names, boolean not, int chunk) {
    byte[] octets = header.getBytes(StandardCharsets.ISO_8859_1);
    var filter = new HeaderFilter(names, not);
    var out = new StringBuilder();
    for (int at = 0; at < octets.length; at += chunk) {
      var in = ByteBuffer.wrap(octets, at, Math.min(chunk, octets.length - at));
      filter.feed(in, some -> out.append(StandardCharsets.ISO_8859_1.decode(some)));
    }
    filter.finish(some -> out.append(StandardCharsets.ISO_8859_1.decode(some)));
    return out.toString();
  }

  private static List<String> lines(String text) {
    var lines = new ArrayList<String>();
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at) + 1;
      end = end == 0 ? text.length() : end;
      lines.add(text.substring(at, end));
      at = end;
    }
    return lines;
  }
}
