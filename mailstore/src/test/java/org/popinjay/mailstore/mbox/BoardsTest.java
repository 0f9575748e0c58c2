package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.BboardsConfig;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.BoardNotes;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Boards.Board;
import org.popinjay.mailstore.Boards.Part;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Posix;
import org.popinjay.posix.SharedFolder;
import org.popinjay.posix.UserIdentity;

/// Boards over files in a folder: read by many, kept by somebody else, and never touched.
class BoardsTest {
  private static final String TEA = "tea";
  private static final int[] FIRST = {1};

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(board());
    Files.createDirectories(archive());
    permit(folder.resolve("boards"), "rwxr-xr-x");
    permit(board(), "rwxr-xr-x");
    permit(archive(), "rwxr-xr-x");
    rig = MboxRig.lean(folder, Posix.files());
    rig.reopen(new BboardsConfig(Optional.of(board()), Optional.of(archive()), false, List.of()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Path board() {
    return folder.resolve("boards/current");
  }

  private Path archive() {
    return folder.resolve("boards/archive");
  }

  private static Path permit(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String message(int number) {
    return """
    From editor@example.org Thu Nov  9 22:33:52 2023 +0100
    Subject: News %d
    Status: RO

    Body %d
    From here

    """
        .formatted(number, number);
  }

  /// Appends messages as the keeper of a board does.
  private Path post(Path place, String name, int... numbers) throws IOException {
    var file = place.resolve(name + ".mbox");
    var text = new StringBuilder();
    for (int number : numbers) {
      text.append(message(number));
    }
    Files.writeString(file, text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return permit(file, "rw-r--r--");
  }

  private Path post(String name, int... numbers) throws IOException {
    return post(board(), name, numbers);
  }

  private Boards boards() {
    return rig.store().account(rig.owner(TEA)).boards();
  }

  private Boards boards(Identity reader) {
    return rig.store().account(new AccountOwner("pot", reader, null)).boards();
  }

  private Maildrop drop(String name) {
    return done(boards().read(name, Part.CURRENT)).drop();
  }

  private MailboxView view(String name) {
    try (var mailbox = done(boards().open(name))) {
      return done(mailbox.view(Access.READ));
    }
  }

  private static String text(Maildrop drop, int number) {
    return new String(octets(drop.content(number)), ISO_8859_1);
  }

  @Test
  void boardsAreListedWithTheHighestUidThatTheyEverHad() throws Exception {
    post("tea", 1, 2);
    post("coffee", 1);
    permit(Files.createFile(board().resolve("empty.mbox")), "rw-r--r--");
    Files.writeString(board().resolve("readme"), "no board");
    Files.createDirectory(board().resolve("level.mbox"));
    assertThat(done(boards().list()))
        .containsExactly(new Board("coffee", 1), new Board("empty", 0), new Board("tea", 2));
    var file = post("tea", 3);
    assertThat(done(boards().list())).contains(new Board("tea", 3));
    Files.writeString(file, message(1));
    assertThat(done(boards().list())).contains(new Board("tea", 3));
    rig.reopen();
    assertThat(done(boards().list())).contains(new Board("tea", 3));
    assertThat(rig.store().boards().offered()).isTrue();
  }

  @Test
  void withoutAFolderThereAreNone() throws Exception {
    rig.reopen(BboardsConfig.DEFAULTS);
    assertThat(boards().offered()).isFalse();
    assertThat(done(boards().list())).isEmpty();
    assertThat(failure(boards().open("tea"))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(failure(boards().read("tea", Part.CURRENT)))
        .isInstanceOf(StoreFailure.NotFound.class);
    assertThat(failure(boards().describe("tea"))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(rig.store().boards().offered()).isFalse();
  }

  @Test
  void aDropIsReadByManyAtOnceAndRemovesNothing() throws Exception {
    var file = post("news", 1, 2);
    var before = Files.readAllBytes(file);
    var modified = Files.getLastModifiedTime(file);
    try (var one = drop("news");
        var other = drop("news")) {
      assertThat(one.count()).isEqualTo(2);
      assertThat(one.claimed()).isTrue();
      assertThat(one.flags(1)).isEqualTo(FlagSet.NONE);
      assertThat(one.keptId(1)).isNull();
      assertThat(text(one, 2)).isEqualTo("Subject: News 2\r\n\r\nBody 2\r\nFrom here\r\n");
      assertThat(text(other, 1)).contains("News 1");
      assertThat(one.octets(2)).isEqualTo(text(one, 2).length());
      assertThat(one.frozen()).isInstanceOf(StoreFailure.ReadOnly.class);
      var first = new BitSet();
      first.set(1);
      assertThat(failure(one.commit(first, first))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(done(one.commit(new BitSet(), first)).left()).isEqualTo(2);
    }
    try (var mailbox = done(boards().open("news"))) {
      // What the keeper has marked is in the file.
      assertThat(done(mailbox.status()).unseen()).isZero();
    }
    rig.reopen();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(modified);
    try (var files = Files.list(board())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void whatOneReaderHasReadIsNothingToTheOthers() throws Exception {
    var file = board().resolve("news.mbox");
    Files.writeString(file, message(1).replace("Status: RO\n", ""));
    permit(file, "rw-r--r--");
    var first = new BitSet();
    first.set(1);
    try (var drop = drop("news")) {
      done(drop.commit(new BitSet(), first));
    }
    try (var mailbox = done(boards().open("news"))) {
      assertThat(done(mailbox.status()).unseen()).isEqualTo(1);
    }
  }

  @Test
  void aMailboxCanBeReadAndNotChanged() throws Exception {
    var file = post("news", 1, 2);
    var before = Files.readAllBytes(file);
    try (var view = view("news")) {
      assertThat(view.count()).isEqualTo(2);
      assertThat(view.writable()).isFalse();
      assertThat(view.keepsSeen()).isFalse();
      assertThat(view.takesKeywords()).isFalse();
      var seen = new FlagChange.Add(Flags.of(Flag.SEEN));
      assertThat(failure(view.flag(FIRST, seen, null))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(failure(view.expunge(FIRST))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(failure(view.move(FIRST, MailboxName.INBOX)))
          .isInstanceOf(StoreFailure.ReadOnly.class);
      done(view.copy(FIRST, MailboxName.INBOX));
    }
    try (var inbox = rig.view(TEA)) {
      assertThat(octets(inbox.content(1))).asString().contains("News 1");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(failure(rig.store().account(rig.owner(TEA)).open(new MailboxName("news"))))
        .isInstanceOf(StoreFailure.NotFound.class);
    assertThat(done(rig.store().account(rig.owner(TEA)).folders()))
        .noneMatch(each -> each.name().text().contains("news"));
    try (var mailbox = done(boards().open("news"));
        var view = done(mailbox.view(Access.WRITE))) {
      assertThat(view.writable()).isFalse();
    }
  }

  @Test
  void whatTheKeeperDoesIsFollowedAndMovesNoNumbers() throws Exception {
    var file = post("news", 1, 2);
    try (var drop = drop("news");
        var view = view("news");
        var other = done(boards(Identity.NOBODY).read("news", Part.CURRENT)).drop()) {
      post("news", 3);
      assertThat(drop.count()).isEqualTo(2);
      assertThat(text(drop, 2)).contains("News 2");
      assertThat(done(view.sync(true))).containsExactly(new MailboxChange.Arrived(3));
      assertThat(octets(view.content(3))).asString().contains("News 3");
      // A keeper who removes by a new file, as editors and mail programs do.
      var next = folder.resolve("next");
      Files.writeString(next, message(2) + message(3) + message(4));
      permit(next, "rw-r--r--");
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(failure(drop.content(1))).isInstanceOf(StoreFailure.Gone.class);
      assertThat(text(other, 2)).contains("News 2");
      assertThat(done(view.sync(true)))
          .containsExactly(new MailboxChange.Expunged(1, new Uid(1)), new MailboxChange.Arrived(3));
      assertThat(view.message(3).uid()).isEqualTo(new Uid(4));
    }
    try (var drop = drop("news")) {
      assertThat(List.of(drop.uid(1).value(), drop.uid(2).value(), drop.uid(3).value()))
          .containsExactly(2L, 3L, 4L);
    }
  }

  @Test
  void aBoardThatIsTakenAwayIsGoneForThoseWhoReadItToo() throws Exception {
    var file = post("news", 1);
    try (var drop = drop("news");
        var view = view("news")) {
      var away = folder.resolve("away");
      Files.move(file, away);
      assertThat(done(boards().list())).isEmpty();
      assertThat(failure(boards().open("news"))).isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(drop.content(1))).isInstanceOf(StoreFailure.class);
      assertThat(failure(view.sync(true))).isInstanceOf(StoreFailure.NotFound.class);
      Files.move(away, file);
      assertThat(text(drop, 1)).contains("News 1");
      assertThat(done(view.sync(true))).isEmpty();
    }
  }

  @Test
  void uidsOutliveARestartAndAreTheSameForEverybody() throws Exception {
    post("news", 1, 2);
    var file = post("other", 1);
    var uidValidity = 0L;
    try (var drop = drop("news")) {
      uidValidity = drop.uidValidity().value();
    }
    Files.writeString(board().resolve("news.mbox"), message(2));
    rig.reopen();
    try (var mine = drop("news");
        var his = done(boards(Identity.NOBODY).read("news", Part.CURRENT)).drop()) {
      assertThat(mine.uidValidity().value()).isEqualTo(uidValidity);
      assertThat(his.uidValidity()).isEqualTo(mine.uidValidity());
      assertThat(mine.uid(1).value()).isEqualTo(2);
      assertThat(his.uid(1).value()).isEqualTo(2);
    }
    try (var other = drop("other")) {
      assertThat(other.count()).isEqualTo(1);
    }
    assertThat(rig.state(".boards")).isDirectory();
    assertThat(rig.state(TEA).resolve("registry")).doesNotExist();
    assertThat(file).exists();
  }

  @Test
  void aLostStateBeginsAnewAndOneThatIsFoundAgainGoesOn() throws Exception {
    var file = post("news", 1, 2, 3);
    long before;
    try (var drop = drop("news")) {
      before = drop.uidValidity().value();
    }
    rig.close();
    var kept = folder.resolve("kept");
    Files.move(rig.state(".boards"), kept);
    rig.pass(Duration.ofMinutes(1));
    rig.reopen();
    Files.writeString(file, message(3));
    try (var drop = drop("news")) {
      assertThat(drop.uidValidity().value()).isNotEqualTo(before);
      assertThat(drop.uid(1).value()).isEqualTo(1);
    }
    rig.close();
    Files.move(rig.state(".boards"), folder.resolve("second"));
    Files.move(kept, rig.state(".boards"));
    rig.reopen();
    try (var drop = drop("news")) {
      assertThat(drop.uidValidity().value()).isEqualTo(before);
      assertThat(drop.uid(1).value()).isEqualTo(3);
    }
    assertThat(done(boards().list())).containsExactly(new Board("news", 3));
  }

  @Test
  void theArchiveIsAnotherMailboxOfTheSameName() throws Exception {
    post("news", 3);
    post(archive(), "news", 1, 2);
    post(archive(), "old", 9);
    assertThat(done(boards().read("news", Part.ARCHIVE)).board()).isEqualTo(new Board("news", 2));
    try (var drop = done(boards().read("news", Part.ARCHIVE)).drop()) {
      assertThat(text(drop, 1)).contains("News 1");
    }
    try (var drop = drop("news")) {
      assertThat(text(drop, 1)).contains("News 3");
    }
    assertThat(done(boards().list())).containsExactly(new Board("news", 1));
    rig.reopen(new BboardsConfig(Optional.of(board()), Optional.empty(), false, List.of()));
    assertThat(failure(boards().read("news", Part.ARCHIVE)))
        .isInstanceOf(StoreFailure.NotFound.class);
  }

  @Test
  void aBoardIsThereForThoseWhoMayReadItsFile() throws Exception {
    post("all", 1);
    var staff = post("staff", 1);
    int gid = (Integer) Files.getAttribute(staff, "unix:gid");
    permit(staff, "rw-r-----");
    permit(post("nobody", 1), "---------");
    var member = new Identity(4_001, 4_001, List.of(gid));
    assertThat(names(boards(member))).containsExactly("all", "staff");
    assertThat(names(boards(new Identity(4_002, 4_002, List.of())))).containsExactly("all");
    assertThat(names(rig.store().boards())).containsExactly("all");
    try (var _ = done(boards(member).read("staff", Part.CURRENT)).drop()) {
      // That somebody else has it open opens it to nobody.
      assertThat(failure(rig.store().boards().read("staff", Part.CURRENT)))
          .isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(rig.store().boards().describe("staff")))
          .isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(rig.store().boards().open("staff")))
          .isInstanceOf(StoreFailure.NotFound.class);
    }
    permit(board(), "rwxr-x---");
    assertThat(names(rig.store().boards())).isEmpty();
    assertThat(failure(rig.store().boards().open("all"))).isInstanceOf(StoreFailure.NotFound.class);
  }

  private static List<String> names(Boards boards) {
    return done(boards.list()).stream().map(Board::name).toList();
  }

  @Test
  void theKernelDecidesWhoReadsWhereItCan() throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "only root can be somebody else");
    permit(folder, "rwxr-xr-x");
    var staff = permit(post("staff", 1), "rw-r-----");
    Files.setAttribute(staff, "unix:gid", 4_242);
    post("all", 1);
    var member = new Identity(4_001, 4_001, List.of(4_242));
    try (var workers = FsuidWorkers.start(2, 16)) {
      rig.reopenAsUsers(workers);
      assertThat(names(boards(member))).containsExactly("all", "staff");
      assertThat(names(rig.store().boards())).containsExactly("all");
      try (var mailbox = done(boards(member).open("staff"));
          var view = done(mailbox.view(Access.READ))) {
        assertThat(failure(rig.store().boards().open("staff")))
            .isInstanceOf(StoreFailure.NotFound.class);
        // The file is opened anew, with the rights of the reader and not of the server.
        var next = folder.resolve("next");
        Files.writeString(next, message(1) + message(2));
        permit(next, "rw-r-----");
        Files.setAttribute(next, "unix:gid", 4_242);
        Files.move(next, staff, StandardCopyOption.REPLACE_EXISTING);
        assertThat(done(view.sync(true))).containsExactly(new MailboxChange.Arrived(2));
        assertThat(octets(view.content(2))).asString().contains("News 2");
        Files.setAttribute(staff, "unix:gid", 4_243);
        assertThat(failure(boards(member).open("staff"))).isInstanceOf(StoreFailure.NotFound.class);
      }
      rig.close();
    }
  }

  @Test
  void hostileFilesAndNamesAreNotThere() throws Exception {
    post("good", 1);
    Files.createSymbolicLink(board().resolve("link.mbox"), board().resolve("good.mbox"));
    assertThat(new ProcessBuilder("mkfifo", board().resolve("fifo.mbox") + "").start().waitFor())
        .isZero();
    permit(post("group", 1), "rw-rw-r--");
    permit(post("world", 1), "rw-r--rw-");
    post(".hidden", 1);
    post("two words", 1);
    post("bell\u0007", 1);
    post("star*", 1);
    post("x".repeat(65), 1);
    try (var huge = new RandomAccessFile(post("huge", 1).toFile(), "rw")) {
      huge.setLength((64L << 30) + 1);
    }
    Files.writeString(permit(Files.createFile(board().resolve("text.mbox")), "rw-r--r--"), "text");
    assertThat(names(boards())).containsExactly("good");
    for (var name :
        List.of(
            "link",
            "huge",
            "fifo",
            "group",
            "world",
            ".hidden",
            "two words",
            "../current/good",
            "",
            "..",
            "good.mbox",
            "good/",
            "bell\u0007",
            "text")) {
      assertThat(failure(boards().open(name).flatMap(box -> box.status())))
          .as(name)
          .isInstanceOfAny(StoreFailure.NotFound.class, StoreFailure.NotAMailbox.class);
    }
    permit(board(), "rwxrwxrwx");
    assertThat(names(boards())).isEmpty();
    assertThat(failure(boards().open("good"))).isInstanceOf(StoreFailure.NotFound.class);
  }

  @Test
  void moreBoardsThanAreListedCanBeOpenedAllTheSame() throws Exception {
    for (int i = 0; i < 1_001; i++) {
      permit(Files.createFile(board().resolve("b%04d.mbox".formatted(i))), "rw-r--r--");
    }
    var names =
        new BoardFolder(
                Posix.files(),
                new SharedFolder(
                    Posix.files(),
                    UserIdentity.process(),
                    true,
                    BoardFolder.rules(OptionalInt.empty()),
                    board().toString()))
            .names(Identity.NOBODY);
    assertThat(names).hasSize(1_000).isSorted();
    assertThat(done(boards().read("b1000", Part.CURRENT)).board()).isEqualTo(new Board("b1000", 0));
  }

  @Test
  void whatIsSaidOfABoardIsTold() throws Exception {
    post("news", 1, 2);
    var plain = done(boards().describe("news"));
    assertThat(plain.board()).isEqualTo(new Board("news", 2));
    assertThat(plain.notes()).isEqualTo(BoardNotes.NONE);
    assertThat(plain.newest()).contains(new InternalDate(1_699_565_632L, 0));
    var notes = board().resolve("news.info");
    Files.writeString(notes, "leaders: postmaster\npassword: secret\nflags: 8\n");
    permit(notes, "rw-r--r--");
    assertThat(done(boards().describe("news")).notes())
        .isEqualTo(new BoardNotes("", "", "postmaster", "", "", "", "", 8));
    permit(notes, "rw-rw-rw-");
    assertThat(done(boards().describe("news")).notes()).isEqualTo(BoardNotes.NONE);
    permit(notes, "rw-r-----");
    assertThat(done(rig.store().boards().describe("news")).notes()).isEqualTo(BoardNotes.NONE);
    Files.writeString(notes, "leaders: x\n".repeat(1 + (16 << 10) / 11));
    assertThat(done(boards().describe("news")).notes()).isEqualTo(BoardNotes.NONE);
    post("empty");
    assertThat(done(boards().describe("empty")).newest()).isEmpty();
  }

  @Test
  void manyReadWhileTheKeeperAppends() throws Exception {
    post("news", 0);
    var threads = new ArrayList<Thread>();
    var faults = Collections.synchronizedList(new ArrayList<Throwable>());
    for (int reader = 0; reader < 4; reader++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  readAgainAndAgain();
                } catch (Throwable fault) {
                  faults.add(fault);
                }
              }));
    }
    for (int number = 1; number <= 40; number++) {
      post("news", number);
      Thread.onSpinWait();
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
    try (var drop = drop("news")) {
      assertThat(drop.count()).isEqualTo(41);
    }
  }

  private void readAgainAndAgain() {
    for (int round = 0; round < 25; round++) {
      try (var drop = drop("news")) {
        for (int number = 1; number <= drop.count(); number++) {
          assertThat(drop.uid(number).value()).isEqualTo(number);
          assertThat(text(drop, number)).startsWith("Subject: News " + (number - 1) + "\r\n");
        }
      }
    }
  }
}
