package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;

/// From a delivery to the news of a session that asked for nothing; nothing depends on how long it
/// takes.
class MboxWatchTest {
  private static final String TEA = "tea";

  @TempDir private Path folder;
  private MboxRig rig;
  private final Semaphore calls = new Semaphore(0);

  @BeforeEach
  void open() throws Exception {
    rig = MboxRig.watching(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static MailboxName name(String text) {
    return new MailboxName(text);
  }

  private static String mbox(int... serials) {
    var text = new StringBuilder();
    for (int serial : serials) {
      text.append("From mda@example.org Thu Nov  9 22:33:52 2023\n");
      text.append(new String(Letters.letter(serial), ISO_8859_1)).append('\n');
    }
    return text.toString();
  }

  /// Waits for calls until the session is told of so many messages.
  private void awaitCount(MailboxView view, int count) throws InterruptedException {
    while (view.count() != count) {
      assertThat(calls.tryAcquire(1, TimeUnit.MINUTES)).as("a call").isTrue();
      var _ = view.news(true);
    }
  }

  @Test
  void theEngineSaysThatItNotices() {
    assertThat(rig.store().traits().pushesChanges()).isTrue();
  }

  @Test
  void mailThatIsAppendedIsTold() throws Exception {
    rig.deliver(TEA, 1);
    try (var inbox = rig.inbox(TEA);
        var view = done(inbox.view(Access.READ));
        var _ = inbox.watch(calls::release)) {
      rig.deliver(TEA, 2);
      awaitCount(view, 2);
      rig.deliver(TEA, 3, 4);
      awaitCount(view, 4);
    }
  }

  @Test
  void theFirstMailOfAllIsTold() throws Exception {
    try (var inbox = rig.inbox(TEA);
        var view = done(inbox.view(Access.READ));
        var _ = inbox.watch(calls::release)) {
      rig.deliver(TEA, 1);
      awaitCount(view, 1);
    }
  }

  @Test
  void aFileThatIsMovedIntoItsPlaceIsTold() throws Exception {
    rig.deliver(TEA, 1);
    try (var inbox = rig.inbox(TEA);
        var view = done(inbox.view(Access.READ));
        var _ = inbox.watch(calls::release)) {
      var next = Files.writeString(folder.resolve("next"), mbox(1, 2, 3), ISO_8859_1);
      Files.move(next, rig.spool(TEA), StandardCopyOption.REPLACE_EXISTING);
      awaitCount(view, 3);
    }
  }

  @Test
  void aFolderIsWatchedAlsoAfterARenaming() throws Exception {
    var account = rig.store().account(rig.owner(TEA));
    done(account.create(name("Lists/Java"), false, null));
    try (var box = done(account.open(name("Lists/Java")));
        var view = done(box.view(Access.READ));
        var _ = box.watch(calls::release)) {
      Files.writeString(rig.folders(TEA).resolve("Lists/Java"), mbox(1), ISO_8859_1);
      awaitCount(view, 1);
      done(account.rename(name("Lists/Java"), name("Old/Java")));
      Files.writeString(rig.folders(TEA).resolve("Old/Java"), mbox(1, 2), ISO_8859_1);
      awaitCount(view, 2);
    }
  }

  @Test
  void aSessionIsToldThatItsMailboxWasDeleted() throws Exception {
    var account = rig.store().account(rig.owner(TEA));
    done(account.create(name("a"), false, null));
    try (var box = done(account.open(name("a")));
        var view = done(box.view(Access.READ));
        var _ = box.watch(calls::release)) {
      done(account.delete(name("a")));
      assertThat(calls.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
      assertThat(view.news(true)).hasOnlyElementsOfType(MailboxChange.Stale.class);
    }
  }
}
