package org.popinjay.imap.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.imap.response.Node;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.MimeScanner;

/// What is written for messages that clients trip over; each message is scanned for real.
class StructureNodesTest {
  private static final String LETTER =
      """
      Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
      From: Terry Gray <gray@cac.washington.edu>
      Subject: IMAP4rev2 WG mtg summary and minutes
      To: imap@cac.washington.edu
      cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
      Message-Id: <B27397-0100000@cac.washington.ed>
      MIME-Version: 1.0
      Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

      Two
      lines
      """;

  @Test
  void envelopeOfTheExampleInTheRfc() {
    assertThat(envelope(LETTER))
        .isEqualTo(
            "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\""
                + " \"IMAP4rev2 WG mtg summary and minutes\""
                + " ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))"
                + " ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))"
                + " ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))"
                + " ((NIL NIL \"imap\" \"cac.washington.edu\"))"
                + " ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
                + "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\"))"
                + " NIL NIL \"<B27397-0100000@cac.washington.ed>\")");
  }

  @Test
  void textPartTellsItsOctetsAndLines() {
    assertThat(structure(LETTER, false))
        .isEqualTo("(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 12 2)");
  }

  @Test
  void extensionsAreAllThereOrNoneIs() {
    assertThat(structure(LETTER, true))
        .isEqualTo(
            "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 12 2"
                + " NIL NIL NIL NIL)");
  }

  @Test
  void absentIsNilAndEmptyIsEmpty() {
    assertThat(envelope("Subject:\n\n")).startsWith("(NIL \"\" NIL ");
  }

  @Test
  void groupsAreMarkedByAddressesWithoutHost() {
    assertThat(envelope("To: friends: a@b, c@d;, e@f\n\n"))
        .contains(
            "((NIL NIL \"friends\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")"
                + "(NIL NIL NIL NIL)(NIL NIL \"e\" \"f\"))");
  }

  @Test
  void octetsBeyondAsciiAreLiteralsInTheOldDialectAndQuotedInTheNewOne() {
    var message = "Subject: Gr\u00fc\u00dfe\n\n";
    assertThat(envelope(message)).startsWith("(NIL {7}\r\nGr\u00fc\u00dfe NIL");
    assertThat(written(nodes(REV2).envelope(scanned(message, UTF_8).envelope()), REV2))
        .startsWith("(NIL \"Gr\u00fc\u00dfe\" NIL");
  }

  private static final ImapDialect REV2 = ImapDialect.REV1.withRev2();

  private static final String MULTIPART =
      """
      Content-Type: multipart/mixed; boundary=b

      preamble
      --b

      hello
      --b
      Content-Type: application/pdf; name="x.pdf"
      Content-Transfer-Encoding: base64
      Content-Disposition: attachment; filename="x.pdf"
      Content-Language: en, de
      Content-ID: <1@x>
      Content-Description: a file
      Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
      Content-Location: http://x/

      QUJD
      --b--
      """;

  @Test
  void partsOfAMultipartStandRightBehindEachOther() {
    assertThat(structure(MULTIPART, false))
        .isEqualTo(
            "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 5 0)"
                + "(\"APPLICATION\" \"PDF\" (\"NAME\" \"x.pdf\") \"<1@x>\" \"a file\" \"BASE64\" 4)"
                + " \"MIXED\")");
  }

  @Test
  void extensionsOfPartsAndOfTheMultipart() {
    assertThat(structure(MULTIPART, true))
        .endsWith(
            " \"BASE64\" 4 \"Q2hlY2sgSW50ZWdyaXR5IQ==\""
                + " (\"ATTACHMENT\" (\"FILENAME\" \"x.pdf\")) (\"en\" \"de\") \"http://x/\")"
                + " \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL)");
  }

  @Test
  void messageInAMessageHasItsEnvelopeAndStructure() {
    var forward =
        """
        Content-Type: message/rfc822

        Subject: inside

        one
        """;
    assertThat(structure(forward, false))
        .isEqualTo(
            "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 24"
                + " (NIL \"inside\" NIL NIL NIL NIL NIL NIL NIL NIL)"
                + " (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 5 1) 3)");
  }

  @Test
  void mailInUtf8IsALeafInTheOldDialect() {
    var forward = "Content-Type: message/global\n\nSubject: inside\n\none\n";
    assertThat(structure(forward, false))
        .isEqualTo("(\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"7BIT\" 24)");
    assertThat(written(nodes(REV2).structure(scanned(forward, UTF_8).root(), false), REV2))
        .contains("\"inside\"");
  }

  @Test
  void valuesWithACharsetAreDecodedInTheNewDialectOnly() {
    var message = "Content-Type: text/plain; name*=utf-8''%C3%BC\n\n";
    assertThat(structure(message, false)).contains("(\"NAME*\" \"utf-8''%C3%BC\")");
    assertThat(written(nodes(REV2).structure(scanned(message, UTF_8).root(), false), REV2))
        .contains("(\"NAME*\" \"\u00fc\")");
  }

  private static String envelope(String message) {
    return written(
        nodes(ImapDialect.REV1).envelope(scanned(message, UTF_8).envelope()), ImapDialect.REV1);
  }

  private static String structure(String message, boolean extended) {
    return written(
        nodes(ImapDialect.REV1).structure(scanned(message, ISO_8859_1).root(), extended),
        ImapDialect.REV1);
  }

  private static StructureNodes nodes(ImapDialect dialect) {
    return new StructureNodes(dialect);
  }

  private static MessageStructure scanned(String message, Charset charset) {
    var octets = message.replace("\n", "\r\n").getBytes(charset);
    var scanner = new MimeScanner();
    scanner.feed(ByteBuffer.allocateDirect(octets.length).put(octets).flip());
    return scanner.finish();
  }

  private static String written(Node node, ImapDialect dialect) {
    var out = Unpooled.buffer();
    new ImapResponseWriter(out, dialect).node(node);
    return out.toString(UTF_8);
  }
}
