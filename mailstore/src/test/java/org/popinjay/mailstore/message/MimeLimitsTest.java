package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.message.Scans.octets;
import static org.popinjay.mailstore.message.Scans.scan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mail that is made to be too much.
@Timeout(60)
class MimeLimitsTest {

  @Test
  void multipartsAreLookedIntoToADepth() {
    var text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append("Content-Type: multipart/mixed; boundary=b").append(i);
      text.append("\n\n--b").append(i).append('\n');
    }
    deepEnough(octets(text.toString()));
  }

  @Test
  void messagesAreLookedIntoToADepth() {
    deepEnough(octets("Content-Type: message/rfc822\n\n".repeat(100_000)));
  }

  private static void deepEnough(byte[] message) {
    var scanner = new MimeScanner();
    scanner.feed(ByteBuffer.wrap(message));
    var part = scanner.finish().root();
    int depth = 1;
    for (; !part.children().isEmpty(); depth++) {
      part = part.children().getFirst();
    }
    assertThat(depth).isEqualTo(MimeScanner.MOST_DEPTH);
    assertThat(part.type() + "/" + part.subtype()).isEqualTo("APPLICATION/OCTET-STREAM");
    assertThat(part.bodyEnd()).isEqualTo(message.length);
    assertThat(scanner.isLimited()).isTrue();
    var kept = StructureCodec.encode(scanner.finish());
    assertThat(StructureCodec.decode(kept)).isEqualTo(scanner.finish());
  }

  @Test
  void whatFollowsTheDeepestPartIsFoundAgain() {
    var text = new StringBuilder("Content-Type: multipart/mixed; boundary=outer\n\n--outer\n");
    text.append("Content-Type: message/rfc822\n\n".repeat(100));
    text.append("\n--outer\n\nlast\n--outer--\n");
    var root = scan(text.toString()).root();
    assertThat(root.children()).hasSize(2);
    assertThat(root.children().getLast().octets()).isEqualTo(4);
  }

  @Test
  void theLastPartIsAllTheRest() {
    var message =
        octets(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + "--b\nContent-Type: text/html\n\nx\n".repeat(20_000)
                + "--b--\n");
    var root = scan(message).root();
    assertThat(root.children()).hasSize(MimeScanner.MOST_PARTS - 1);
    assertThat(root.children().get(9_997).subtype()).isEqualTo("HTML");
    var last = root.children().getLast();
    assertThat(last.subtype()).isEqualTo("OCTET-STREAM");
    assertThat(last.bodyEnd()).isEqualTo(message.length);
  }

  @Test
  void aPartWithAHugeHeaderIsNotLookedInto() {
    var field = "X: " + "x".repeat(100) + "\n";
    var header = "Subject: x\nContent-Type: text/html\n" + field.repeat(11_000) + "To: late\n\n";
    var message = octets(header + "body");
    var found = scan(message);
    assertThat(found.root().subtype()).isEqualTo("OCTET-STREAM");
    assertThat(found.root().octets()).isEqualTo(4);
    assertThat(found.envelope().subject()).isEqualTo("x");
    assertThat(found.envelope().to()).isEmpty();
  }

  @Test
  void fieldsAreCutWhereTheyAreTooLong() {
    var found = scan("Subject: " + "x".repeat(100_000) + "\nDate: y\n\n");
    assertThat(found.envelope().subject()).hasSize(HeaderReader.LONGEST_VALUE - 1);
    assertThat(found.envelope().date()).isEqualTo("y");
  }

  @Test
  void parametersAreCounted() {
    var text = new StringBuilder("Content-Type: text/plain");
    for (int i = 0; i < 1_000; i++) {
      text.append("; p").append(i).append("=x");
    }
    assertThat(scan(text + "\n\n").root().parameters()).hasSize(128);
  }

  @Test
  void addressesOfManyMessagesTogetherAreCounted() {
    var message = "--b\nContent-Type: message/rfc822\n\nTo: " + "a,".repeat(1_000) + "\n\nx\n";
    var root = scan("Content-Type: multipart/mixed; boundary=b\n\n" + message.repeat(200)).root();
    assertThat(root.children()).hasSizeBetween(60, 70);
    assertThat(root.children().getLast().bodyEnd()).isEqualTo(root.bodyEnd());
  }

  @Test
  void linesThatAreNearlyDelimitersTakeLinearTime() {
    var text = new StringBuilder("x\n\n");
    var prefix = "b".repeat(250);
    for (int i = 60; i > 0; i--) {
      var boundary = prefix + i;
      text.insert(0, "--" + boundary + "\n");
      text.insert(0, "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n");
    }
    text.append(("--" + prefix + "zz\n").repeat(20_000)).append("-\n".repeat(500_000));
    assertThat(scan(text.toString()).octets()).isPositive();
  }

  @Test
  void aDamagedMemoryIsNoMemory() {
    byte[] kept = StructureCodec.encode(scan("Subject: x\nTo: a@b, c@d\n\nbody"));
    for (int i = 0; i < kept.length; i++) {
      byte[] damaged = kept.clone();
      damaged[i] ^= 0x20;
      assertThat(StructureCodec.decode(damaged)).isNull();
      assertThat(StructureCodec.decode(Arrays.copyOf(kept, i))).isNull();
    }
    assertThat(StructureCodec.decode(null)).isNull();
    assertThat(StructureCodec.decodeEnvelope(new byte[0])).isNull();
  }

  @Test
  void anEnvelopeAloneCanBeKept() {
    var envelope = scan("Subject: x\nTo: a@b, G: c@d;\nSender: s\n\nbody").envelope();
    byte[] kept = StructureCodec.encode(envelope);
    assertThat(StructureCodec.decodeEnvelope(kept)).isEqualTo(envelope);
    assertThat(StructureCodec.decode(kept)).isNull();
  }
}
