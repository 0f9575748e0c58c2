package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Crypt;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Posix;

class UsersFileSourceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path dir;
  private Path file = Path.of("");
  private final FixedAccounts accounts = new FixedAccounts();
  private Instant wall = Instant.now().plusSeconds(3600);
  private long nanos = 7;

  @BeforeEach
  void aFile() throws IOException {
    file = dir.resolve("users");
    write("bob:{PLAIN}secret:1001:1002::/home/bob\nalice:{PLAIN}secret\n", "rw-r-----");
  }

  @Test
  void aUserWithoutUidBelongsToTheServer() throws Exception {
    assertThat(found(open(), "alice").user())
        .isEqualTo(new UserRecord("alice", Accounts.own(), java.util.Optional.empty()));
  }

  @Test
  void aUserWithUidHasNoOtherGroups() throws Exception {
    assertThat(found(open(), "bob").user())
        .isEqualTo(
            new UserRecord(
                "bob", new Identity(1001, 1002, List.of()), java.util.Optional.of("/home/bob")));
  }

  @Test
  void anAccountOfTheSameNameAndUidLendsItsGroups() throws Exception {
    accounts.add(new Account("bob", 1001, 50, List.of(50, 8), "/x", ""));
    assertThat(found(open(), "bob").user().identity())
        .isEqualTo(new Identity(1001, 1002, List.of(50, 8)));
  }

  @Test
  void anAccountOfTheSameNameAndAnotherUidLendsNothing() throws Exception {
    accounts.add(new Account("bob", 1003, 50, List.of(50, 0), "/x", ""));
    assertThat(found(open(), "bob").user().identity())
        .isEqualTo(new Identity(1001, 1002, List.of()));
  }

  @Test
  void memoryAnswersOnlyWhatItKnowsForCertain() throws Exception {
    var source = open();
    assertThat(source.findInMemory("alice")).containsInstanceOf(UserSource.Found.class);
    assertThat(source.findInMemory("nobody")).containsInstanceOf(UserSource.Unknown.class);
    assertThat(source.findInMemory("bob")).as("his groups are not known yet").isEmpty();
    found(source, "bob");
    assertThat(source.findInMemory("bob")).containsInstanceOf(UserSource.Found.class);
    pass(SECOND);
    assertThat(source.findInMemory("bob")).as("the file may have changed").isEmpty();
    found(source, "bob");
    assertThat(source.findInMemory("bob")).isPresent();
  }

  @Test
  void aChangedFileIsReadAgainWithinASecond() throws Exception {
    var source = open();
    write("carol:{PLAIN}other\n", "rw-r-----");
    assertThat(source.find("carol")).isInstanceOf(UserSource.Unknown.class);
    pass(SECOND);
    assertThat(
            found(source, "carol").passwords().getFirst().hash().matches("other".getBytes(UTF_8)))
        .isTrue();
    assertThat(source.find("alice")).isInstanceOf(UserSource.Unknown.class);
  }

  @Test
  void aFileReplacedByRenameIsReadAgain() throws Exception {
    var source = open();
    var fresh = Files.writeString(dir.resolve("users.new"), "carol:{PLAIN}x\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    pass(SECOND);
    found(source, "carol");
  }

  /// Two writes within one tick of the file system's clock leave the same times.
  @Test
  void aYoungFileIsNotTrustedToShowItsChanges() throws Exception {
    wall = Instant.now();
    var stamp = Files.getLastModifiedTime(file);
    var source = open();
    write("bob:{PLAIN}SECRET:1001:1002::/home/bob\nalice:{PLAIN}SECRET\n", "rw-r-----");
    Files.setLastModifiedTime(file, stamp);
    pass(SECOND);
    assertThat(
            found(source, "alice").passwords().getFirst().hash().matches("SECRET".getBytes(UTF_8)))
        .isTrue();
  }

  @Test
  void aBadNewFileKeepsTheOldUsers() throws Exception {
    var source = open();
    write("carol:{PLAIN}x\n", "rw-r--r--");
    pass(SECOND);
    found(source, "alice");
    Files.delete(file);
    pass(SECOND);
    found(source, "alice");
    write("carol:{PLAIN}x\n", "rw-r-----");
    pass(SECOND);
    found(source, "carol");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r---w-", "rw----r--"})
  void aFileThatEverybodyMayReadOrWriteStopsTheStart(String mode) throws Exception {
    write("alice:{PLAIN}x\n", mode);
    assertThatThrownBy(this::open)
        .isInstanceOf(UserSourceException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("chmod 640");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-rw----", "rwxr-x---", "rw-r-----", "r--------"})
  void aWiderModeIsOnlyAWarning(String mode) throws Exception {
    write("alice:{PLAIN}x\n", mode);
    found(open(), "alice");
  }

  @Test
  void aFileOfAnotherUserStopsTheStart() throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "not root: ownership cannot be changed");
    Files.setAttribute(file, "unix:uid", 65533);
    assertThatThrownBy(this::open).hasMessageContaining("belongs to uid 65533");
  }

  @Test
  void noFileOrADirectoryStopsTheStart() throws Exception {
    Files.delete(file);
    assertThatThrownBy(this::open)
        .isInstanceOf(UserSourceException.class)
        .hasMessageContaining("cannot be read");
    Files.createDirectory(file);
    assertThatThrownBy(this::open).hasMessageContaining("no regular file");
  }

  @Test
  void theDecoyIsLikeMostHashesAndReallyComputed() throws Exception {
    assertThat(open().decoy().scheme()).isEqualTo(Scheme.PLAIN);
    write("# nobody yet\n", "rw-------");
    var decoy = open().decoy();
    assertThat(decoy.scheme()).isEqualTo(Scheme.SHA512_CRYPT);
    assertThat(Crypt.hash("x".getBytes(UTF_8), decoy.stored())).isPresent();
  }

  @Test
  void faultsAreListed() throws Exception {
    write("alice\nbob:{PLAIN}x\n", "rw-------");
    assertThat(open().faults()).containsExactly("line 1: no password (expected name:{SCHEME}hash)");
  }

  private UsersFileSource open() throws UserSourceException {
    return UsersFileSource.open(
        file, Posix.files(), accounts, Set.of(Scheme.PLAIN), () -> wall, () -> nanos);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    wall = wall.plus(time);
  }

  private void write(String text, String mode) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static UserSource.Found found(UserSource source, String name) throws IOException {
    var lookup = source.find(name);
    assertThat(lookup).isInstanceOf(UserSource.Found.class);
    return (UserSource.Found) lookup;
  }
}
