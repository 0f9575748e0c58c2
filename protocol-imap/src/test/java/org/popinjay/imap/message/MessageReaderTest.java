package org.popinjay.imap.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.imap.response.Node;
import org.popinjay.imap.response.SectionName;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.mailstore.message.Section;
import org.popinjay.mailstore.message.Section.Kind;
import org.popinjay.posix.Accounts;

class MessageReaderTest {
  private static final StoreFailure GONE = new StoreFailure.Gone("test");
  private static final String NESTED =
      """
      Subject: outer
      Content-Type: multipart/mixed; boundary=b

      --b

      first
      --b
      Content-Type: message/rfc822

      Subject: inner
      From: a@b

      text
      --b--
      """
          .replace("\n", "\r\n");

  private final List<MessageReader> readers = new ArrayList<>();
  private final MemoryStore store = new MemoryStore();
  private final Account account = store.account(new AccountOwner("tea", Accounts.own(), null));

  @Property(tries = 200)
  void headerAndTextAreTheWholeMessage(@ForAll("messages") String message) {
    var reader = reader(message);
    var header = text(reader, Section.of(Kind.HEADER));
    assertThat(header + text(reader, Section.of(Kind.TEXT))).isEqualTo(message);
    assertThat(text(reader, Section.of(Kind.WHOLE))).isEqualTo(message);
  }

  @Property(tries = 200)
  void pieceIsThatPartOfTheWhole(
      @ForAll("messages") String message,
      @ForAll("kinds") Section section,
      @ForAll @LongRange(max = 80) long origin,
      @ForAll @LongRange(min = 1, max = 80) long length) {
    var reader = reader(message);
    var whole = text(reader, section);
    var piece = text(reader, new TextRequest(SectionName.of("x"), section, null, origin, length));
    int from = (int) Math.min(origin, whole.length());
    assertThat(piece)
        .isEqualTo(whole.substring(from, (int) Math.min(from + length, whole.length())));
  }

  @Property(tries = 100)
  void fieldsInPiecesAreThoseOfTheWhole(
      @ForAll("messages") String message,
      @ForAll boolean not,
      @ForAll @LongRange(max = 80) long origin,
      @ForAll @LongRange(min = 1, max = 80) long length) {
    var reader = reader(message);
    var fields = new FieldNames(List.of("Subject"), not);
    var header = Section.of(Kind.HEADER);
    var whole =
        text(reader, new TextRequest(SectionName.of("x"), header, fields, 0, Long.MAX_VALUE));
    int from = (int) Math.min(origin, whole.length());
    assertThat(text(reader, new TextRequest(SectionName.of("x"), header, fields, origin, length)))
        .isEqualTo(whole.substring(from, (int) Math.min(from + length, whole.length())));
  }

  @Provide
  Arbitrary<String> messages() {
    return Arbitraries.of(
            "Subject: a\r\n",
            "\r\n",
            "x",
            "\u00e9\u0001",
            "Content-Type: multipart/mixed; boundary=b\r\n",
            "--b\r\n")
        .list()
        .ofMinSize(1)
        .ofMaxSize(10)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<Section> kinds() {
    return Arbitraries.of(
        Section.of(Kind.WHOLE),
        Section.of(Kind.HEADER),
        Section.of(Kind.TEXT),
        Section.of(Kind.WHOLE, 1));
  }

  @Test
  void partsOfAMessageInAMessage() {
    var reader = reader(NESTED);
    assertThat(text(reader, Section.of(Kind.WHOLE, 1))).isEqualTo("first");
    assertThat(text(reader, Section.of(Kind.MIME, 2)))
        .isEqualTo("Content-Type: message/rfc822\r\n\r\n");
    assertThat(text(reader, Section.of(Kind.HEADER, 2)))
        .isEqualTo("Subject: inner\r\nFrom: a@b\r\n\r\n");
    assertThat(text(reader, Section.of(Kind.TEXT, 2))).isEqualTo("text");
    assertThat(text(reader, Section.of(Kind.WHOLE, 2, 1))).isEqualTo("text");
  }

  @Test
  void fieldsOfAMessageInAMessage() {
    var fields = new FieldNames(List.of("from"), false);
    assertThat(
            text(
                reader(NESTED),
                new TextRequest(
                    SectionName.of("x"), Section.of(Kind.HEADER, 2), fields, 0, Long.MAX_VALUE)))
        .isEqualTo("From: a@b\r\n\r\n");
  }

  @Test
  void whatIsNotThereIsMissing() {
    var reader = reader(NESTED);
    assertThat(item(reader, TextRequest.all(SectionName.of("x"), Section.of(Kind.WHOLE, 3))))
        .isInstanceOf(FetchData.Missing.class);
    assertThat(item(reader, TextRequest.all(SectionName.of("x"), Section.of(Kind.HEADER, 1))))
        .isInstanceOf(FetchData.Missing.class);
  }

  @Test
  void otherFieldsOfAHugeHeaderAreAllThatIsLeft() {
    var line = "x: " + "y".repeat(995) + "\r\n";
    var header = "Subject: a\r\n" + line.repeat(1200) + "Subject: late\r\n\r\n";
    var reader = reader(header + "body\r\n");
    var named = request(new FieldNames(List.of("subject"), false), 0, Long.MAX_VALUE);
    var others = request(new FieldNames(List.of("subject"), true), 0, Long.MAX_VALUE);
    assertThat(text(reader, named)).isEqualTo("Subject: a\r\nSubject: late\r\n\r\n");
    var all = text(reader, others);
    assertThat(all).isEqualTo(line.repeat(1200) + "\r\n");
    assertThat(text(reader, Section.of(Kind.HEADER))).isEqualTo(header);
    for (long origin : new long[] {5, 1_048_000, 1_048_571, 1_048_580, 1_200_000, 9_999_999}) {
      var piece = request(new FieldNames(List.of("subject"), true), origin, 700);
      int from = (int) Math.min(origin, all.length());
      assertThat(text(reader, piece))
          .isEqualTo(all.substring(from, Math.min(from + 700, all.length())));
    }
  }

  private static TextRequest request(FieldNames fields, long origin, long length) {
    return new TextRequest(SectionName.of("x"), Section.of(Kind.HEADER), fields, origin, length);
  }

  @Test
  void whatTheStoreRemembersIsNotReadAgain() {
    var view = view(NESTED);
    var first = reader(view);
    var envelope = written(done(first.envelope(ImapDialect.REV1)));
    var structure = written(done(first.structure(ImapDialect.REV1, true)));
    var body = written(done(first.structure(ImapDialect.REV1, false)));
    store.failNext(Operation.CONTENT, GONE);
    var second = reader(view);
    assertThat(written(done(second.envelope(ImapDialect.REV1)))).isEqualTo(envelope);
    assertThat(written(done(second.structure(ImapDialect.REV1, true)))).isEqualTo(structure);
    assertThat(written(done(second.structure(ImapDialect.REV1, false)))).isEqualTo(body);
    assertThat(failure(second.text(all(Section.of(Kind.WHOLE))))).isEqualTo(GONE);
  }

  @Test
  void forTheEnvelopeALargeMessageIsNotReadToItsEnd() {
    var view = view("Subject: a\r\n\r\n" + "x".repeat(100_000));
    store.failNext(Operation.READ, GONE);
    assertThat(failure(reader(view).envelope(ImapDialect.REV1))).isEqualTo(GONE);
    var reader = reader(view);
    assertThat(written(done(reader.envelope(ImapDialect.REV1)))).startsWith("(NIL \"a\"");
    store.failNext(Operation.READ, GONE);
    assertThat(failure(reader.structure(ImapDialect.REV1, true))).isEqualTo(GONE);
    assertThat(written(done(reader.structure(ImapDialect.REV1, true)))).contains(" 100000 0 ");
  }

  @Test
  void garbageInTheStoresMemoryIsAsGoodAsNothing() {
    var view = view("Subject: a\r\n\r\n");
    view.remember(1, new byte[] {1, 2, 3});
    assertThat(written(done(reader(view).envelope(ImapDialect.REV1)))).startsWith("(NIL \"a\"");
  }

  @Test
  void saysThatAMessageIsGoneBeforeAnythingOfItIsSent() {
    var reader = reader("Subject: a\r\n\r\nbody\r\n");
    store.failNext(Operation.CONTENT, GONE);
    assertThat(failure(reader.text(all(Section.of(Kind.WHOLE))))).isEqualTo(GONE);
  }

  private MessageReader reader(String message) {
    return reader(view(message));
  }

  private MessageReader reader(MailboxView view) {
    var reader = new MessageReader(view);
    readers.add(reader);
    reader.turnTo(1, view.message(1));
    return reader;
  }

  private MailboxView view(String message) {
    var name =
        new MailboxName(
            "m" + Integer.toHexString(message.hashCode()) + done(account.folders()).size());
    var _ = done(account.create(name, false, null));
    var octets = message.getBytes(ISO_8859_1);
    var draft = done(account.draft());
    var _ = done(draft.write(ByteBuffer.wrap(octets)));
    var _ =
        done(account.append(name, List.of(new Append(draft, Flags.NONE, new InternalDate(0, 0)))));
    return done(done(account.open(name)).view(Access.READ));
  }

  private static TextRequest all(Section section) {
    return TextRequest.all(SectionName.of("x"), section);
  }

  private static String text(MessageReader reader, Section section) {
    return text(reader, all(section));
  }

  private static String text(MessageReader reader, TextRequest request) {
    var octets =
        switch (item(reader, request)) {
          case FetchData.Text text -> text.octets();
          case FetchData.Slice(_, var content, long length) -> {
            var read = OpenTextTest.read(content, 7);
            assertThat(read).hasSize((int) length);
            yield read;
          }
          case FetchData other -> throw new AssertionError(other);
        };
    reader.rest();
    return new String(octets, ISO_8859_1);
  }

  private static FetchData item(MessageReader reader, TextRequest request) {
    return done(reader.text(request));
  }

  @AfterEach
  @AfterTry
  void letGo() {
    readers.forEach(MessageReader::close);
    readers.clear();
  }

  private static String written(Node node) {
    var out = Unpooled.buffer();
    new ImapResponseWriter(out, ImapDialect.REV1).node(node);
    return out.toString(ISO_8859_1);
  }
}
