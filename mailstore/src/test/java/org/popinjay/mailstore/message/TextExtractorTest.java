package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.scan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.message.TextExtractor.Scope;

class TextExtractorTest {

  private static final String MESSAGE =
      """
      Subject: =?utf-8?Q?Caf=C3=A9?=
      Content-Type: multipart/mixed; boundary=b

      preamble
      --b
      Content-Type: text/plain; charset=iso-8859-1
      Content-Transfer-Encoding: quoted-printable

      d=E9j=E0 =
      vu
      --b
      Content-Type: application/pdf
      Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf

      not text
      --b
      Content-Type: message/rfc822

      Subject: inner
      Content-Type: text/html; charset=x-unknown
      Content-Transfer-Encoding: base64

      PGI+Z3LDvMOfZTwvYj4=
      --b--
      epilogue
      """;

  @Test
  void bodyIsTheTextOfAllTextPartsAndOfMessagesInside() {
    assertThat(texts(octets(MESSAGE), Scope.BODY, 1 << 16))
        .containsExactly(
            "déjà vu",
            "Subject: inner",
            "Content-Type: text/html; charset=x-unknown",
            "Content-Transfer-Encoding: base64",
            "<b>grüße</b>");
  }

  @Test
  void textHasAlsoTheHeaderAndTheHeadersOfParts() {
    assertThat(texts(octets(MESSAGE), Scope.TEXT, 1 << 16))
        .startsWith("Subject: Café", "Content-Type: multipart/mixed; boundary=b")
        .contains("résumé.pdf", "déjà vu", "Subject: inner", "<b>grüße</b>")
        .doesNotContain("preamble", "epilogue", "not text");
  }

  @Test
  void cuttingTheInputChangesNothing() {
    byte[] message = octets(MESSAGE);
    var whole = texts(message, Scope.TEXT, message.length);
    for (int chunk = 1; chunk < message.length; chunk += 7) {
      assertThat(texts(message, Scope.TEXT, chunk)).isEqualTo(whole);
    }
  }

  @Test
  void whoHasSeenEnoughGetsNoMore() {
    byte[] message = octets(MESSAGE);
    var seen = new ArrayList<String>();
    var extractor =
        new TextExtractor(
            scan(message),
            Scope.TEXT,
            new TextExtractor.Sink() {
              @Override
              public void begin() {}

              @Override
              public boolean text(CharSequence characters) {
                seen.add(characters.toString());
                return false;
              }
            });
    assertThat(extractor.feed(ByteBuffer.wrap(message))).isFalse();
    extractor.finish();
    assertThat(seen).containsExactly("Subject: Café");
  }

  private static List<String> texts(byte[] message, Scope scope, int chunk) {
    var texts = new ArrayList<StringBuilder>();
    var sink =
        new TextExtractor.Sink() {
          @Override
          public void begin() {
            texts.add(new StringBuilder());
          }

          @Override
          public boolean text(CharSequence characters) {
            texts.getLast().append(characters);
            return true;
          }
        };
    var extractor = new TextExtractor(scan(message), scope, sink);
    for (int at = 0; at < message.length; at += chunk) {
      extractor.feed(ByteBuffer.wrap(message, at, Math.min(chunk, message.length - at)));
    }
    extractor.finish();
    return texts.stream().map(StringBuilder::toString).toList();
  }
}
