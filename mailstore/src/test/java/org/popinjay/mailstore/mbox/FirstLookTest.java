package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.posix.Errno;
import org.popinjay.posix.Posix;

/// Many folders of another program, looked at for the first time.
class FirstLookTest {
  private static final String TEA = "tea";
  private static final int FOLDERS = 40;

  private final AtomicInteger written = new AtomicInteger();

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    var calls =
        TamperedCalls.failing(
            Posix.files(),
            "rename",
            path -> {
              if (path.endsWith("registry.new")) {
                written.incrementAndGet();
              }
              return false;
            },
            Errno.EIO);
    rig = new MboxRig(folder, calls, StoreEvents.NONE, MboxConfig.DEFAULTS);
    rig.owner(TEA);
    var root = Files.createDirectories(rig.folders(TEA));
    for (int i = 0; i < FOLDERS; i++) {
      var text = "From a@example.org Thu Nov  9 22:33:52 2023\n";
      var file = root.resolve("folder" + i);
      Files.writeString(file, text + new String(Letters.letter(i), ISO_8859_1), ISO_8859_1);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private List<Folder> list() {
    return done(rig.store().account(rig.owner(TEA)).folders());
  }

  private MailboxStatus status(MailboxName name) {
    try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(name))) {
      return done(mailbox.status());
    }
  }

  private Map<String, MailboxStatus> look() {
    var found = new TreeMap<String, MailboxStatus>();
    list().stream()
        .map(Folder::name)
        .filter(name -> !name.equals(MailboxName.INBOX))
        .forEach(name -> found.put(name.text(), status(name)));
    return found;
  }

  @Test
  void theRegistryIsWrittenOnce() throws Exception {
    var found = look();
    assertThat(written).hasValue(1);
    assertThat(found).hasSize(FOLDERS);
    assertThat(found.values()).extracting(MailboxStatus::uidValidity).doesNotHaveDuplicates();
    assertThat(found.values()).extracting(MailboxStatus::messages).containsOnly(1L);
    rig.reopen();
    assertThat(look()).isEqualTo(found);
    assertThat(written).hasValue(1);
  }

  @Test
  void aUidValidityThatNobodyBeganWithIsNotUsedAfterARestart() throws Exception {
    list();
    assertThat(written).hasValue(1);
    rig.reopen();
    var found = look();
    assertThat(found.values()).extracting(MailboxStatus::uidValidity).doesNotHaveDuplicates();
    rig.reopen();
    assertThat(look()).isEqualTo(found);
  }

  @Test
  void modSequencesDoNotGoBackWhenTheLogIsLost() throws Exception {
    list();
    var before = status(new MailboxName("folder7"));
    rig.close();
    try (var paths = Files.walk(rig.state(TEA))) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        if (Files.isRegularFile(path) && !path.endsWith("registry")) {
          Files.delete(path);
        }
      }
    }
    rig.reopen();
    var after = status(new MailboxName("folder7"));
    assertThat(after.highestModSeq()).isGreaterThan(before.highestModSeq());
    assertThat(after.uidValidity().value()).isGreaterThan(before.uidValidity().value());
  }
}
