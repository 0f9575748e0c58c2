package org.popinjay.mailstore.mbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.mbox.MailboxRegistry.Entry;
import org.popinjay.mailstore.mbox.MailboxRegistry.Lookup;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

class MailboxRegistryTest {
  private static final MailboxName INBOX = MailboxName.INBOX;
  private static final MailboxName WORK = new MailboxName("Work/50% done\n\u00e9\ud83d\ude00");
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  @TempDir private Path state;

  private MailboxRegistry registry(FileCalls files, int uid) throws PosixException {
    return new MailboxRegistry(
        files, StateFixture.tea(files, state), uid, StateFixture.RANDOM, new ReentrantLock());
  }

  private MailboxRegistry registry() throws PosixException {
    return registry(Posix.files(), 1000);
  }

  private static Entry fresh(MailboxRegistry registry, MailboxName name) throws PosixException {
    return ((Lookup.Fresh) registry.find(name)).entry();
  }

  private static Entry known(MailboxRegistry registry, MailboxName name) throws PosixException {
    return ((Lookup.Known) registry.find(name)).entry();
  }

  private static void store(MailboxRegistry registry, Entry entry) {
    assertThat(registry.store(entry)).isEqualTo(StateWrite.WRITTEN);
  }

  private Path file() {
    return state.resolve("tea/registry");
  }

  @Test
  void lookingUpWritesNothing() throws Exception {
    var entry = fresh(registry(), INBOX);
    assertThat(entry.id()).hasSize(32).matches("[0-9a-f]*");
    assertThat(entry.lastUidValidity()).isZero();
    assertThat(fresh(registry(), INBOX).id()).isNotEqualTo(entry.id());
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void whatIsStoredIsFoundAgain() throws Exception {
    var inbox = fresh(registry(), INBOX).renewed(NOW);
    var work = fresh(registry(), WORK).with(new UidValidity(7));
    store(registry(), inbox);
    store(registry(), work);
    assertThat(known(registry(), INBOX)).isEqualTo(inbox);
    assertThat(known(registry(), WORK)).isEqualTo(work);
    assertThat(Posix.files().stat(file().toString()).permissions()).isEqualTo(0600);
  }

  @Test
  void aUidValidityOnlyRises() {
    var entry = new Entry(INBOX, "0", 0).renewed(NOW);
    assertThat(entry.lastUidValidity()).isEqualTo(1_700_000_000);
    assertThat(entry.renewed(NOW).lastUidValidity()).isEqualTo(1_700_000_001);
    assertThat(entry.renewed(Instant.EPOCH).lastUidValidity()).isEqualTo(1_700_000_001);
    assertThat(entry.renewed(NOW.plusSeconds(9)).lastUidValidity()).isEqualTo(1_700_000_009);
  }

  @Test
  void afterTheGreatestUidValidityAnyOtherMustDo() {
    var entry = new Entry(INBOX, "0", 0).with(new UidValidity(0xFFFF_FFFFL));
    assertThat(entry.renewed(NOW).lastUidValidity()).isEqualTo(1_700_000_000);
  }

  @Test
  void stateOfAnotherUidIsPutAside() throws Exception {
    store(registry(), fresh(registry(), INBOX).renewed(NOW));
    Files.writeString(state.resolve("tea/secret.log"), "somebody else's");
    var heir = registry(Posix.files(), 1001);
    var entry = fresh(heir, INBOX).renewed(NOW);
    assertThat(state.resolve("tea")).doesNotExist();
    assertThat(state.resolve(".aside/tea.1000.1/secret.log")).exists();
    store(heir, entry);
    assertThat(known(heir, INBOX)).isEqualTo(entry);
    assertThat(registry().find(INBOX)).isInstanceOf(Lookup.Fresh.class);
    store(registry(), fresh(registry(), INBOX));
    assertThat(heir.find(INBOX)).isInstanceOf(Lookup.Fresh.class);
    try (var names = Files.list(state.resolve(".aside"))) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("tea.1000.1", "tea.1001.1", "tea.1000.2");
    }
  }

  @Test
  void everyTruncationAndEveryFlippedBitIsNoticed() throws Exception {
    var entry = fresh(registry(), WORK).renewed(NOW);
    store(registry(), entry);
    var whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(registry().find(WORK)).isInstanceOf(Lookup.Fresh.class);
    }
    for (int bit = 0; bit < whole.length * 8; bit++) {
      var flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(RegistryFormat.parse(flipped))
          .isNotInstanceOf(RegistryFormat.Content.Entries.class);
    }
  }

  @Test
  void aDamagedRegistryIsKept() throws Exception {
    Files.createDirectory(state.resolve("tea"));
    Files.writeString(file(), "popinjay registry 1\nuid 1000\ncrc 00000000\n");
    store(registry(), fresh(registry(), INBOX));
    assertThat(state.resolve("tea/registry.damaged")).content().contains("crc 00000000");
    assertThat(registry().find(INBOX)).isInstanceOf(Lookup.Known.class);
  }

  @Test
  void aNewerRegistryIsNotTouched() throws Exception {
    Files.createDirectory(state.resolve("tea"));
    Files.writeString(file(), "popinjay registry 2\nwho knows\n");
    assertThat(registry().find(INBOX)).isEqualTo(new Lookup.Newer(2));
    assertThat(registry().store(new Entry(INBOX, "0", 1))).isInstanceOf(StateWrite.Broken.class);
    assertThat(file()).content().isEqualTo("popinjay registry 2\nwho knows\n");
  }

  @Test
  void aFullDiskIsAValueAndLeavesTheOldRegistry() throws Exception {
    var entry = fresh(registry(), INBOX).renewed(NOW);
    store(registry(), entry);
    var full = new FaultyFileCalls(Posix.files(), new Fault.DiskFull(1));
    assertThat(registry(full, 1000).store(entry.renewed(NOW))).isInstanceOf(StateWrite.Full.class);
    assertThat(known(registry(), INBOX)).isEqualTo(entry);
  }

  @Test
  void storingAtTheSameTimeForgetsNothing() throws Exception {
    var shared = new ReentrantLock();
    var files = Posix.files();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 20; i++) {
      var name = new MailboxName("box" + i);
      var registry =
          new MailboxRegistry(
              files, StateFixture.tea(files, state), 1000, StateFixture.RANDOM, shared);
      threads.add(Thread.startVirtualThread(() -> registry.store(new Entry(name, "0", 1))));
    }
    for (var thread : threads) {
      thread.join();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(registry().find(new MailboxName("box" + i))).isInstanceOf(Lookup.Known.class);
    }
  }

  @Test
  void anyOctetsAreParsedWithoutAnError() {
    for (var text :
        new String[] {
          "", "\n", "popinjay registry ", "popinjay registry x\n", "popinjay registry 1\nmailbox"
        }) {
      assertThat(RegistryFormat.parse(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(RegistryFormat.Content.Damaged.class);
    }
  }
}
