package org.popinjay.imap.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.response.Node;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.MimeScanner;

class MessageMemoTest {

  private static final MessageStructure STRUCTURE = structure();

  private static MessageStructure structure() {
    var octets = "Subject: a\r\n\r\nbody".getBytes(US_ASCII);
    var scanner = new MimeScanner();
    scanner.feed(ByteBuffer.allocateDirect(octets.length).put(octets).flip());
    return scanner.finish();
  }

  @Property(tries = 100)
  void isReadAsItWasWritten(
      @ForAll @Size(max = 50) byte[] envelope, @ForAll @Size(max = 50) byte[] structure) {
    var read = again(MessageMemo.of(STRUCTURE, written(envelope), written(structure)), 1000);
    assertThat(read.headerOctets()).isEqualTo(STRUCTURE.root().bodyStart());
    assertThat(octets(read.envelope())).isEqualTo(envelope);
    assertThat(octets(read.structure())).isEqualTo(structure);
    assertThat(read.parts()).isEqualTo(STRUCTURE);
  }

  @Test
  void canDoWithTheEnvelopeAlone() {
    var read = again(MessageMemo.ofHeader(5, written(new byte[] {'(', ')'})), 100);
    assertThat(read.headerOctets()).isEqualTo(5);
    assertThat(read.structure()).isNull();
    assertThat(read.parts()).isNull();
  }

  @Test
  void leavesPartsOutThatDoNotFit() {
    var read = again(MessageMemo.of(STRUCTURE, written(new byte[10]), written(new byte[10])), 45);
    assertThat(octets(read.structure())).hasSize(10);
    assertThat(read.parts()).isNull();
  }

  @Test
  void isNotWrittenWhenItsAnswersDoNotFit() {
    var memo = MessageMemo.of(STRUCTURE, written(new byte[50]), written(new byte[50]));
    assertThat(memo.write(100)).isNull();
  }

  private static MessageMemo again(MessageMemo memo, int octetsMax) {
    return Objects.requireNonNull(MessageMemo.read(Objects.requireNonNull(memo.write(octetsMax))));
  }

  @Property(tries = 300)
  void otherOctetsAreAsGoodAsNone(@ForAll @Size(max = 60) byte[] octets) {
    if (octets.length > 0) {
      octets[0] &= 1;
    }
    var _ = MessageMemo.read(octets);
  }

  @Test
  void cutOrProlongedItIsAsGoodAsNone() {
    var octets =
        Objects.requireNonNull(
            MessageMemo.of(STRUCTURE, written(new byte[9]), written(new byte[9])).write(999));
    for (int length = 0; length < octets.length; length++) {
      assertThat(MessageMemo.read(Arrays.copyOf(octets, length))).isNull();
    }
    assertThat(MessageMemo.read(Arrays.copyOf(octets, octets.length + 1))).isNull();
  }

  private static Node.Written written(byte[] octets) {
    var shifted = new byte[octets.length + 3];
    System.arraycopy(octets, 0, shifted, 2, octets.length);
    return new Node.Written(shifted, 2, octets.length);
  }

  private static byte[] octets(Node.@Nullable Written written) {
    Objects.requireNonNull(written);
    return Arrays.copyOfRange(written.octets(), written.from(), written.from() + written.length());
  }
}
