package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.outline;
import static org.popinjay.mailstore.message.Scans.scan;
import static org.popinjay.mailstore.message.Scans.section;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.mailstore.message.Section.Kind;

/// How mail is read that keeps to no standard.
class BrokenMimeTest {
  private static final List<Parameter> US_ASCII = List.of(new Parameter("CHARSET", "US-ASCII"));

  @ParameterizedTest(name = "Content-Type:{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text                                | TEXT/PLAIN {}
          text/                               | TEXT/PLAIN {}
          text; charset=utf-8                 | TEXT/PLAIN {CHARSET=utf-8}
          text/html                           | TEXT/HTML {}
          TEXT / (a comment) plain            | TEXT/PLAIN {}
          image                               | APPLICATION/OCTET-STREAM {}
          multipart                           | APPLICATION/OCTET-STREAM {}
          ''                                  | TEXT/PLAIN {CHARSET=US-ASCII}
          /plain                              | TEXT/PLAIN {CHARSET=US-ASCII}
          ;charset=utf-8                      | TEXT/PLAIN {CHARSET=US-ASCII}
          "text/plain"                        | TEXT/PLAIN {CHARSET=US-ASCII}
          text/plain charset=utf-8            | TEXT/PLAIN {}
          text/plain; charset=utf-8 (rem.)    | TEXT/PLAIN {CHARSET=utf-8}
          text/plain; charset="utf-8          | TEXT/PLAIN {CHARSET=utf-8}
          text/plain; charset = "u\\tf-8"     | TEXT/PLAIN {CHARSET=utf-8}
          text/plain; a=1; A=2; ; b; c=;=d    | TEXT/PLAIN {A=1, C=}
          text/plain; name=my file.txt        | TEXT/PLAIN {NAME=my file.txt}
          text/plain; name="=?utf-8?Q?a=3F?=" | TEXT/PLAIN {NAME==?utf-8?Q?a=3F?=}
          text/plain; n*0=a; n*1="b c"; n*2=d | TEXT/PLAIN {N=ab cd}
          text/plain; n*1=b; n*0=a            | TEXT/PLAIN {N=ab}
          text/plain; n*0=a; n*2=c            | TEXT/PLAIN {N=a}
          text/plain; n*1=b                   | TEXT/PLAIN {}
          text/plain; n*0*=utf-8''%41; n*1=%  | TEXT/PLAIN {N*=utf-8''%41%25}
          text/plain; n*=utf-8'en'%C3%A4      | TEXT/PLAIN {N*=utf-8'en'%C3%A4}
          """)
  void typesAreUnderstoodAsFarAsTheyMakeSense(String value, String expected) {
    var part = scan("Content-Type:" + value + "\n\n").root();
    var parameters =
        part.parameters().stream().map(p -> p.name() + "=" + p.value()).toList().toString();
    assertThat(part.type() + "/" + part.subtype() + " " + braces(parameters)).isEqualTo(expected);
  }

  private static String braces(String list) {
    return "{" + list.substring(1, list.length() - 1) + "}";
  }

  @Test
  void noContentTypeIsPlainText() {
    var part = scan("Subject: x\n\nbody\n").root();
    assertThat(outline(part)).isEqualTo("TEXT/PLAIN 6 1");
    assertThat(part.parameters()).isEqualTo(US_ASCII);
    assertThat(part.encoding()).isEqualTo("7BIT");
  }

  @Test
  void noContentTypeInADigestIsAMessage() {
    var found =
        scan(
            """
            Content-Type: multipart/digest; boundary=b

            --b

            Subject: one

            1
            --b
            Content-Type: text/plain

            two
            --b--
            """);
    assertThat(outline(found.root()))
        .isEqualTo("MULTIPART/DIGEST 71 10 (MESSAGE/RFC822 17 2 (TEXT/PLAIN 1 0), TEXT/PLAIN 3 0)");
    assertThat(found.root().children().getFirst().parameters()).isEmpty();
  }

  @Test
  void ofSeveralContentTypesTheFirstCounts() {
    assertThat(outline(scan("Content-Type: text/html\nContent-Type: image/png\n\n").root()))
        .isEqualTo("TEXT/HTML 0 0");
  }

  @Test
  void aMultipartThatHasNoPartsHasItsWholeBodyAsText() {
    var noBoundary = scan("Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n");
    assertThat(outline(noBoundary.root())).isEqualTo("MULTIPART/MIXED 17 4 (TEXT/PLAIN 17 4)");
    var noDelimiter = scan("Content-Type: multipart/mixed; boundary=b\n\nx\n--c\n");
    assertThat(outline(noDelimiter.root())).isEqualTo("MULTIPART/MIXED 8 2 (TEXT/PLAIN 8 2)");
    var onlyClosed = scan("Content-Type: multipart/mixed; boundary=b\n\nx\n--b--\n");
    assertThat(outline(onlyClosed.root())).isEqualTo("MULTIPART/MIXED 10 2 (TEXT/PLAIN 10 2)");
    var empty = scan("Content-Type: multipart/mixed; boundary=b\n\n");
    assertThat(outline(empty.root())).isEqualTo("MULTIPART/MIXED 0 0 (TEXT/PLAIN 0 0)");
    var text = empty.root().children().getFirst();
    assertThat(text.parameters()).isEqualTo(US_ASCII);
    assertThat(text.encoding()).isEqualTo("7BIT");
    assertThat(empty.slice(Section.of(Kind.WHOLE, 1))).isEqualTo(empty.root().body());
    assertThat(text.header().octets()).isZero();
  }

  @Test
  void aMultipartInsideThatIsEmptyHasTextToo() {
    var found =
        scan(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/mixed; boundary=c

            --b
            Content-Type: multipart/mixed; boundary=c
            --b--
            """);
    assertThat(outline(found.root()))
        .isEqualTo(
            "MULTIPART/MIXED 105 6 (MULTIPART/MIXED 0 0 (TEXT/PLAIN 0 0), "
                + "MULTIPART/MIXED 0 0 (TEXT/PLAIN 0 0))");
  }

  @Test
  void aPartThatIsNotClosedRunsToTheEndOfTheOneAroundIt() {
    var found =
        scan(
            """
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/mixed; boundary=inner

            --inner

            one
            --outer

            two
            """);
    assertThat(outline(found.root()))
        .isEqualTo("MULTIPART/MIXED 90 9 (MULTIPART/MIXED 14 2 (TEXT/PLAIN 3 0), TEXT/PLAIN 5 1)");
  }

  @Test
  void afterItsClosingABoundaryMeansNothing() {
    var found = scan("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b\n\ny\n");
    assertThat(found.root().children()).hasSize(1);
  }

  @ParameterizedTest(name = "\"{0}\" is {1} part(s)")
  @CsvSource({
    "--b,2",
    "'--b  ',2",
    "'--b\t',2",
    "--bb,1",
    "--b-,1",
    "---b,1",
    "'--b x',1",
    "' --b',1",
    "-b,1",
    "--B,1",
  })
  void aDelimiterIsAWholeLine(String line, int parts) {
    var found =
        scan("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n" + line + "\n\ny\n--b--\n");
    assertThat(found.root().children()).hasSize(parts);
  }

  @Test
  void blanksBehindADelimiterHaveNoLimit() {
    var line = "--b" + " ".repeat(10_000);
    var found = scan("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n" + line + "\n\ny\n");
    assertThat(found.root().children()).hasSize(2);
    var other = scan("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n" + line + "x\n\ny\n");
    assertThat(other.root().children()).hasSize(1);
  }

  @Test
  void aBoundaryThatBeginsAnotherOneIsNotMistakenForIt() {
    var found =
        scan(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/mixed; boundary=b--

            --b--

            inner
            --b----
            --b

            outer
            --b--
            """);
    assertThat(outline(found.root()))
        .isEqualTo("MULTIPART/MIXED 98 11 (MULTIPART/MIXED 23 3 (TEXT/PLAIN 5 0), TEXT/PLAIN 5 0)");
  }

  @ParameterizedTest(name = "a boundary of {0} octets, used: {1}")
  @CsvSource({"70,true", "71,true", "255,true", "256,false"})
  void longBoundariesAreTakenToALimit(int length, boolean used) {
    var boundary = "x".repeat(length);
    var found =
        scan("Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n\n1");
    assertThat(found.root().children().getFirst().octets() == 1).isEqualTo(used);
  }

  @ParameterizedTest
  @CsvSource({"'\"a b\"',a b", "a=b/c:d,a=b/c:d", "'\"trailing \"',trailing", "a b,a b"})
  void oddBoundariesAreTakenAsTheyAre(String written, String boundary) {
    var found =
        scan("Content-Type: multipart/mixed; boundary=" + written + "\n\n--" + boundary + "\n\n1");
    assertThat(outline(found.root())).endsWith("(TEXT/PLAIN 1 0)");
  }

  @Test
  void aPartWithoutABlankLineIsAHeaderAlone() {
    byte[] message =
        octets(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html
            no field, no body
            --b--
            """);
    var found = scan(message);
    assertThat(outline(found.root())).endsWith("(TEXT/HTML 0 0)");
    assertThat(section(message, found, Section.of(Kind.MIME, 1)))
        .isEqualTo("Content-Type: text/html\r\nno field, no body");
  }

  @Test
  void aMessageWithoutABlankLineIsAHeaderAlone() {
    byte[] message = octets("Subject: x\nContent-Type: message/rfc822");
    var found = scan(message);
    assertThat(outline(found.root())).isEqualTo("MESSAGE/RFC822 0 0 (TEXT/PLAIN 0 0)");
    assertThat(found.envelope().subject()).isEqualTo("x");
    assertThat(found.root().envelope()).isEqualTo(Envelope.EMPTY);
    assertThat(section(message, found, Section.of(Kind.HEADER))).hasSize(message.length);
  }

  @Test
  void nothingAtAllIsAnEmptyText() {
    assertThat(outline(scan("").root())).isEqualTo("TEXT/PLAIN 0 0");
  }

  @Test
  void aLineWithoutAColonIsSkippedAndStays() {
    byte[] message = octets("From a@b Fri\nSubject: x\nno colon\nDate: y\n\nbody");
    var found = scan(message);
    assertThat(found.envelope().subject()).isEqualTo("x");
    assertThat(found.envelope().date()).isEqualTo("y");
    assertThat(section(message, found, Section.of(Kind.HEADER))).contains("no colon\r\n");
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "base64,BASE64",
    "Quoted-Printable (yes),QUOTED-PRINTABLE",
    "(no) 8bit,8BIT",
    "x-what-ever,X-WHAT-EVER",
    "'',7BIT",
    "(),7BIT",
    "base64;,BASE64",
  })
  void encodingsAreWordsInUpperCase(String written, String read) {
    assertThat(scan("Content-Transfer-Encoding: " + written + "\n\n").root().encoding())
        .isEqualTo(read);
  }

  @Test
  void encodingOfAMultipartOrAMessageIsNotUndone() {
    var multipart =
        scan(
            """
            Content-Type: multipart/mixed; boundary=b
            Content-Transfer-Encoding: base64

            --b

            x
            --b--
            """);
    assertThat(outline(multipart.root())).endsWith("(TEXT/PLAIN 1 0)");
    var message =
        scan(
            """
            Content-Type: message/rfc822
            Content-Transfer-Encoding: base64

            U3ViamVjdDogeA==
            """);
    assertThat(message.root().encoding()).isEqualTo("BASE64");
    assertThat(message.root().envelope()).isEqualTo(Envelope.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({"partial", "external-body", "delivery-status", "http", "news"})
  void otherMessagesAreNotLookedInto(String subtype) {
    var part = scan("Content-Type: message/" + subtype + "\n\nSubject: x\n\n").root();
    assertThat(part.isMessage()).isFalse();
    assertThat(part.children()).isEmpty();
  }

  @Test
  void aGlobalMessageIsAMessage() {
    var part = scan("Content-Type: message/global\n\nSubject: x\n\n").root();
    assertThat(part.isMessage()).isTrue();
    assertThat(part.envelope()).extracting(Envelope::subject).isEqualTo("x");
  }

  @Test
  void uuencodeIsContent() {
    assertThat(outline(scan("Subject: x\n\nbegin 644 x\n#86)C\n`\nend\n").root()))
        .isEqualTo("TEXT/PLAIN 28 4");
  }

  @ParameterizedTest(name = "Content-Disposition:{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          attachment; filename=x | Disposition[type=ATTACHMENT, parameters=[Parameter[name=FILENAME, value=x]]]
          inline                 | Disposition[type=INLINE, parameters=[]]
          ;filename=x            | null
          ''                     | null
          """)
  void dispositionsAreReadOrNot(String value, String expected) {
    assertThat(String.valueOf(scan("Content-Disposition:" + value + "\n\n").root().disposition()))
        .isEqualTo(expected);
  }

  @Test
  void theOtherFieldsOfAPartAreUnfoldedAndTrimmed() {
    var part =
        scan("""
        Content-ID:  <a@b>\s
        Content-Description: two
        \tlines =?utf-8?Q?x?=
        Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
        Content-Language: en, de (comment), x-klingon
        Content-Location: http://example.com/
         long

        """)
            .root();
    assertThat(part.id()).isEqualTo("<a@b>");
    assertThat(part.description()).isEqualTo("two lines =?utf-8?Q?x?=");
    assertThat(part.md5()).isEqualTo("Q2hlY2sgSW50ZWdyaXR5IQ==");
    assertThat(part.language()).containsExactly("en", "de", "x-klingon");
    assertThat(part.location()).isEqualTo("http://example.com/ long");
  }
}
