package org.popinjay.mailstore.mbox.folder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.FoldersConfig.Children;
import org.popinjay.config.FoldersConfig.DiskEncoding;
import org.popinjay.config.FoldersConfig.Use;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.Accounts;

/// Names, files and folders on the disk.
class MboxFoldersTest {
  private static final String TEA = "tea";
  private static final Map<String, Use> NO_USES = Map.of();

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Account account() {
    return rig.store().account(rig.owner(TEA));
  }

  private Path root() {
    return rig.folders(TEA);
  }

  private static MailboxName name(String text) {
    return new MailboxName(text);
  }

  private void make(String name) {
    done(account().create(name(name), false, null));
  }

  private List<String> names() {
    return done(account().folders()).stream().map(each -> each.name().text()).toList();
  }

  private Folder folder(String name) {
    return done(account().folders()).stream()
        .filter(each -> each.name().equals(name(name)))
        .findFirst()
        .orElseThrow();
  }

  private void settings(Children children, DiskEncoding encoding) throws Exception {
    rig.reopen(new FoldersConfig(children, encoding, NO_USES, Duration.ZERO, List.of()));
  }

  private Path put(String path, int... serials) throws IOException {
    var file = root().resolve(path);
    Files.createDirectories(file.getParent());
    var text = new StringBuilder();
    for (int serial : serials) {
      text.append("From mda@example.org Thu Nov  9 22:33:52 2023\n");
      text.append(new String(Letters.letter(serial), ISO_8859_1)).append('\n');
    }
    return Files.writeString(file, text, ISO_8859_1);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aMailboxIsAFileAndALevelADirectory() throws Exception {
    make("Work");
    make("Work/Tea");
    make("Lists/Java");
    make("inbox/Old");
    assertThat(root().resolve("Work")).isEmptyFile();
    assertThat(root().resolve("Work.sbd/Tea")).isEmptyFile();
    assertThat(root().resolve("Lists/Java")).isEmptyFile();
    assertThat(root().resolve("INBOX/Old")).isEmptyFile();
    assertThat(mode(root())).isEqualTo("rwx------");
    assertThat(mode(root().resolve("Work"))).isEqualTo("rw-------");
    assertThat(mode(root().resolve("Lists"))).isEqualTo("rwx------");
    assertThat(names())
        .containsExactly("INBOX", "INBOX/Old", "Lists", "Lists/Java", "Work", "Work/Tea");
  }

  @Test
  void aLevelThatBecomesAMailboxKeepsWhatIsBelow() throws Exception {
    put("a/b", 1, 2);
    try (var open = done(account().open(name("a/b")));
        var view = done(open.view(Access.WRITE))) {
      make("a");
      assertThat(root().resolve("a")).isEmptyFile();
      assertThat(root().resolve("a.sbd/b")).exists();
      assertThat(done(view.sync(true))).isEmpty();
      assertThat(view.count()).isEqualTo(2);
    }
    assertThat(names()).containsExactly("INBOX", "a", "a/b");
  }

  @Test
  void whatOtherProgramsMakeAppearsAndGoes() throws Exception {
    var file = put("new", 1, 2, 3);
    assertThat(names()).containsExactly("INBOX", "new");
    try (var mailbox = done(account().open(name("new")))) {
      var status = done(mailbox.status());
      assertThat(status.messages()).isEqualTo(3);
      Files.delete(file);
      assertThat(failure(mailbox.status())).isInstanceOf(StoreFailure.NotFound.class);
      assertThat(names()).containsExactly("INBOX");
      put("new", 1, 2, 3, 4);
      assertThat(done(mailbox.status()).messages()).isEqualTo(4);
      assertThat(done(mailbox.status()).uidValidity()).isEqualTo(status.uidValidity());
    }
  }

  @Test
  void mailIsThereAfterARenaming() throws Exception {
    put("a", 1, 2, 3);
    put("a.sbd/below", 4);
    try (var open = done(account().open(name("a")));
        var view = done(open.view(Access.WRITE))) {
      done(account().rename(name("a"), name("b")));
      put("b", 1, 2, 3, 5);
      done(view.sync(true));
      assertThat(view.count()).isEqualTo(4);
      assertThat(Letters.serial(org.popinjay.mailstore.Outcomes.octets(view.content(4))))
          .isEqualTo(5);
    }
    assertThat(root().resolve("a.sbd")).doesNotExist();
    assertThat(root().resolve("b.sbd/below")).exists();
    assertThat(names()).containsExactly("INBOX", "b", "b/below");
    assertThat(root().resolve("b.lock")).doesNotExist();
    assertThat(root().resolve("a.lock")).doesNotExist();
  }

  @Test
  void nothingIsRememberedOfADeletedMailbox() throws Exception {
    put("a", 1);
    try (var open = done(account().open(name("a")))) {
      var id = done(open.status()).id();
      done(account().delete(name("a")));
      assertThat(failure(open.status())).isInstanceOf(StoreFailure.NotFound.class);
      put("a", 1, 2);
      assertThat(failure(open.status())).isInstanceOf(StoreFailure.NotFound.class);
      try (var other = done(account().open(name("a")));
          var files = Files.list(rig.state(TEA))) {
        assertThat(done(other.status()).id()).isNotEqualTo(id);
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(file -> file.startsWith(id.text()));
      }
    }
  }

  @Test
  void aDeletedMailboxIsKeptForAWhileIfTheOperatorWants() throws Exception {
    rig.reopen(
        new FoldersConfig(
            Children.SIBLING, DiskEncoding.UTF8, NO_USES, Duration.ofDays(7), List.of()));
    put("a/b", 1);
    Files.createDirectories(root().resolve(FolderChanges.DELETED));
    var old = Files.writeString(root().resolve(FolderChanges.DELETED).resolve("17.00.c"), "");
    done(account().delete(name("a/b")));
    assertThat(root().resolve("a/b")).doesNotExist();
    try (var files = Files.list(root().resolve(FolderChanges.DELETED))) {
      assertThat(files)
          .singleElement()
          .satisfies(file -> assertThat(file.toString()).endsWith(".b"))
          .satisfies(file -> assertThat(file).content().startsWith("From "));
    }
    assertThat(old).doesNotExist();
    assertThat(names()).containsExactly("INBOX", "a");
  }

  @Test
  void filesThatAreNoMailboxesAreNotShown() throws Exception {
    put("fine", 1);
    Files.createFile(root().resolve("empty"));
    for (var name :
        List.of(".hidden", "fine.lock", "fine~", "#a#", "~tmp", "x.sbd", ".subscriptions")) {
      Files.createFile(root().resolve(name));
    }
    Files.writeString(root().resolve("notes.txt"), "Dear diary");
    Files.createDirectory(root().resolve(".imap"));
    Files.createDirectory(root().resolve("Inbox"));
    Files.writeString(root().resolve("Inbox/lost"), "");
    Files.createFile(root().resolve("INBOX"));
    assertThat(names()).containsExactly("INBOX", "empty", "fine");
  }

  @Test
  void aLookAtTheTreeLeavesAccessTimes() throws Exception {
    var file = put("new", 1);
    Files.setAttribute(file, "lastAccessTime", java.nio.file.attribute.FileTime.fromMillis(1));
    assertThat(names()).contains("new");
    assertThat(Files.getAttribute(file, "lastAccessTime"))
        .isEqualTo(java.nio.file.attribute.FileTime.fromMillis(1));
  }

  @Test
  void noLinkLeadsAnywhere() throws Exception {
    put("real/deep/box", 1);
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("box"), "From x Thu Nov  9 22:33:52 2023\n\nsecret\n");
    Files.createSymbolicLink(root().resolve("link"), outside);
    Files.createSymbolicLink(root().resolve("real/link"), outside);
    Files.createSymbolicLink(root().resolve("real/deep/link"), outside.resolve("box"));
    Files.createSymbolicLink(root().resolve("file.sbd"), outside);
    Files.createFile(root().resolve("file"));
    Files.createLink(root().resolve("real/hard"), outside.resolve("box"));
    for (var name : List.of("link", "link/box", "real/link/box", "real/deep/link", "file/box")) {
      assertThat(failure(account().open(name(name))))
          .as(name)
          .isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(account().delete(name(name)))).as(name).isNotNull();
      assertThat(failure(account().rename(name(name), name("x")))).as(name).isNotNull();
    }
    for (var name : List.of("link", "link/new", "real/link/new", "file/new")) {
      assertThat(failure(account().create(name(name), false, null))).as(name).isNotNull();
      assertThat(failure(account().rename(name("real/deep"), name(name)))).as(name).isNotNull();
    }
    try (var mailbox = done(account().open(name("real/hard")))) {
      assertThat(failure(mailbox.status())).isInstanceOf(StoreFailure.Denied.class);
    }
    assertThat(names())
        .containsExactly("INBOX", "file", "real", "real/deep", "real/deep/box", "real/hard");
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aRootThatIsALinkIsNoRoot() throws Exception {
    var outside = Files.createDirectories(folder.resolve("outside"));
    rig.owner(TEA);
    Files.createSymbolicLink(root(), outside);
    assertThat(failure(account().folders())).isInstanceOf(StoreFailure.Denied.class);
    assertThat(failure(account().create(name("a"), false, null)))
        .isInstanceOf(StoreFailure.Denied.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aFileInThePlaceOfTheRootLeavesInboxAlone() throws Exception {
    rig.owner(TEA);
    Files.createFile(root());
    assertThat(names()).containsExactly("INBOX");
    assertThat(failure(account().create(name("a"), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(root()).isEmptyFile();
  }

  @Test
  void aFolderThatIsSwappedForALinkOpensNothingElse() throws Exception {
    put("a/box", 1);
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("box"), "From x Thu Nov  9 22:33:52 2023\n\nsecret\n");
    try (var mailbox = done(account().open(name("a/box")))) {
      Files.move(root().resolve("a"), root().resolve("was"));
      Files.createSymbolicLink(root().resolve("a"), outside);
      assertThat(failure(mailbox.status())).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../b",
        "./a",
        "a/.",
        "/etc/passwd",
        ".hidden",
        "~root",
        "#news",
        "a.lock",
        "a~",
        "a.sbd",
        "a.sbd/b",
        "a\0b",
        "a\u2028b",
        "a\ud800"
      })
  void namesThatCouldMeanSomethingElseAreRefused(String name) {
    assertThat(failure(account().create(name(name), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account().open(name(name)))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(failure(account().subscribe(name(name), true)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(root()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*", "%", "a/%/b"})
  void aPatternIsNoNameForSomethingNew(String name) throws Exception {
    assertThat(failure(account().create(name(name), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    put(name);
    done(account().open(name(name))).close();
  }

  @Test
  void lengthsAndDepthHaveLimits() {
    make("a".repeat(240));
    assertThat(failure(account().create(name("b".repeat(241)), false, null)))
        .isInstanceOf(StoreFailure.NameTooLong.class);
    assertThat(failure(account().create(name("ä".repeat(121)), false, null)))
        .isInstanceOf(StoreFailure.NameTooLong.class);
    var deep = String.join("/", java.util.Collections.nCopies(16, "d"));
    make(deep);
    assertThat(folder(deep).inferiors()).isFalse();
    assertThat(failure(account().create(name(deep + "/e"), false, null)))
        .isInstanceOf(StoreFailure.NameTooLong.class);
    assertThat(failure(account().rename(name("d"), name("x/d"))))
        .as("something below would have too many levels")
        .isInstanceOf(StoreFailure.NameTooLong.class);
  }

  @Test
  void aNameIsOneInWhateverFormItIsWritten() {
    make("Bu\u0308cher");
    assertThat(names()).containsExactly("INBOX", "B\u00fccher");
    assertThat(root().resolve("B\u00fccher")).exists();
    done(account().open(name("B\u00fccher"))).close();
    done(account().open(name("Bu\u0308cher"))).close();
  }

  @Test
  void namesCanStandOnTheDiskAsDovecotWritesThem() throws Exception {
    settings(Children.SIBLING, DiskEncoding.MUTF7);
    make("B\u00fccher & \u8336");
    assertThat(root().resolve("B&APw-cher &- &gzY-")).exists();
    Files.createFile(root().resolve("broken&"));
    Files.createFile(root().resolve("too&AGE-much"));
    assertThat(names()).containsExactly("INBOX", "B\u00fccher & \u8336");
    done(account().subscribe(name("B\u00fccher & \u8336"), true));
    assertThat(root().resolve(".subscriptions")).content().contains("B&APw-cher &- &gzY-\n");
    assertThat(done(account().subscriptions())).contains(name("B\u00fccher & \u8336"));
  }

  @Test
  void namesOnTheDiskThatAreNoUtf8AreLeftAlone() throws Exception {
    put("fine", 1);
    new ProcessBuilder("sh", "-c", "touch \"$(printf 'B\\374cher')\"")
        .directory(root().toFile())
        .start()
        .waitFor();
    assertThat(names()).containsExactly("INBOX", "fine");
  }

  @Test
  void withoutChildrenAFileHasNone() throws Exception {
    settings(Children.NONE, DiskEncoding.UTF8);
    make("a");
    make("dir/b");
    assertThat(folder("a").inferiors()).isFalse();
    assertThat(folder("dir").inferiors()).isTrue();
    assertThat(failure(account().create(name("a/b"), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account().create(name("dir"), false, null)))
        .isInstanceOf(StoreFailure.AlreadyExists.class);
  }

  @Test
  void usesAreFoundByNameAndStay() throws Exception {
    make("sent-mail");
    assertThat(folder("sent-mail").use()).isEqualTo(SpecialUse.SENT);
    make("Sent");
    assertThat(folder("sent-mail").use()).isEqualTo(SpecialUse.SENT);
    assertThat(folder("Sent").use()).isNull();
    rig.reopen();
    assertThat(folder("sent-mail").use()).isEqualTo(SpecialUse.SENT);
    done(account().delete(name("sent-mail")));
    assertThat(folder("Sent").use()).isEqualTo(SpecialUse.SENT);
  }

  @Test
  void aUseMovesToANewMailboxUnlessTheOldOneHasMail() throws Exception {
    make("Sent");
    assertThat(folder("Sent").use()).isEqualTo(SpecialUse.SENT);
    done(account().create(name("Out"), false, SpecialUse.SENT));
    assertThat(folder("Out").use()).isEqualTo(SpecialUse.SENT);
    assertThat(folder("Sent").use()).isNull();
    put("Out", 1);
    assertThat(failure(account().create(name("Third"), false, SpecialUse.SENT)))
        .isInstanceOf(StoreFailure.UseTaken.class);
    assertThat(root().resolve("Third")).doesNotExist();
  }

  @Test
  void theSettingsDecideOverUsesFirst() throws Exception {
    rig.reopen(
        new FoldersConfig(
            Children.SIBLING,
            DiskEncoding.UTF8,
            Map.of("Outbound", Use.SENT),
            Duration.ZERO,
            List.of()));
    make("Sent");
    make("Outbound");
    assertThat(folder("Outbound").use()).isEqualTo(SpecialUse.SENT);
  }

  @Test
  void whatTheOperatorWantsIsMadeOnce() throws Exception {
    rig.reopen(
        new FoldersConfig(
            Children.SIBLING, DiskEncoding.UTF8, NO_USES, Duration.ZERO, List.of("Sent", "a/b")));
    assertThat(names()).containsExactly("INBOX", "Sent", "a", "a/b");
    done(account().delete(name("Sent")));
    assertThat(names()).containsExactly("INBOX", "a", "a/b");
  }

  @Test
  void whatCouldNotBeMadeIsMadeLater() throws Exception {
    rig.reopen(
        new FoldersConfig(
            Children.SIBLING, DiskEncoding.UTF8, NO_USES, Duration.ZERO, List.of("Sent")));
    var account = account();
    Files.delete(rig.home(TEA));
    assertThat(done(account.folders())).hasSize(1);
    Files.createDirectories(rig.home(TEA));
    assertThat(names()).containsExactly("INBOX", "Sent");
  }

  @Test
  void whoHasNoHomeHasInboxAlone() {
    var account = rig.store().account(new AccountOwner("guest", Accounts.own(), null));
    assertThat(done(account.folders())).hasSize(1);
    assertThat(failure(account.create(name("a"), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account.open(name("a")))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(done(account.subscriptions())).containsExactly(MailboxName.INBOX);
  }

  @Test
  void aHomeIsNeverMade() throws Exception {
    var account = rig.store().account(rig.owner(TEA));
    Files.delete(rig.home(TEA));
    assertThat(done(account.folders())).hasSize(1);
    assertThat(failure(account.create(name("a"), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(rig.home(TEA)).doesNotExist();
  }

  @Test
  void aLevelWithForeignFilesStays() throws Exception {
    done(account().create(name("a"), true, null));
    Files.writeString(root().resolve("a/notes"), "Dear diary");
    assertThat(failure(account().delete(name("a")))).isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(root().resolve("a/notes")).exists();
  }

  @Test
  void subscriptionsOfDovecotAreRead() throws Exception {
    make("Sent");
    assertThat(done(account().subscriptions()))
        .containsExactlyInAnyOrder(MailboxName.INBOX, name("Sent"));
    Files.writeString(root().resolve(".subscriptions"), "INBOX\nLists/Java\n../etc\n");
    assertThat(done(account().subscriptions()))
        .containsExactlyInAnyOrder(MailboxName.INBOX, name("Lists/Java"));
    Files.writeString(root().resolve(".subscriptions"), "V\t2\n\nINBOX\nLists\tJava\n");
    assertThat(done(account().subscriptions()))
        .containsExactlyInAnyOrder(MailboxName.INBOX, name("Lists/Java"));
    done(account().subscribe(name("b"), true));
    assertThat(root().resolve(".subscriptions")).hasContent("INBOX\nLists/Java\nb\n");
    assertThat(mode(root().resolve(".subscriptions"))).isEqualTo("rw-------");
  }

  @Test
  void subscriptionsOfUwAreReadUntilThereAreOthers() throws Exception {
    make("a");
    Files.writeString(
        rig.home(TEA).resolve(".mailboxlist"),
        "INBOX\nmail/a\nLists/Java\n~/mail/b\n"
            + rig.home(TEA)
            + "/mail/c\n{other}x\n#news.y\n/etc/passwd\n../up\n");
    assertThat(done(account().subscriptions()))
        .containsExactlyInAnyOrder(
            MailboxName.INBOX, name("a"), name("b"), name("c"), name("Lists/Java"));
    done(account().subscribe(name("a"), false));
    assertThat(done(account().subscriptions()))
        .containsExactlyInAnyOrder(MailboxName.INBOX, name("b"), name("c"), name("Lists/Java"));
  }

  @Test
  void thePathOfTheSpoolIsInbox() {
    assertThat(account().isInbox(rig.spool(TEA).toString())).isTrue();
    assertThat(account().isInbox(rig.spool(TEA) + "x")).isFalse();
    assertThat(account().isInbox("INBOX")).isFalse();
  }

  @Test
  void manyMailboxesAreListed() throws Exception {
    Files.createDirectories(root().resolve("many"));
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(root().resolve("many/box" + i));
    }
    assertThat(names()).hasSize(2_002);
  }
}
