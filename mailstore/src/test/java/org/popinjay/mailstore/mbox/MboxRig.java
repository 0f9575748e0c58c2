package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.config.ByteSize;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.LocksConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.MboxConfig;
import org.popinjay.config.Pop3Config;
import org.popinjay.config.QuotaConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreRig;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.StoreWatching;
import org.popinjay.mailstore.mbox.append.AppendIntents;
import org.popinjay.mailstore.mbox.ids.IdRules;
import org.popinjay.mailstore.mbox.rewrite.JournalFolder;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.StateDirectory;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.SpoolRules;
import org.popinjay.posix.UserIdentity;

/// The mbox engine over spools in a folder, with a delivery agent and a mail program beside it.
public final class MboxRig implements StoreRig {
  private static final String SEPARATOR = "From mda@example.org Thu Nov  9 22:33:52 2023\n";

  private final Path folder;
  private final FileCalls files;
  private final boolean watching;
  private final StoreEvents events;
  private final MboxConfig mbox;
  private final BulletinsConfig bulletins;
  private Pop3Config pop3 = Pop3Config.DEFAULTS;
  private FoldersConfig folders = FoldersConfig.DEFAULTS;
  private BboardsConfig boards = BboardsConfig.DEFAULTS;
  private UserIdentity identity = UserIdentity.process();
  private boolean popLockFile;
  private volatile Duration ahead = Duration.ZERO;
  private MailStore store;

  /// @param folder empty
  public MboxRig(Path folder) throws IOException, StoreStartException {
    this(folder, Posix.files(), StoreEvents.NONE, MboxConfig.DEFAULTS);
  }

  public MboxRig(Path folder, FileCalls files, StoreEvents events, MboxConfig mbox)
      throws IOException, StoreStartException {
    this(folder, files, events, mbox, BulletinsConfig.DEFAULTS, false);
  }

  /// An engine with a journal reserve of 1 MiB, so that a start writes little.
  public static MboxRig lean(Path folder, FileCalls files) throws IOException, StoreStartException {
    return with(BulletinsConfig.DEFAULTS, folder, files, StoreEvents.NONE);
  }

  /// A lean engine that hands out bulletins.
  public static MboxRig with(
      BulletinsConfig bulletins, Path folder, FileCalls files, StoreEvents events)
      throws IOException, StoreStartException {
    var defaults = MboxConfig.DEFAULTS;
    var mbox =
        new MboxConfig(
            defaults.dotlock(),
            defaults.dotlockPidLocal(),
            defaults.allowRootOwned(),
            defaults.writeFlags(),
            defaults.trustDeliveredFlags(),
            defaults.journalMax(),
            ByteSize.ofMiB(1),
            defaults.indexMemory(),
            defaults.dovecotIndex());
    return new MboxRig(folder, files, events, mbox, bulletins, false);
  }

  /// An engine that notices by itself what other programs do.
  static MboxRig watching(Path folder) throws IOException, StoreStartException {
    return new MboxRig(
        folder,
        Posix.files(),
        StoreEvents.NONE,
        MboxConfig.DEFAULTS,
        BulletinsConfig.DEFAULTS,
        true);
  }

  private MboxRig(
      Path folder,
      FileCalls files,
      StoreEvents events,
      MboxConfig mbox,
      BulletinsConfig bulletins,
      boolean watching)
      throws IOException, StoreStartException {
    this.bulletins = bulletins;
    this.watching = watching;
    this.folder = folder;
    this.files = files;
    this.events = events;
    this.mbox = mbox;
    Files.createDirectories(folder.resolve("spool"));
    store = start();
  }

  private MailStore start() throws IOException, StoreStartException {
    var mail =
        new MailConfig(
            Template.parse(folder.resolve("spool") + "/{user}"),
            Template.parse("{home}/mail"),
            folder.resolve("state"),
            identity instanceof FsuidWorkers
                ? MailConfig.Identity.USER
                : MailConfig.Identity.PROCESS,
            false,
            "mail",
            new LocksConfig(
                LocksConfig.DEFAULTS.read(),
                LocksConfig.DEFAULTS.write(),
                Duration.ofMinutes(1),
                LocksConfig.DEFAULTS.staleDotlock()),
            MailConfig.DEFAULTS.timeZone(),
            QuotaConfig.DEFAULTS);
    var surroundings =
        new StoreSurroundings(
            files,
            identity,
            () -> InstantSource.system().instant().plus(ahead),
            RandomGenerator.of("L64X128MixRandom"),
            events,
            watching ? Optional.of(watch()) : Optional.empty());
    var state = StateDirectory.open(files, mail.state().toString());
    var environment =
        new MboxEnvironment(
            surroundings,
            mail,
            mbox,
            new SpoolRules(Long.MAX_VALUE, false, OptionalInt.empty()),
            state,
            JournalFolder.open(files, mail.state().toString(), mbox.journalReserve().octets()),
            AppendIntents.open(files, mail.state().toString()),
            _ -> new IdRules(files, pop3));
    return new MboxStore(
        environment,
        mail,
        folders,
        mbox.indexMemory().octets(),
        MboxStoreProvider.heritage(bulletins, boards, popLockFile, surroundings, environment));
  }

  private static StoreWatching watch() throws IOException {
    return new StoreWatching(
        Posix.directoryWatch(),
        Thread.ofPlatform().daemon().factory(),
        _ -> Thread::startVirtualThread);
  }

  /// Lets the clock of the engine, not that of the files, go forward.
  public void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  /// Path of a user's spool.
  public Path spool(String user) {
    return folder.resolve("spool").resolve(user);
  }

  /// Folder of what the engine remembers of a user.
  public Path state(String user) {
    return folder.resolve("state").resolve(user);
  }

  @Override
  public MailStore store() {
    return store;
  }

  @Override
  public AccountOwner owner(String name) {
    try {
      Files.createDirectories(home(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new AccountOwner(name, Accounts.own(), home(name).toString());
  }

  /// Home of a user, made by [#owner].
  public Path home(String user) {
    return folder.resolve("home").resolve(user);
  }

  /// Root of a user's folders.
  public Path folders(String user) {
    return home(user).resolve("mail");
  }

  /// Opens the store again with other settings of the tree.
  public void reopen(FoldersConfig changed) throws IOException, StoreStartException {
    folders = changed;
    reopen();
  }

  /// Opens the store again, to touch files with the rights of users.
  void reopenAsUsers(UserIdentity workers) throws IOException, StoreStartException {
    identity = workers;
    reopen();
  }

  /// Opens the store again, with boards.
  void reopen(BboardsConfig changed) throws IOException, StoreStartException {
    boards = changed;
    reopen();
  }

  /// Opens the store again, to hold the lock of popper and qpopper from now on.
  public void reopenWithPopLock() throws IOException, StoreStartException {
    popLockFile = true;
    reopen();
  }

  /// Opens the store again with other settings of POP3.
  public void reopen(Pop3Config changed) throws IOException, StoreStartException {
    pop3 = changed;
    reopen();
  }

  @Override
  public void deliver(String user, byte[] message) throws IOException {
    var text = SEPARATOR + new String(message, ISO_8859_1) + "\n";
    var octets = ByteBuffer.allocateDirect(text.length()).put(text.getBytes(ISO_8859_1)).flip();
    edit(
        user,
        descriptor -> {
          long end = Posix.files().stat(descriptor).size();
          while (octets.hasRemaining()) {
            end += Posix.files().write(descriptor, octets, end);
          }
        });
  }

  @Override
  public void removeBehindTheBack(String user, int position) throws IOException {
    rewrite(
        user,
        messages -> {
          var left = new ArrayList<>(messages);
          left.remove(position - 1);
          return left;
        });
  }

  /// Rewrites a spool in place as mutt does.
  ///
  /// @param change gets and gives messages with their separator lines
  public void rewrite(String user, UnaryOperator<List<String>> change) throws IOException {
    edit(
        user,
        descriptor -> {
          var text = new String(Files.readAllBytes(spool(user)), ISO_8859_1);
          var messages = new ArrayList<String>();
          for (int at = 0; at < text.length(); ) {
            int next = text.indexOf("\n\nFrom ", at);
            int end = next < 0 ? text.length() : next + 2;
            messages.add(text.substring(at, end));
            at = end;
          }
          var after = String.join("", change.apply(messages)).getBytes(ISO_8859_1);
          var octets = ByteBuffer.allocateDirect(after.length).put(after).flip();
          long to = 0;
          while (octets.hasRemaining()) {
            to += Posix.files().write(descriptor, octets, to);
          }
          Posix.files().truncate(descriptor, after.length);
        });
  }

  private interface Edit {
    void run(int descriptor) throws IOException;
  }

  private void edit(String user, Edit edit) throws IOException {
    var calls = Posix.files();
    int descriptor =
        calls.open(spool(user).toString(), OpenFlags.READ_WRITE | OpenFlags.CREATE, 0600);
    try {
      while (!calls.tryLock(descriptor, true)) {
        LockSupport.parkNanos(200_000);
      }
      edit.run(descriptor);
    } finally {
      calls.close(descriptor);
    }
  }

  @Override
  public void reopen() throws IOException, StoreStartException {
    store.close();
    store = start();
    store.recover();
  }

  @Override
  public void close() {
    store.close();
  }
}
