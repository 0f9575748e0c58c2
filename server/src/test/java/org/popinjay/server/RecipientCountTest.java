package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipientCountTest {

  private static int count(String message) {
    var count = new RecipientCount();
    count.take(ByteBuffer.wrap(message.getBytes(ISO_8859_1)));
    return count.count();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'' | 0",
        "text | 0",
        "To: a@x | 1",
        "to:a@x,b@x,, | 2",
        "TO \\t: a@x | 1",
        "To: a@x\\nCc: b@x\\nBcc: c@x | 3",
        "Resent-To: a\\nResent-Cc: b\\nResent-Bcc: c | 3",
        "Apparently-To: a@x | 1",
        "X-To: a@x\\nReply-To: b@x\\nFrom: c@x | 0",
        "To: a@x\\n\\nCc: b@x | 1",
        "To: a@x,\\n\\tb@x,\\n c@x | 3",
        "Subject: s\\n To: a@x\\nTo: b@x | 1",
        "From me Sat Jan 1\\nTo: a@x | 1",
        "To: Tea Pot <a@x>, Cup <b@x> | 2",
        "To: \"Pot, Tea\" <a@x>, \"; ,\" <b@x> | 2",
        "To: a@x (Pot, Tea) | 2",
        "To: tea pots: a@x, b@x; | 4",
        "To: a b c | 3",
        "To: <a@x> <b@x> | 2",
        "To: \"a@x, b@x, c@x\" | 3",
        "To: \"a, b, c | 3",
        "To: \"a, b, c\\nCc: d\" d | 4",
        "To: (\") a, b, c (\") | 3",
        "To: a\\\", b, c\\\" | 3",
        "To: a\\, b | 2",
        "To: \"a\\\", b, c\" | 3",
        "To: )( a, \"b, c\" | 3",
      })
  void ratherCountsOneTooMany(String message, int recipients) {
    assertThat(count(message.replace("\\n", "\n").replace("\\t", "\t"))).isEqualTo(recipients);
  }

  @Property(tries = 200)
  void howTheMessageIsCutChangesNothing(@ForAll String noise, @ForAll byte cut) {
    var octets = ("To: a@x, \"b, c\" <d@x>\n" + noise + "\nCc: e\n\n").getBytes(ISO_8859_1);
    var whole = new RecipientCount();
    whole.take(ByteBuffer.wrap(octets));
    var pieces = new RecipientCount();
    int at = (cut & 0xFF) % octets.length;
    pieces.take(ByteBuffer.wrap(octets, 0, at));
    pieces.take(ByteBuffer.wrap(octets, at, octets.length - at));
    assertThat(pieces.count()).isEqualTo(whole.count()).isGreaterThanOrEqualTo(2);
  }
}
