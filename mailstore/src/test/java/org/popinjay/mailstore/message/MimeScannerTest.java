package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.outline;
import static org.popinjay.mailstore.message.Scans.scan;
import static org.popinjay.mailstore.message.Scans.section;

import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.message.Section.Kind;

class MimeScannerTest {

  private static final String NESTED =
      """
      From: Fred Foobar <foobar@Blurdybloop.example>
      Subject: all kinds
      Content-Type: multipart/mixed; boundary="outer"

      preamble
      --outer

      plain one
      --outer
      Content-Type: message/rfc822

      Subject: inner
      Content-Type: multipart/alternative; boundary=inner

      --inner
      Content-Type: text/plain; charset=utf-8

      a
      b

      --inner
      Content-Type: text/html

      <p>
      --inner--
      epilogue of inner
      --outer
      Content-Type: application/pdf; name="x.pdf"
      Content-Transfer-Encoding: base64
      Content-Disposition: attachment; filename="x.pdf"

      AAAA
      --outer--
      epilogue
      """;

  @Test
  void partsNestAndLieWhereTheyAre() {
    byte[] message = octets(NESTED);
    var found = scan(message);
    assertThat(found.envelope().subject()).isEqualTo("all kinds");
    assertThat(found.envelope().from())
        .containsExactly(new Address.Mailbox("Fred Foobar", null, "foobar", "Blurdybloop.example"));
    assertThat(outline(found.root()))
        .isEqualTo(
            "MULTIPART/MIXED 444 30 (TEXT/PLAIN 9 0, MESSAGE/RFC822 200 14 "
                + "(MULTIPART/ALTERNATIVE 129 11 (TEXT/PLAIN 6 2, TEXT/HTML 3 0)), "
                + "APPLICATION/PDF 4 0)");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 1))).isEqualTo("plain one");
    assertThat(section(message, found, Section.of(Kind.MIME, 1))).isEqualTo("\r\n");
    assertThat(section(message, found, Section.of(Kind.HEADER, 2)))
        .startsWith("Subject: inner\r\n")
        .endsWith("inner\r\n\r\n");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 2, 1))).isEqualTo("a\r\nb\r\n");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 2, 2))).isEqualTo("<p>");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 3))).isEqualTo("AAAA");
    assertThat(section(message, found, Section.of(Kind.WHOLE, 4))).isNull();
  }

  @Test
  void cuttingTheInputChangesNothing() {
    byte[] message = octets(NESTED);
    var whole = scan(message);
    for (int chunk = 1; chunk < message.length; chunk++) {
      assertThat(scan(message, chunk)).isEqualTo(whole);
    }
  }

  @Test
  void whatIsKeptReadsBack() {
    var found = scan(NESTED);
    byte[] kept = StructureCodec.encode(found);
    assertThat(StructureCodec.decode(kept)).isEqualTo(found);
    assertThat(StructureCodec.decodeEnvelope(kept)).isEqualTo(found.envelope());
  }
}
