package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

  /// RFC 3501, section 8, the FETCH of message 12.
  @Test
  void theExampleOfTheStandard() {
    var envelope =
        envelope(
            """
            Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
            From: Terry Gray <gray@cac.washington.edu>
            Subject: IMAP4rev1 WG mtg summary and minutes
            To: imap@cac.washington.edu
            cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
            Message-Id: <B27397-0100000@cac.washington.edu>
            MIME-Version: 1.0
            Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

            """);
    var gray = List.of(mailbox("Terry Gray", "gray", "cac.washington.edu"));
    assertThat(envelope)
        .isEqualTo(
            new Envelope(
                "Wed, 17 Jul 1996 02:23:25 -0700 (PDT)",
                "IMAP4rev1 WG mtg summary and minutes",
                gray,
                gray,
                gray,
                List.of(mailbox(null, "imap", "cac.washington.edu")),
                List.of(
                    mailbox(null, "minutes", "CNRI.Reston.VA.US"),
                    mailbox("John Klensin", "KLENSIN", "MIT.EDU")),
                List.of(),
                null,
                "<B27397-0100000@cac.washington.edu>"));
  }

  @Test
  void aFieldThatIsAbsentIsNotAnEmptyOne() {
    assertThat(envelope("Subject:\n\n").subject()).isEmpty();
    assertThat(envelope("Subject: \n \n\n").subject()).isEmpty();
    assertThat(envelope("X: y\n\n").subject()).isNull();
    assertThat(envelope("To:\n\n").to()).isEmpty();
  }

  @Test
  void valuesAreUnfoldedTrimmedAndNotDecoded() {
    var envelope =
        envelope(
            """
            Subject:  a
             =?utf-8?Q?b?=
            \t c\s
            In-Reply-To:\t<a@b>
            \t<c@d>

            """);
    assertThat(envelope.subject()).isEqualTo("a =?utf-8?Q?b?=  c");
    assertThat(envelope.inReplyTo()).isEqualTo("<a@b> <c@d>");
  }

  @Test
  void ofFieldsThatAreThereTwiceTheFirstCountsAndListsAreJoined() {
    var envelope =
        envelope(
            """
            Subject: one
            Subject: two
            To: a@x
            Sender: s@x
            To: b@x, c@x
            Sender: t@x
            From: f@x
            From: g@x
            Message-ID: <1>
            message-id : <2>

            """);
    assertThat(envelope.subject()).isEqualTo("one");
    assertThat(envelope.messageId()).isEqualTo("<1>");
    assertThat(envelope.to()).extracting(EnvelopeTest::local).containsExactly("a", "b", "c");
    assertThat(envelope.from()).extracting(EnvelopeTest::local).containsExactly("f", "g");
    assertThat(envelope.sender()).extracting(EnvelopeTest::local).containsExactly("s");
    assertThat(envelope.replyTo()).isEqualTo(envelope.from());
  }

  @Test
  void aReplyToWithoutAddressesIsAsFrom() {
    assertThat(envelope("From: f@x\nReply-To:\nSender: ,\n\n").replyTo())
        .extracting(EnvelopeTest::local)
        .containsExactly("f");
  }

  @Test
  void namesOfFieldsHaveAnyCaseAndBlanksBeforeTheColon() {
    assertThat(envelope("sUBJECT \t: x\n\n").subject()).isEqualTo("x");
    assertThat(envelope("Subjects: x\nSubjec: y\nSubject x: z\n\n").subject()).isNull();
  }

  @Test
  void octetsOfEightBitsStayAndControlsGo() {
    assertThat(envelope("Subject: caf\u00c3\u00a9\t\u0001\u007f\rx\n\n").subject())
        .isEqualTo("caf\u00c3\u00a9 x");
  }

  @Test
  void itIsKnownWhenTheHeaderEnds() {
    byte[] message = octets("Subject: x\n\nbody");
    var scanner = new MimeScanner();
    scanner.feed(ByteBuffer.wrap(message, 0, 13));
    assertThat(scanner.envelope()).isNull();
    assertThat(scanner.headerOctets()).isEqualTo(-1);
    scanner.feed(ByteBuffer.wrap(message, 13, 1));
    assertThat(scanner.envelope()).extracting(Envelope::subject).isEqualTo("x");
    assertThat(scanner.headerOctets()).isEqualTo(14);
  }

  @Test
  void extendedParametersAreTextOfTheirCharset() {
    assertThat(new Parameter("N*", "iso-8859-1'de'%E4%zz%").decoded()).isEqualTo("ä%zz%");
    assertThat(new Parameter("N*", "utf-8''%C3%A4%").decoded()).isEqualTo("ä%");
    assertThat(new Parameter("N*", "x-none''%E4").decoded()).isEqualTo("ä");
    assertThat(new Parameter("N*", "%C3%A4").decoded()).isEqualTo("ä");
    assertThat(new Parameter("N", "\u00c3\u00a4%41").decoded()).isEqualTo("ä%41");
  }

  private static Envelope envelope(String header) {
    return scan(header.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1)).envelope();
  }

  private static Address mailbox(@Nullable String name, String local, String host) {
    return new Address.Mailbox(name, null, local, host);
  }

  private static String local(Address address) {
    return address instanceof Address.Mailbox mailbox ? mailbox.local() : "";
  }
}
