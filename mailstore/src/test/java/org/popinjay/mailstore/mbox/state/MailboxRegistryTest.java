package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.mbox.state.MailboxRegistry.Entry;
import org.popinjay.mailstore.mbox.state.MailboxRegistry.Lookup;
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
        files,
        StateFixture.tea(files, state),
        uid,
        StateFixture.RANDOM,
        new ReentrantLock(),
        new RegistryCache());
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

  private static Entry renewed(Entry entry) {
    long next = Register.empty(1000).nextUidValidity(entry.lastUidValidity(), NOW);
    return entry.with(new UidValidity(next));
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
    var inbox = renewed(fresh(registry(), INBOX));
    var work = fresh(registry(), WORK).with(new UidValidity(7));
    store(registry(), inbox);
    store(registry(), work);
    assertThat(known(registry(), INBOX)).isEqualTo(inbox);
    assertThat(known(registry(), WORK)).isEqualTo(work);
    assertThat(Posix.files().stat(file().toString()).permissions()).isEqualTo(0600);
  }

  @Test
  void aUidValidityOnlyRises() {
    var none = Register.empty(1000);
    assertThat(none.nextUidValidity(0, NOW)).isEqualTo(1_700_000_000);
    assertThat(none.nextUidValidity(1_700_000_000, NOW)).isEqualTo(1_700_000_001);
    assertThat(none.nextUidValidity(1_700_000_000, Instant.EPOCH)).isEqualTo(1_700_000_001);
    assertThat(none.nextUidValidity(1_700_000_001, NOW.plusSeconds(9))).isEqualTo(1_700_000_009);
  }

  @Test
  void afterTheGreatestUidValidityAnyOtherMustDo() {
    assertThat(Register.empty(1000).nextUidValidity(0xFFFF_FFFFL, NOW)).isEqualTo(1_700_000_000);
  }

  @Test
  void noTwoMailboxesGetTheSameUidValidity() {
    var one = Register.empty(1000).with(new Entry(INBOX, "0", 1_700_000_000));
    assertThat(one.nextUidValidity(0, NOW)).isEqualTo(1_700_000_001);
  }

  @Test
  void aDeletedMailboxLeavesItsUidValidityForAYear() throws Exception {
    var registry = registry();
    var former = renewed(fresh(registry, WORK));
    store(registry, former);
    registry.change(register -> register.with(SpecialUse.SENT, WORK).without(WORK, NOW));
    var entry = fresh(registry(), WORK);
    assertThat(entry.id()).isNotEqualTo(former.id());
    assertThat(entry.lastUidValidity()).isEqualTo(former.lastUidValidity());
    assertThat(registry().read().uses()).isEmpty();
    var year = NOW.plus(Duration.ofDays(399));
    assertThat(registry.read().pruned(year).entries()).containsKey(WORK);
    assertThat(registry.read().pruned(year.plus(Duration.ofDays(2))).entries()).isEmpty();
  }

  @Test
  void aRenamingTakesIdsAndUsesAlong() throws Exception {
    var registry = registry();
    var to = new MailboxName("Home");
    var child = new MailboxName(WORK.text() + "/Old");
    var intent = new Register.Renaming(WORK, to);
    registry.change(register ->
        register
            .with(new Entry(WORK, "1", 7))
            .with(new Entry(child, "2", 8))
            .with(new Entry(new MailboxName(WORK.text() + "er"), "3", 9))
            .with(new Entry(to, "4", 100))
            .without(to, NOW)
            .with(SpecialUse.ARCHIVE, child)
            .with(intent));
    assertThat(registry().read().intent()).isEqualTo(intent);
    registry.change(register -> register.renamed(intent, NOW));
    var after = registry().read();
    assertThat(after.intent()).isNull();
    assertThat(after.uses()).containsEntry(SpecialUse.ARCHIVE, new MailboxName("Home/Old"));
    var old = new MailboxName("Home/Old");
    var other = new MailboxName(WORK.text() + "er");
    long today = Register.day(NOW);
    assertThat(after.entries())
        .containsOnly(
            Map.entry(to, new Entry(to, "1", 100)),
            Map.entry(old, new Entry(old, "2", 8)),
            Map.entry(other, new Entry(other, "3", 9)),
            Map.entry(WORK, new Entry(WORK, "1", 7, today, 0)),
            Map.entry(child, new Entry(child, "2", 8, today, 0)));
    store(registry, new Entry(WORK, "1", 101));
    assertThat(known(registry(), to).lastUidValidity()).as("by its id").isEqualTo(101);
  }

  @Test
  void aRegistryOfTheFirstVersionIsRead() throws Exception {
    Files.createDirectory(state.resolve("tea"));
    var text = "popinjay registry 1\nuid 1000\nmailbox 0a 17 INBOX\n";
    var crc = new java.util.zip.CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    Files.writeString(file(), text + "crc %08x\n".formatted(crc.getValue()));
    assertThat(known(registry(), INBOX)).isEqualTo(new Entry(INBOX, "0a", 17));
  }

  @Test
  void stateOfAnotherUidIsPutAside() throws Exception {
    store(registry(), renewed(fresh(registry(), INBOX)));
    Files.writeString(state.resolve("tea/secret.log"), "somebody else's");
    var heir = registry(Posix.files(), 1001);
    var entry = renewed(fresh(heir, INBOX));
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
    var entry = renewed(fresh(registry(), WORK));
    store(registry(), entry);
    var whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(registry().find(WORK)).isInstanceOf(Lookup.Fresh.class);
    }
    for (int bit = 0; bit < whole.length * 8; bit++) {
      var flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(RegistryFormat.parse(flipped)).isNotInstanceOf(RegistryFormat.Content.Whole.class);
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
    Files.writeString(file(), "popinjay registry 3\nwho knows\n");
    assertThat(registry().find(INBOX)).isEqualTo(new Lookup.Newer(3));
    assertThat(registry().store(new Entry(INBOX, "0", 1))).isInstanceOf(StateWrite.Broken.class);
    assertThat(file()).content().isEqualTo("popinjay registry 3\nwho knows\n");
  }

  @Test
  void aFullDiskIsAValueAndLeavesTheOldRegistry() throws Exception {
    var entry = renewed(fresh(registry(), INBOX));
    store(registry(), entry);
    var full = new FaultyFileCalls(Posix.files(), new Fault.DiskFull(1));
    assertThat(registry(full, 1000).store(renewed(entry))).isInstanceOf(StateWrite.Full.class);
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
              files,
              StateFixture.tea(files, state),
              1000,
              StateFixture.RANDOM,
              shared,
              new RegistryCache());
      threads.add(Thread.startVirtualThread(() -> registry.store(new Entry(name, name.text(), 1))));
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
