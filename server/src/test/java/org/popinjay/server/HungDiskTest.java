package org.popinjay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;
import org.popinjay.wire.DiskPermits;

/// One user's disk does not answer: what that costs others. Three permits, two for a user.
class HungDiskTest {
  private static final int SESSIONS = 10;

  @TempDir private Path folder;

  private final DiskPermits permits = new DiskPermits(3, 2);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore hanging = new Semaphore(0);
  private final CountDownLatch answer = new CountDownLatch(1);
  private MailStore store;

  @BeforeEach
  void open() throws Exception {
    var settings = Served.settings(folder);
    store =
        new MboxStoreProvider()
            .open(
                settings,
                new StoreSurroundings(
                    new FilesInTurn(hangingFor("tea")),
                    new IdentityInTurn(UserIdentity.process()),
                    InstantSource.system(),
                    new SecureRandom(),
                    StoreEvents.NONE));
    Files.writeString(
        folder.resolve("spool/pot"),
        "From a@b Thu Jan  1 00:00:00 2026\nSubject: x\n\nshort and stout\n\n",
        US_ASCII);
  }

  @AfterEach
  void close() {
    answer.countDown();
    threads.close();
    store.close();
  }

  @Test
  void onlyItsUserWaitsForADiskThatHangs() {
    var sessions = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(later("tea", () -> account("tea").folders()));
    }
    hanging.acquireUninterruptibly(2);
    assertThat(permits.available()).isEqualTo(1);

    assertThat(later("pot", () -> read(account("pot"))).join()).contains("short and stout");
    assertThat(later("pot", () -> account("pot").folders()).join())
        .isInstanceOf(StoreResult.Done.class);
    assertThat(hanging.tryAcquire()).as("a third call hangs").isFalse();
    assertThat(sessions).noneMatch(CompletableFuture::isDone);

    answer.countDown();
    assertThat(sessions)
        .allSatisfy(session -> assertThat(session.join()).isInstanceOf(StoreResult.Done.class));
    assertThat(permits.available()).isEqualTo(3);
  }

  @Test
  void atMostTwoIdentityWorkersAreWithOneUser() {
    var hung =
        new IdentityInTurn(
            new UserIdentity() {
              @Override
              public <T extends @Nullable Object> T as(Identity who, Task<T> task)
                  throws IOException {
                hang();
                return task.run();
              }

              @Override
              public void close() {}
            });
    var sessions = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(later("tea", () -> done(hung)));
    }
    hanging.acquireUninterruptibly(2);
    assertThat(permits.available()).isEqualTo(1);

    var other = later("pot", () -> done(hung));
    hanging.acquireUninterruptibly();
    assertThat(hanging.tryAcquire()).as("a third task of the user").isFalse();

    answer.countDown();
    other.join();
    assertThat(sessions).allSatisfy(session -> assertThat(session.join()).isEqualTo("done"));
  }

  private <T> CompletableFuture<T> later(String user, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, permits.lane(user, threads));
  }

  private static String done(UserIdentity identity) {
    try {
      return identity.as(Accounts.own(), () -> "done");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Account account(String user) {
    return store.account(new AccountOwner(user, Accounts.own(), folder.toString()));
  }

  private static String read(Account account) {
    try (var mailbox = done(account.open(MailboxName.INBOX));
        var view = done(mailbox.view(Access.READ));
        var content = done(view.content(1))) {
      var octets = ByteBuffer.allocateDirect((int) content.octets());
      while (octets.hasRemaining()) {
        assertThat(content.read(octets)).isInstanceOf(MessageContent.Chunk.Octets.class);
      }
      return US_ASCII.decode(octets.flip()).toString();
    }
  }

  private static <T> T done(StoreResult<T> result) {
    return switch (result) {
      case StoreResult.Done<T>(T value) -> value;
      case StoreResult.Failed<T>(StoreFailure failure) -> throw new AssertionError(failure);
    };
  }

  /// The file calls of the system, but for those that name the mail of a user.
  private FileCalls hangingFor(String user) {
    return (FileCalls)
        Proxy.newProxyInstance(
            FileCalls.class.getClassLoader(),
            new Class<?>[] {FileCalls.class},
            (_, method, arguments) -> {
              if (arguments[0] instanceof String path
                  && (path.contains("spool/" + user) || path.contains("folders/" + user))) {
                hang();
              }
              try {
                return method.invoke(Posix.files(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void hang() {
    hanging.release();
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
