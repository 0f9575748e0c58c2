package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.TEA;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.settings;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.BulletinsConfig.Imap;
import org.popinjay.config.BulletinsConfig.State;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Posix;

/// Bulletins in INBOX, as popper and qpopper put them there.
class BulletinDeliveryTest {
  @TempDir private Path folder;
  private BulletinRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BulletinRig(folder, Posix.files());
  }

  private void restart(int newUserCount, boolean groups, State state, Imap imap) throws Exception {
    rig.close();
    rig =
        new BulletinRig(folder, Posix.files(), settings(folder, newUserCount, groups, state, imap));
  }

  @Test
  void aNewUserGetsNothingOldAndEachNewOneOnce() throws Exception {
    rig.post(1, 5);
    assertThat(rig.signIn()).isEmpty();
    assertThat(rig.counted()).isEqualTo("5\n");
    rig.post(6);
    assertThat(rig.subjects()).containsExactly("Bulletin 6");
    assertThat(rig.subjects()).containsExactly("Bulletin 6");
    assertThat(rig.counted()).isEqualTo("6\n");
    assertThat(rig.delivered()).isEqualTo(1);
    assertThat(rig.faults()).isZero();
  }

  @Test
  void whoSignedInBeforeTheFirstBulletinGetsIt() throws Exception {
    assertThat(rig.signIn()).isEmpty();
    assertThat(rig.counted()).isEqualTo("0\n");
    rig.post(1);
    assertThat(rig.subjects()).containsExactly("Bulletin 1");
  }

  @Test
  void aNewUserGetsTheLatestThatTheSettingsSay() throws Exception {
    rig.post(1, 5, 30);
    restart(2, false, State.STATE_DIR, Imap.OFF);
    assertThat(rig.subjects()).containsExactly("Bulletin 5", "Bulletin 30");
  }

  @Test
  void gapsAndLeadingZerosKeepTheOrderOfNumbers() throws Exception {
    rig.signIn();
    rig.post("030.c", text(30));
    rig.post("1.a", text(1));
    rig.post("0005.b", text(5));
    assertThat(rig.subjects()).containsExactly("Bulletin 1", "Bulletin 5", "Bulletin 30");
  }

  @Test
  void onlyTheHeaderOfACopyIsAnother() throws Exception {
    rig.signIn();
    rig.post(
        "7.forger",
        """
        From boss@example.org Thu Nov  9 22:33:52 2023 +0100
        Status: RO
        X-Status: D
        from: Boss <boss@example.org>
        TO: a@example.org,
        \tb@example.org,
         c@example.org
        X-UID: 4294967295
        X-IMAPbase: 1 2
        X-IMAP: 1 2
        X-Keywords: Junk
        X-UIDL: forged
        Content-Length: 3
        X-Popinjay: q=rd b=99
        Date: Thu, 9 Nov 2023 21:33:52 +0000
        To: again
        Subject: Bulletin 7

        Status: in the body
        From here on
        >From there on
        To: whom

        end
        """);
    var wanted =
        """
        from: Boss <boss@example.org>
        To: tea@example.org
        Date: Thu, 9 Nov 2023 21:33:52 +0000
        Subject: Bulletin 7

        Status: in the body
        From here on
        >From there on
        To: whom

        end
        """;
    assertThat(rig.signIn()).containsExactly(wanted);
    assertThat(rig.spool())
        .startsWith("From boss@example.org ")
        .contains("\n>From here on\n>>From there on\n", "X-Popinjay: q=rd b=7\n");
    try (var mailbox = done(rig.rig().store().account(rig.owner()).open(MailboxName.INBOX));
        var view = done(mailbox.view(Access.READ))) {
      var message = view.message(1);
      assertThat(message.internalDate().epochSecond()).isEqualTo(1_699_565_632L);
      assertThat(message.flags().system().bits()).isZero();
      assertThat(message.uid().value()).isEqualTo(1);
    }
    rig.rig().reopen();
    assertThat(rig.signIn()).containsExactly(wanted);
  }

  @Test
  void aCorrectedBulletinIsNotSentAgain() throws Exception {
    rig.signIn();
    rig.post(1);
    rig.signIn();
    rig.post("1.news", text(1).replace("Hear", "Sorry"));
    assertThat(rig.signIn()).hasSize(1);
  }

  @Test
  void aCopyIsOrdinaryMailThatCanBeRemoved() throws Exception {
    rig.rig().deliver(TEA, 3);
    rig.signIn();
    rig.post(1);
    try (var drop = done(rig.rig().store().account(rig.owner()).claim(new TestHolder()))) {
      var second = new BitSet();
      second.set(2);
      assertThat(done(drop.commit(second, new BitSet())).removed()).isEqualTo(1);
    }
    assertThat(rig.subjects()).containsExactly("letter 3");
  }

  @Test
  void bulletinsOfGroupsGoToTheirMembers() throws Exception {
    var system = Accounts.system();
    int adm = system.groupId("adm").orElseThrow();
    int daemon = system.groupId("daemon").orElseThrow();
    restart(0, true, State.STATE_DIR, Imap.OFF);
    var staff = user("tea", adm, List.of(daemon));
    var other = user("pot", adm + 4_000, List.of());
    rig.signIn(staff);
    rig.signIn(other);
    rig.post("001.adm.text", text(1));
    rig.post("2.daemon.text", text(2));
    rig.post("3.ALL.text", text(3));
    rig.post("4", text(4));
    rig.post("5.nobody-has-this-group.text", text(5));
    rig.post("6.mail.text", text(6));
    assertThat(BulletinRig.subjects(rig.signIn(staff)))
        .containsExactly("Bulletin 1", "Bulletin 2", "Bulletin 3", "Bulletin 4");
    assertThat(BulletinRig.subjects(rig.signIn(other))).containsExactly("Bulletin 3", "Bulletin 4");
  }

  private AccountOwner user(String name, int gid, List<Integer> groups) {
    var own = rig.rig().owner(name);
    return new AccountOwner(name, new Identity(own.identity().uid(), gid, groups), own.home());
  }

  @Test
  void withoutGroupsEverybodyGetsThem() throws Exception {
    rig.signIn();
    rig.post("1.nobody-has-this-group.text", text(1));
    assertThat(rig.subjects()).containsExactly("Bulletin 1");
  }

  @Test
  void deliveryStopsAtTheFirstThatCannotBeShownAndGoesOnWhenItCan() throws Exception {
    rig.signIn();
    rig.post(1, 3);
    rig.post("2.no-separator", "Subject: Bulletin 2\n\nbody\n");
    assertThat(rig.subjects()).containsExactly("Bulletin 1");
    assertThat(rig.counted()).isEqualTo("1\n");
    assertThat(rig.faults()).isPositive();
    rig.post("2.no-separator", text(2));
    assertThat(rig.subjects()).containsExactly("Bulletin 1", "Bulletin 2", "Bulletin 3");
  }

  @Test
  void whatMayNotBeTrustedIsNotShown() throws Exception {
    rig.signIn();
    var file = rig.post("1.x", text(1));
    BulletinRig.permit(file, "rw-rw-r--");
    assertThat(rig.signIn()).isEmpty();
    BulletinRig.permit(file, "rw-r--r--");
    Files.move(file, folder.resolve("elsewhere"));
    Files.createSymbolicLink(file, folder.resolve("elsewhere"));
    assertThat(rig.signIn()).isEmpty();
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(rig.signIn()).isEmpty();
    Files.delete(file);
    fifo(file);
    assertThat(rig.signIn()).isEmpty();
    Files.delete(file);
    rig.post("1.x", text(1) + "x".repeat(1 << 20) + "\n");
    assertThat(rig.signIn()).isEmpty();
    rig.post("1.x", text(1) + "\0\n");
    assertThat(rig.signIn()).isEmpty();
    assertThat(rig.faults()).isPositive();
    rig.post("1.x", text(1));
    assertThat(rig.subjects()).containsExactly("Bulletin 1");
  }

  private static void fifo(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  @Test
  void aFileOfAnybodyElseIsNotShown() throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "only root can give files away");
    rig.signIn();
    var file = rig.post("1.x", text(1));
    Files.setAttribute(file, "unix:uid", 4_242);
    assertThat(rig.signIn()).isEmpty();
    Files.setAttribute(file, "unix:uid", 0);
    assertThat(rig.signIn()).hasSize(1);
  }

  @Test
  void aFolderThatOthersMayWriteToIsNotUsed() throws Exception {
    rig.signIn();
    rig.post(1);
    BulletinRig.permit(folder.resolve("bulletins"), "rwxrwxrwx");
    assertThat(rig.signIn()).isEmpty();
    Files.move(folder.resolve("bulletins"), folder.resolve("away"));
    assertThat(rig.signIn()).isEmpty();
    Files.move(folder.resolve("away"), folder.resolve("bulletins"));
    BulletinRig.permit(folder.resolve("bulletins"), "rwxr-xr-x");
    assertThat(rig.signIn()).hasSize(1);
  }

  @Test
  void numbersOutOfRangeAndDoublesAreSkipped() throws Exception {
    rig.signIn();
    rig.post("4294967297.a", text(9));
    rig.post("99999999999999999999.a", text(9));
    rig.post("0.a", text(9));
    rig.post("readme", "not one");
    rig.post("2.a", text(2));
    rig.post("02.b", text(22));
    rig.post("2147483647.z", text(47));
    // By name, "02.b" comes before "2.a".
    assertThat(rig.subjects()).containsExactly("Bulletin 22", "Bulletin 47");
  }

  @Test
  void bulletinsOfPcToolsKeepTheirLineEnds() throws Exception {
    rig.signIn();
    rig.post("1.pc", text(1).replace("\n", "\r\n") + "\r\n");
    assertThat(rig.signIn())
        .containsExactly(text(1).substring(53).replace("everybody", "tea@example.org"));
  }

  @Test
  void aHeaderAloneIsABulletinToo() throws Exception {
    rig.signIn();
    rig.post("1.short", "From a Thu Nov  9 22:33:52 2023\nSubject: short");
    assertThat(rig.signIn().getFirst()).startsWith("Subject: short\nTo: tea@example.org\n");
  }

  @Test
  void popbullOfQpopperIsTakenOverOnce() throws Exception {
    rig.post(1, 2, 3);
    Files.createDirectories(rig.popbull().getParent());
    Files.writeString(rig.popbull(), "2\n");
    assertThat(rig.subjects()).containsExactly("Bulletin 3");
    assertThat(rig.counted()).isEqualTo("3\n");
    assertThat(rig.popbull()).hasContent("2\n");
    Files.writeString(rig.popbull(), "0\n");
    assertThat(rig.signIn()).hasSize(1);
  }

  @Test
  void inTheHomeItIsQpoppersOwnFile() throws Exception {
    rig.post(1, 2);
    restart(0, false, State.HOME, Imap.OFF);
    rig.signIn();
    assertThat(rig.popbull()).hasContent("2\n");
    assertThat(Files.getPosixFilePermissions(rig.popbull())).hasSize(2);
    rig.post(3);
    assertThat(rig.subjects()).containsExactly("Bulletin 3");
    assertThat(Files.readAllBytes(rig.popbull())).isEqualTo("3\n".getBytes(ISO_8859_1));
    // Now qpopper gives the user one, and an operator has another sent again.
    rig.post(4);
    Files.writeString(rig.popbull(), "4\n");
    assertThat(rig.signIn()).hasSize(1);
    Files.writeString(rig.popbull(), "3\n");
    assertThat(rig.subjects()).containsExactly("Bulletin 3", "Bulletin 4");
    assertThat(rig.rig().home(TEA)).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void aPopbullThatHoldsNoNumberCountsAllAsSent() throws Exception {
    restart(0, false, State.HOME, Imap.OFF);
    Files.createDirectories(rig.popbull().getParent());
    rig.owner();
    rig.post(1, 2);
    for (var odd : List.of("abc\n", "", "99999999999999999999\n", "-1\n", "x".repeat(5_000))) {
      Files.writeString(rig.popbull(), odd);
      assertThat(rig.signIn()).as(odd).isEmpty();
      assertThat(rig.popbull()).hasContent("2\n");
    }
    Files.writeString(rig.popbull(), " 007 \n\n");
    assertThat(rig.signIn()).isEmpty();
    assertThat(rig.popbull()).hasContent(" 007 \n\n");
  }

  @Test
  void aPopbullThatIsNoPlainFileOfTheUserIsNotTouched() throws Exception {
    restart(0, false, State.HOME, Imap.OFF);
    rig.owner();
    rig.post(1);
    var secret = Files.writeString(folder.resolve("passwd"), "0\n");
    Files.createSymbolicLink(rig.popbull(), secret);
    assertThat(rig.signIn()).isEmpty();
    assertThat(secret).hasContent("0\n");
    assertThat(rig.popbull()).isSymbolicLink();
    Files.delete(rig.popbull());
    Files.createLink(rig.popbull(), secret);
    assertThat(rig.signIn()).isEmpty();
    Files.delete(rig.popbull());
    fifo(rig.popbull());
    assertThat(rig.signIn()).isEmpty();
    Files.delete(rig.popbull());
    Files.createDirectory(rig.popbull());
    assertThat(rig.signIn()).isEmpty();
    Files.delete(rig.popbull());
    if (Accounts.own().uid() == 0) {
      Files.writeString(rig.popbull(), "0\n");
      Files.setAttribute(rig.popbull(), "unix:uid", 4_242);
      assertThat(rig.signIn()).isEmpty();
      Files.delete(rig.popbull());
    }
    assertThat(rig.faults()).isGreaterThanOrEqualTo(4);
    Files.writeString(rig.popbull(), "0\n");
    assertThat(rig.signIn()).hasSize(1);
  }

  @Test
  void withoutAHomeNobodyIsKeptFromHisMail() throws Exception {
    restart(0, false, State.HOME, Imap.OFF);
    rig.post(1);
    var homeless = new AccountOwner(TEA, rig.owner().identity(), null);
    assertThat(rig.signIn(homeless)).isEmpty();
  }

  @Test
  void imapGetsThemInInboxOnlyIfWantedAndWhenItIsSelected() throws Exception {
    restart(0, false, State.STATE_DIR, Imap.DELIVER);
    rig.signIn();
    rig.post(1);
    assertThat(selected(Access.READ)).isZero();
    assertThat(selected(Access.WRITE)).isEqualTo(1);
    restart(0, false, State.STATE_DIR, Imap.OFF);
    rig.post(2);
    assertThat(selected(Access.WRITE)).isEqualTo(1);
    assertThat(rig.signIn()).hasSize(2);
  }

  private int selected(Access access) {
    try (var mailbox = done(rig.rig().store().account(rig.owner()).open(MailboxName.INBOX));
        var view = done(mailbox.view(access))) {
      return view.count();
    }
  }

  @Test
  void tenThousandSignInsWithoutNewsWriteNothing() throws Exception {
    rig.post(1, 2, 3);
    rig.rig().deliver(TEA, 1);
    rig.signIn();
    rig.close();
    var counted = new FaultyFileCalls(Posix.files(), new Fault.None());
    rig = new BulletinRig(folder, counted);
    rig.signIn();
    // The folder was changed so lately that it has to be read each time until its times are old.
    int before = counted.calls();
    for (int i = 0; i < 10_000; i++) {
      done(rig.rig().store().account(rig.owner()).claim(new TestHolder())).close();
    }
    var since = counted.kinds().subList(before, counted.calls());
    assertThat(since)
        .doesNotContain(
            CallKind.WRITE, CallKind.SYNC, CallKind.RENAME, CallKind.LINK, CallKind.UNLINK);
    rig.close();
    rig = new BulletinRig(folder, Posix.files());
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }
}
