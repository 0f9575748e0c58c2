package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.mailstore.search.SearchKey.AddressField;
import org.popinjay.mailstore.search.SearchKey.When;
import org.popinjay.posix.Identity;

class SearchEvaluatorTest {
  private final MemoryStore store = new MemoryStore();

  private void deliver(String... messages) {
    for (var message : messages) {
      store.deliver("tea", message.getBytes(UTF_8));
    }
  }

  private MailboxView view() {
    var owner = new AccountOwner("tea", new Identity(1000, 1000, List.of()), null);
    try (var inbox = done(store.account(owner).open(MailboxName.INBOX))) {
      return done(inbox.view(Access.WRITE));
    }
  }

  private static BitSet search(MailboxView view, SearchKey key) {
    try (var search = new SearchEvaluator(view, key, Instant.EPOCH)) {
      while (search.slice()) {
        // go on
      }
      return search.found();
    }
  }

  private List<Integer> found(SearchKey key) {
    try (var view = view()) {
      return search(view, key).stream().boxed().toList();
    }
  }

  // Headers

  @ParameterizedTest(name = "FROM {0}")
  @ValueSource(
      strings = {
        "tea pot",
        "Tea Pot <pot@clay.example>",
        "\"Tea Pot\"   <pot@",
        "Jürgen",
        "=?utf-8?q?J=C3=BC",
        "Jürgen <j@clay.example>",
        "old@clay.example",
        "Old Style <old@clay.example>",
        "",
      })
  void addressesAreFoundAsTheyAreWrittenAndAsTheyAreRead(String needle) {
    deliver(
        """
        From: "Tea Pot"   <pot@clay.example>
        From: =?utf-8?q?J=C3=BCrgen?= <j@clay.example>, old@clay.example (Old Style)

        body
        """,
        "To: nobody@nowhere.example\n\nTea Pot Jürgen old@clay.example\n");
    assertThat(found(new SearchKey.Address(AddressField.FROM, needle))).containsExactly(1);
  }

  @Test
  void anEmptyNeedleAsksWhetherTheFieldIsThere() {
    deliver("X-A:\n\n1\n", "X-B: b\n\n2\n", "x-a : y\n\n3\n", "X-AA: no\n\nX-A: body\n");
    assertThat(found(new SearchKey.Header("X-A", ""))).containsExactly(1, 3);
  }

  @Test
  void fieldsAreUnfoldedAndDecoded() {
    deliver(
        "Subject: tea\n pot\n\n1\n",
        "Subject: =?iso-8859-1?q?Caf=E9_au?=\n =?iso-8859-1?q?_lait?=\n\n2\n",
        "Subject: caf\u00e9 cr\u00e8me\n\n3\n");
    assertThat(found(new SearchKey.Header("subject", "TEA POT"))).containsExactly(1);
    assertThat(found(new SearchKey.Header("subject", "café au lait"))).containsExactly(2);
    assertThat(found(new SearchKey.Header("subject", "CAFE"))).containsExactly(2, 3);
    assertThat(found(new SearchKey.Text("tea pot"))).containsExactly(1);
    assertThat(found(new SearchKey.Text("subject: café"))).containsExactly(2, 3);
  }

  @Test
  void aMessageWithoutAValidDateWasNeverSent() {
    deliver(
        "Date: 9 Nov 2023 23:30:00 -0800\n\n1\n", "Date: soon\n\n2\n", "X-Date: 9 Nov 2023\n\n3\n");
    var day = LocalDate.of(2023, 11, 9);
    assertThat(found(new SearchKey.Sent(When.ON, day))).containsExactly(1);
    assertThat(found(new SearchKey.Sent(When.SINCE, day))).containsExactly(1);
    assertThat(found(new SearchKey.Sent(When.BEFORE, day))).isEmpty();
    assertThat(found(new SearchKey.Sent(When.BEFORE, day.plusDays(1)))).containsExactly(1);
    assertThat(found(new SearchKey.Not(new SearchKey.Sent(When.ON, day)))).containsExactly(2, 3);
  }

  @Test
  void aHeaderLongerThanWhatIsReadFirstIsReadToItsEnd() {
    var padding = "X-Pad: " + "p".repeat(70) + "\n";
    for (int lines : List.of(51, 52, 53, 1_000, 6_000)) {
      deliver(padding.repeat(lines) + "X-Last: teapot\n\nX-Last: kettle\n");
    }
    assertThat(found(new SearchKey.Header("X-Last", "teapot"))).containsExactly(1, 2, 3, 4, 5);
    assertThat(found(new SearchKey.Header("X-Last", "kettle"))).isEmpty();
  }

  // Texts

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "utf-8,чайник",
    "koi8-r,чайник",
    "windows-1251,чайник",
    "windows-1252,café",
    "windows-1254,ığüş",
    "windows-1250,žluťoučký",
    "iso-8859-15,5€",
    "iso-2022-jp,急須",
    "Shift_JIS,急須",
    "euc-jp,急須",
    "GB18030,茶壶",
    "big5,茶壺",
    "euc-kr,찻주전자",
    "utf-16,茶壶 kettle",
    "utf-16le,kettle",
    "IBM037,kettle",
  })
  void textIsFoundInTheCharsetOfTheMail(String charset, String word) {
    byte[] body = ("one two " + word + " three\n").getBytes(Charset.forName(charset));
    var type = "Content-Type: text/plain; charset=\"" + charset + "\"\n";
    var base64 = type + "Content-Transfer-Encoding: base64\n\n";
    deliver(base64 + Base64.getMimeEncoder().encodeToString(body) + "\n");
    var encodedWord = Base64.getEncoder().encodeToString(word.getBytes(Charset.forName(charset)));
    deliver("Subject: =?" + charset + "?B?" + encodedWord + "?=\n\nnothing here\n");
    if (!charset.startsWith("utf-16")) {
      var eightBit = new ByteArrayOutputStream();
      eightBit.writeBytes((type + "\n").getBytes(US_ASCII));
      eightBit.writeBytes(body);
      store.deliver("tea", eightBit.toByteArray());
    }
    var expected = charset.startsWith("utf-16") ? List.of(1) : List.of(1, 3);
    assertThat(found(new SearchKey.Body(word))).isEqualTo(expected);
    assertThat(found(new SearchKey.Header("Subject", word))).containsExactly(2);
    assertThat(found(new SearchKey.Body("kettles"))).isEmpty();
  }

  @ParameterizedTest(name = "charset={0}")
  @ValueSource(strings = {"x-unknown", "utf-7", "us-ascii", "\"\"", "no such", "iso-8859-0"})
  void anUnknownCharsetIsTriedAsUtf8AndThenAsWindows1252(String charset) {
    var type = "Content-Type: text/plain; charset=" + charset + "\n\n";
    deliver(type + "Grüße naïve\n");
    store.deliver(
        "tea",
        (type + "5\u0080 Gr\u00fc\u00dfe\n")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    deliver(type + "Gr+APwA3w-e\n");
    assertThat(found(new SearchKey.Body("grüße"))).containsExactly(1, 2);
    assertThat(found(new SearchKey.Body("5€"))).containsExactly(2);
    assertThat(found(new SearchKey.Body("+APwA3w"))).containsExactly(3);
  }

  @Test
  void aBodyIsNeitherHeaderNorOtherMediaNorWhatIsAroundParts() {
    deliver(
        """
        Subject: subject
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        X-Part: partheader

        text
        --b
        Content-Type: image/png; name=filename.png

        media
        --b
        Content-Type: message/rfc822

        Subject: innersubject

        innertext
        --b--
        epilogue
        """);
    for (var word : List.of("text", "innersubject", "innertext")) {
      assertThat(found(new SearchKey.Body(word))).as(word).containsExactly(1);
      assertThat(found(new SearchKey.Text(word))).as(word).containsExactly(1);
    }
    for (var word : List.of("partheader", "filename.png", "Subject: subject")) {
      assertThat(found(new SearchKey.Body(word))).as(word).isEmpty();
      assertThat(found(new SearchKey.Text(word))).as(word).containsExactly(1);
    }
    for (var word : List.of("preamble", "media", "epilogue", "--b", "texttext", "text\r\n--b")) {
      assertThat(found(new SearchKey.Text(word))).as(word).isEmpty();
    }
  }

  @Test
  void aMessageOfAnySizeIsSearchedToItsEnd() {
    var random = new Random(7);
    var line = "x".repeat(70) + "\n";
    for (int octets : List.of(200_000, Letter.MOST_OCTETS, 1_000_000)) {
      int lines = octets / 72;
      int place = random.nextInt(lines);
      deliver("Subject: s\n\n" + line.repeat(place) + "teapot\n" + line.repeat(lines - place));
      deliver("Subject: s\n\n" + line.repeat(lines) + "tea\npot\n");
      deliver(
          "Content-Transfer-Encoding: quoted-printable\n\n"
              + line.repeat(place)
              + "t=\n=65apo=\nt\n"
              + line.repeat(lines - place));
    }
    assertThat(found(new SearchKey.Body("teapot"))).containsExactly(1, 3, 4, 6, 7, 9);
    assertThat(found(new SearchKey.Text("Xteapot"))).isEmpty();
  }

  @Test
  void aTextThatStraddlesWhatIsReadAtOnceIsFound() {
    var header = "Subject: s\n\n";
    for (int before = Letter.MOST_OCTETS - 22; before < Letter.MOST_OCTETS - 10; before++) {
      deliver(header + "y".repeat(before) + "teapot" + "z".repeat(10) + "\n");
    }
    assertThat(found(new SearchKey.Body("teapot"))).hasSize(12);
  }

  // Work

  @Test
  void whatIsKnownWithoutReadingIsNotRead() {
    for (int i = 0; i < 1_000; i++) {
      deliver("Subject: " + i + "\n\nbody\n");
    }
    try (var view = view()) {
      int[] some = IntStream.rangeClosed(1, 10).map(i -> i * 100).toArray();
      done(view.flag(some, new FlagChange.Add(Flags.of(Flag.FLAGGED)), null));
      var counted = new Counted(view);
      var flagged = new SearchKey.HasFlag(Flag.FLAGGED);
      assertThat(search(counted.view, flagged).cardinality()).isEqualTo(10);
      assertThat(counted.contents).isZero();
      var both = new SearchKey.And(List.of(new SearchKey.Body("body"), flagged));
      assertThat(search(counted.view, both).cardinality()).isEqualTo(10);
      assertThat(counted.contents).isEqualTo(10);
      var either = new SearchKey.Or(new SearchKey.Text("nothing"), new SearchKey.All());
      assertThat(search(counted.view, either).cardinality()).isEqualTo(1_000);
      assertThat(counted.contents).isEqualTo(10);
    }
  }

  @Test
  void oneReadingIsEnoughForManyKeys() {
    deliver("Subject: tea\n\npot\n");
    try (var view = view()) {
      var counted = new Counted(view);
      var keys = IntStream.range(0, 1_000).<SearchKey>mapToObj(i -> new SearchKey.Text("word" + i));
      var _ = search(counted.view, new SearchKey.Not(new SearchKey.And(keys.toList())));
      assertThat(counted.contents).isEqualTo(1);
    }
  }

  @Test
  void aHundredThousandMessagesAreSearchedInSlices() {
    var message = "Subject: s\n\nx\n".getBytes(US_ASCII);
    for (int i = 0; i < 100_000; i++) {
      store.deliver("tea", message);
    }
    try (var view = view()) {
      var counted = new Counted(view);
      try (var search = new SearchEvaluator(counted.view, new SearchKey.Body("y"), Instant.EPOCH)) {
        int slices = 1;
        while (search.slice()) {
          assertThat(search.done()).isEqualTo(slices * 64);
          assertThat(counted.contents).isEqualTo(slices * 64);
          slices++;
        }
        assertThat(slices).isEqualTo((100_000 + 63) / 64);
      }
    }
  }

  @Test
  void aSliceEndsWithTheMessageThatReachesItsOctets() {
    var large = "Subject: s\n\n" + ("x".repeat(70) + "\n").repeat(50_000);
    deliver(large, large, large, large);
    try (var view = view();
        var search = new SearchEvaluator(view, new SearchKey.Body("zz"), Instant.EPOCH)) {
      assertThat(search.slice()).isTrue();
      assertThat(search.done()).isEqualTo(2);
    }
  }

  // Trouble

  @Test
  void aMessageThatIsGoneIsNotFound() {
    deliver("Subject: a\n\ntea\n", "Subject: b\n\ntea\n", "Subject: c\n\ntea\n");
    store.failNext(Operation.CONTENT, new StoreFailure.Gone("test"));
    assertThat(found(new SearchKey.Body("tea"))).containsExactly(2, 3);
    store.failNext(Operation.CONTENT, new StoreFailure.Gone("test"));
    assertThat(found(new SearchKey.Not(new SearchKey.Body("coffee")))).containsExactly(2, 3);
    store.failNext(Operation.READ, new StoreFailure.Gone("test"));
    assertThat(found(new SearchKey.Header("Subject", ""))).containsExactly(2, 3);
  }

  @Test
  void aMessageThatCannotBeReadIsCountedAndNotFound() {
    deliver("Subject: a\n\ntea\n", "Subject: b\n\ntea\n");
    store.failNext(Operation.READ, new StoreFailure.Broken("test"));
    try (var view = view();
        var search = new SearchEvaluator(view, new SearchKey.Body("tea"), Instant.EPOCH)) {
      assertThat(search.slice()).isFalse();
      assertThat(search.found().stream()).containsExactly(2);
      assertThat(search.unreadable()).isEqualTo(1);
    }
  }

  @Test
  void anEmptyMailboxHasNothingToFind() {
    assertThat(found(new SearchKey.All())).isEmpty();
  }

  /// A view that counts how often texts of messages are opened.
  private static final class Counted {
    private final MailboxView view;
    private int contents;

    Counted(MailboxView counted) {
      view =
          (MailboxView)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {MailboxView.class},
                  (_, method, arguments) -> {
                    contents += method.getName().equals("content") ? 1 : 0;
                    try {
                      return method.invoke(counted, arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
    }
  }
}
