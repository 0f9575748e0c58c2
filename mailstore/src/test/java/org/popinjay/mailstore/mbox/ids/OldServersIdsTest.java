package org.popinjay.mailstore.mbox.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.IdTemplate;
import org.popinjay.config.Pop3Config;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.Outcomes;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.mbox.MboxRig;

/// Unique-ids that older servers gave stay with their messages.
///
/// `ids/*.ids` are what popa3d 1.0.3 and Dovecot 2.3.19 list of `ids/spool.mbox`, and what the
/// sources of qpopper tell that it would.
class OldServersIdsTest {
  private static final String TEA = "tea";

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder);
    rig.owner(TEA);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String resource(String name) throws Exception {
    try (var in = OldServersIdsTest.class.getResourceAsStream("/ids/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), ISO_8859_1);
    }
  }

  private void spool(String text) throws Exception {
    var spool = rig.spool(TEA);
    Files.writeString(spool, text, ISO_8859_1);
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rw-------"));
  }

  private static String letter(String fields, String body) {
    return "From a@example.org Thu Nov  9 22:33:52 2023\n" + fields + "\n" + body + "\n";
  }

  private void adopting(String from) throws Exception {
    rig.reopen(Pop3Config.DEFAULTS.withUidl("popinjay", Optional.of(from)));
  }

  /// What UIDL lists.
  private List<String> ids() {
    try (var maildrop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
      return IntStream.rangeClosed(1, maildrop.count())
          .mapToObj(number -> id(maildrop, number))
          .toList();
    }
  }

  private static String id(Maildrop maildrop, int number) {
    var kept = maildrop.keptId(number);
    return kept != null
        ? kept
        : IdTemplate.POPINJAY
            .id(maildrop.uid(number).value(), maildrop.uidValidity().value(), _ -> Optional.empty())
            .orElseThrow();
  }

  private void forget(String suffix) throws Exception {
    try (Stream<Path> files = Files.list(rig.state(TEA))) {
      for (var file : files.filter(each -> each.toString().endsWith(suffix)).toList()) {
        Files.delete(file);
      }
    }
  }

  @ParameterizedTest(name = "{0} gave what is in {1}")
  @CsvSource({
    "popa3d, popa3d.ids",
    "dovecot:%m, dovecot-m.ids",
    "dovecot:%g, dovecot-m.ids",
    "qpopper, qpopper.ids",
    "qpopper:4, qpopper4.ids"
  })
  void idsAreThoseOfTheOldServerAndStay(String from, String list) throws Exception {
    spool(resource("spool.mbox"));
    adopting(from);
    var wanted = resource(list).lines().toList();
    assertThat(ids()).isEqualTo(wanted);

    // Whatever happens to the spool and to the index, and without the setting, too.
    rig.reopen(Pop3Config.DEFAULTS);
    assertThat(ids()).isEqualTo(wanted);
    var text = Files.readString(rig.spool(TEA), ISO_8859_1);
    spool(text.replaceAll("(?m)^(Subject: letter .*)$", "$1\nStatus: RO\nX-Status: F"));
    assertThat(ids()).isEqualTo(wanted);
    rig.close();
    forget(".cache");
    rig.reopen(Pop3Config.DEFAULTS);
    assertThat(ids()).isEqualTo(wanted);
    rig.deliver(TEA, "Subject: new\n\nmail\n".getBytes(ISO_8859_1));
    assertThat(ids()).hasSize(61).startsWith(wanted.toArray(String[]::new));
    assertThat(ids().getLast()).matches("0000003d[0-9a-f]{8}");
  }

  @Test
  void deliveredMailCannotChooseItsId() throws Exception {
    spool(letter("Message-ID: <1@a>\nX-UIDL: 0123456789abcdef0123456789abcdef\n", "old\n"));
    adopting("qpopper");
    assertThat(ids()).containsExactly("0123456789abcdef0123456789abcdef");
    rig.deliver(
        TEA,
        "Message-ID: <2@a>\nX-UIDL: chosen\nX-Popinjay: u=chosen\nSubject: 2\n\nx\n"
            .getBytes(ISO_8859_1));
    assertThat(ids().getLast()).matches("00000002[0-9a-f]{8}");
    rig.reopen();
    assertThat(ids().getLast()).matches("00000002[0-9a-f]{8}");
  }

  @Test
  void aFormatWithXUidlDoesNotBelieveIt() throws Exception {
    formatted("{xuidl|message-id}");
    spool(letter("Message-ID: <1@a>\nX-UIDL: forged\n", "old\n"));
    assertThat(ids()).containsExactly("<1@a>");
  }

  private void formatted(String format) throws Exception {
    rig.reopen(Pop3Config.DEFAULTS.withUidl(format, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"with blank", "\u00e4\u00f6", "on two\n lines", ""})
  void whatCannotBeAnIdIsPassedOver(String forged) throws Exception {
    spool(letter("X-UIDL: " + forged + "\n", "old\n"));
    adopting("mailutils");
    assertThat(ids()).singleElement().asString().matches("00000001[0-9a-f]{8}");
  }

  @Test
  void anIdHas70OctetsAtMostAndDoublesDiffer() throws Exception {
    var longest = "a".repeat(70);
    spool(
        letter("X-UIDL: " + longest + "\n", "1\n")
            + letter("X-UIDL: " + longest + "\n", "2\n")
            + letter("X-UIDL: " + longest + "\n", "3\n")
            + letter("X-UIDL: " + longest + "a\n", "4\n")
            + letter("X-UIDL: " + "a".repeat(68) + "-2\n", "5\n")
            + letter("X-UIDL: two\n", "6\n")
            + letter("X-UIDL: two-2\n", "7\n")
            + letter("X-UIDL: two\n", "8\n"));
    adopting("mailutils");
    var ids = ids();
    assertThat(ids).doesNotHaveDuplicates().allMatch(IdTemplate::isId);
    assertThat(ids.subList(0, 3))
        .containsExactly(longest, "a".repeat(68) + "-2", "a".repeat(68) + "-3");
    assertThat(ids.get(3)).matches("00000004[0-9a-f]{8}");
    assertThat(ids.get(4)).isEqualTo("a".repeat(68) + "-4");
    assertThat(ids.subList(5, 8)).containsExactly("two", "two-2", "two-3");
  }

  @Test
  void nobodyGetsAnIdThatAnothersUidStandsFor() throws Exception {
    var base = "X-IMAPbase: 305419896 0000000002\n";
    spool(
        letter(base + "X-UID: 1\nX-UIDL: 0000000212345678\n", "1\n")
            + letter("X-UID: 2\n", "2\n")
            + letter("X-UIDL: 0000000912345678\n", "3\n"));
    adopting("mailutils");
    assertThat(ids())
        .containsExactly("0000000212345678-2", "0000000212345678", "0000000912345678-2");
  }

  @Test
  void uidsOfUwAndDovecotMakeTheirIds() throws Exception {
    var base = "X-IMAPbase: 305419896 0000000007 Work\n";
    var mail =
        letter(base + "X-UID: 3\nStatus: RO\nX-Keywords: Work\n", "1\n")
            + letter("X-UID: 7\nX-Status: F\n", "2\n");
    spool(mail);
    adopting("uw");
    assertThat(ids()).containsExactly("1234567800000003", "1234567800000007");
    rig.deliver(TEA, "Subject: new\n\nmail\n".getBytes(ISO_8859_1));
    assertThat(ids()).endsWith("0000000812345678");
    rig.close();
    forget("");
    adopting("cyrus");
    assertThat(ids()).startsWith("305419896.3", "305419896.7");
  }

  @Test
  void uwsInternalMessageTellsItsUids() throws Exception {
    spool(
        "From MAILER-DAEMON Thu Nov  9 22:33:52 2023\n"
            + "Date: 09 Nov 2023 22:33:52 +0000\n"
            + "From: Mail System Internal Data <MAILER-DAEMON@example.org>\n"
            + "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n"
            + "X-IMAP: 0305419896 0000000012 Work\n"
            + "Status: RO\n\nThis text is part of the internal format.\n\n"
            + letter("Status: RO\nX-Status: A\nX-Keywords: Work\nX-UID: 10\n", "1\n")
            + letter("Status: O\nX-Status:\nX-Keywords:\nX-UID: 12\n", "2\n"));
    adopting("uw");
    assertThat(ids()).containsExactly("123456780000000a", "123456780000000c");
    rig.deliver(TEA, "Subject: new\n\nmail\n".getBytes(ISO_8859_1));
    assertThat(ids()).hasSize(3).endsWith("0000000d12345678");
  }

  @Test
  void uidsThatWereNotTakenOverMakeNoIds() throws Exception {
    spool(letter("X-IMAPbase: 305419896 0000000001\nX-UID: 3\n", "1\n"));
    adopting("uw");
    assertThat(ids()).singleElement().asString().matches("00000001[0-9a-f]{8}");
  }

  @Test
  void idsAreWrittenIntoHeadersThatAreWrittenAnyway() throws Exception {
    spool(
        letter("Message-ID: <1@a>\n", "one\n")
            + letter("Message-ID: <2@a>\n", "two\n")
            + letter("Message-ID: <3@a>\n", "three\n"));
    adopting("{message-id}");
    var wanted = List.of("<1@a>", "<2@a>", "<3@a>");
    assertThat(ids()).isEqualTo(wanted);
    assertThat(Files.readString(rig.spool(TEA))).doesNotContain("X-Popinjay");
    try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX));
        var view = done(mailbox.view(Access.WRITE))) {
      done(view.flag(new int[] {1, 2, 3}, new FlagChange.Add(Flags.of(Flag.SEEN)), null));
      done(view.flush());
    }
    assertThat(Files.readString(rig.spool(TEA)))
        .contains("X-Popinjay: u=<1@a>\n", "X-Popinjay: u=<2@a>\n", "X-Popinjay: u=<3@a>\n");
    assertThat(ids()).isEqualTo(wanted);

    // The day on which the state is lost.
    rig.close();
    forget("");
    rig.reopen(Pop3Config.DEFAULTS);
    assertThat(ids()).isEqualTo(wanted);
    assertThat(text(2)).isEqualTo("Message-ID: <2@a>\r\n\r\ntwo\r\n");
  }

  private String text(int number) {
    try (var maildrop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
      return new String(Outcomes.octets(maildrop.content(number)), ISO_8859_1);
    }
  }

  @Test
  void aRemovalKeepsTheIdsOfTheOthers() throws Exception {
    spool(resource("spool.mbox"));
    adopting("popa3d");
    var wanted = new ArrayList<>(resource("popa3d.ids").lines().toList());
    try (var maildrop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
      var gone = new BitSet();
      gone.set(1);
      gone.set(30);
      done(maildrop.commit(gone, new BitSet()));
    }
    wanted.remove(29);
    wanted.removeFirst();
    assertThat(ids()).isEqualTo(wanted);
    rig.close();
    forget(".cache");
    rig.reopen(Pop3Config.DEFAULTS);
    assertThat(ids()).isEqualTo(wanted);
  }

  @Test
  void aFormatOfTheTextGivesNewMailItsIdsToo() throws Exception {
    formatted("{message-id}");
    spool(letter("Message-ID: <1@a>\n", "one\n"));
    assertThat(ids()).containsExactly("<1@a>");
    for (var id : List.of("<2@a>", "<1@a>", "<3@a>")) {
      rig.deliver(TEA, ("Message-ID: " + id + "\n\nmail\n").getBytes(ISO_8859_1));
      ids();
    }
    rig.deliver(TEA, "Subject: none\n\nmail\n".getBytes(ISO_8859_1));
    var wanted = ids();
    assertThat(wanted).startsWith("<1@a>", "<2@a>", "<1@a>-2", "<3@a>").hasSize(5);
    assertThat(wanted.getLast()).matches("00000005[0-9a-f]{8}");
    rig.close();
    forget(".cache");
    rig.reopen();
    assertThat(ids()).isEqualTo(wanted);
  }

  @Test
  void aListNamesMessagesByTheirDigests() throws Exception {
    var shown = "Subject: a\nX-Note: b\n\ntext\r\nFrom here\n>Fro\n>>x\n>";
    spool(
        letter(
                "Subject: a\nStatus: RO\nX-UIDL: x\n y\nX-Note: b\nLines: 2\n",
                "text\r\n>>From here\n>Fro\n>>x\n>\r\n\r\n\n")
            + letter("Subject: other\n", "x\n"));
    var digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(shown.replace("\r\n", "\n").stripTrailing().getBytes(ISO_8859_1)));
    var list = folder.resolve("list");
    Files.writeString(list, "# ids\n\npot\t%s\tpots\ntea\t%s\tteas\n".formatted(digest, digest));
    adopting("file:" + list);
    assertThat(ids()).startsWith("teas").hasSize(2);
    assertThat(ids().getLast()).matches("00000002[0-9a-f]{8}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tea", "tea\tab\tid", "tea\t%s\tan id", "\t%s\tid", "tea\t%s"})
  void aListThatCannotBeReadKeepsTheMailboxShut(String line) throws Exception {
    var list = folder.resolve("list");
    Files.writeString(list, line.replace("%s", "0".repeat(64)) + "\n");
    spool(letter("Subject: a\n", "x\n"));
    adopting("file:" + list);
    assertThat(
            Outcomes.failure(rig.store().account(rig.owner(TEA)).claim(new TestHolder())).detail())
        .contains(list + ":1: ");
    adopting("popa3d");
    assertThat(ids()).hasSize(1);
  }
}
