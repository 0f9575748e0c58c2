package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.popinjay.config.MailConfig;
import org.popinjay.config.MboxConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.mailstore.lock.LockPlan;
import org.popinjay.mailstore.lock.SpoolLocker;
import org.popinjay.mailstore.mbox.append.AppendIntent;
import org.popinjay.mailstore.mbox.append.AppendIntents;
import org.popinjay.mailstore.mbox.append.AppendUndo;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.IdRules;
import org.popinjay.mailstore.mbox.rewrite.JournalFolder;
import org.popinjay.mailstore.mbox.rewrite.JournalRecovery;
import org.popinjay.mailstore.mbox.rewrite.MboxRewriter;
import org.popinjay.mailstore.mbox.state.StateDirectory;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.popinjay.posix.SafeOpen;
import org.popinjay.posix.SharedFolder;
import org.popinjay.posix.SpoolRules;
import org.popinjay.posix.TimestampGrain;

/// What the parts of the engine share: the way to the disk, the tools made of it, the settings.
///
/// Thread-safe.
public final class MboxEnvironment {
  private static final int WINDOWS = 32;
  private static final int WINDOW_OCTETS = 256 << 10;

  private final StoreSurroundings surroundings;
  private final MailConfig mail;
  private final MboxConfig mbox;
  private final SpoolRules rules;
  private final StateDirectory state;
  private final SafeOpen safeOpen;
  private final SpoolLocker locker;
  private final MboxRewriter rewriter;
  private final JournalRecovery recovery;
  private final AppendIntents appends;
  private final Function<String, IdRules> ids;
  private final ReadWindows windows = new ReadWindows(WINDOWS, WINDOW_OCTETS);
  private final ConcurrentLinkedDeque<MboxScanner> scanners = new ConcurrentLinkedDeque<>();
  private final TreeLocks trees = new TreeLocks();
  private final AtomicLong versions = new AtomicLong();
  private final Optional<SpoolWatcher> watcher;
  private volatile boolean closed;

  /// @param rules what a spool must look like; its group is that of dotlocks, too
  public MboxEnvironment(
      StoreSurroundings surroundings,
      MailConfig mail,
      MboxConfig mbox,
      SpoolRules rules,
      StateDirectory state,
      JournalFolder journals,
      AppendIntents appends,
      Function<String, IdRules> ids) {
    this.ids = ids;
    this.surroundings = surroundings;
    this.mail = mail;
    this.mbox = mbox;
    this.rules = rules;
    this.state = state;
    safeOpen = new SafeOpen(surroundings.files(), surroundings.identity());
    locker =
        new SpoolLocker(
            surroundings,
            LockPlan.of(mail.locks(), mbox).withDeadServer(state.previousServer().orElse(0)));
    rewriter =
        new MboxRewriter(
            surroundings.files(), journals, surroundings.events(), mbox.journalMax().octets());
    recovery = new JournalRecovery(surroundings.files(), journals, surroundings.events());
    watcher =
        surroundings
            .watching()
            .map(with -> new SpoolWatcher(with, surroundings.events(), System::nanoTime));
    this.appends = appends;
  }

  /// The way to the disk.
  public FileCalls files() {
    return surroundings.files();
  }

  /// What time it is.
  public InstantSource clock() {
    return surroundings.clock();
  }

  /// Where randomness comes from.
  public RandomGenerator random() {
    return surroundings.random();
  }

  /// Who is told what happens.
  public StoreEvents events() {
    return surroundings.events();
  }

  /// What opens files of users.
  public SafeOpen safeOpen() {
    return safeOpen;
  }

  /// What a spool must look like.
  public SpoolRules rules() {
    return rules;
  }

  /// What locks spools.
  public SpoolLocker locker() {
    return locker;
  }

  /// Who notices what other programs do, if that was wanted.
  public Optional<SpoolWatcher> watcher() {
    return watcher;
  }

  /// Whether what other programs do is noticed at once.
  public boolean noticesOthers() {
    return surroundings.watching().map(with -> !with.directories().isBlind()).orElse(false);
  }

  /// Locks over the folders of users.
  public TreeLocks trees() {
    return trees;
  }

  /// What is remembered of all mailboxes.
  public StateDirectory state() {
    return state;
  }

  /// What changes the middle of a spool.
  public MboxRewriter rewriter() {
    return rewriter;
  }

  /// What settles rewrites that a crash interrupted.
  public JournalRecovery recovery() {
    return recovery;
  }

  /// Appends that are under way.
  public AppendIntents appends() {
    return appends;
  }

  /// What takes an append back.
  ///
  /// @param spool descriptor of the locked spool
  public AppendUndo undo(int spool, AppendIntent intent) {
    return new AppendUndo(files(), rewriter, zone(), spool, intent);
  }

  /// Windows through which all messages are read.
  public ReadWindows windows() {
    return windows;
  }

  /// Octets that a rewrite can put into one journal.
  public long journalMaxOctets() {
    return mbox.journalMax().octets();
  }

  /// Folder of the index that Dovecot kept of an INBOX.
  public Template dovecotIndex() {
    return mbox.dovecotIndex();
  }

  /// Which ids messages of a user's INBOX are given to keep.
  public IdRules ids(String user) {
    return ids.apply(user);
  }

  /// How long another program's lock is waited for.
  public Duration lockTimeout() {
    return mail.locks().timeout();
  }

  /// Zone of From_ lines, read and written.
  public ZoneId zone() {
    return mail.timeZone().orElseGet(ZoneId::systemDefault);
  }

  /// A file for octets that are on their way.
  public ScratchFile scratch() {
    return new ScratchFile(files(), state.scratch(), random());
  }

  /// Whether flags of new mail are believed.
  public boolean trustDelivered() {
    return mbox.trustDeliveredFlags();
  }

  /// Whether flags are written into spools.
  public boolean writeFlags() {
    return mbox.writeFlags();
  }

  /// Runs a file call with the rights of a user.
  public <T extends @org.jspecify.annotations.Nullable Object> T as(
      AccountOwner owner, org.popinjay.posix.UserIdentity.Task<T> task) throws IOException {
    return surroundings.identity().as(owner.identity(), task);
  }

  /// Runs a file call with somebody's rights.
  <T extends @org.jspecify.annotations.Nullable Object> T as(
      Identity who, org.popinjay.posix.UserIdentity.Task<T> task) throws IOException {
    return surroundings.identity().as(who, task);
  }

  /// A folder whose files somebody keeps for others to read.
  public SharedFolder sharedFolder(String path) {
    boolean judging = mail.identity() == MailConfig.Identity.PROCESS;
    var rulesOfBoards = BoardFolder.rules(rules.spoolGroup());
    return new SharedFolder(files(), surroundings.identity(), judging, rulesOfBoards, path);
  }

  /// Runs a file call with the rights that dotlocks are made with.
  public <T extends @org.jspecify.annotations.Nullable Object> T asLocker(
      AccountOwner owner, SpoolPlace place, org.popinjay.posix.UserIdentity.Task<T> task)
      throws IOException {
    return surroundings.identity().as(lockIdentity(owner, place), task);
  }

  /// Rights that dotlocks are made with: in the spool folder with its group, elsewhere the user's.
  public Identity lockIdentity(AccountOwner owner, SpoolPlace place) {
    var group = rules.spoolGroup();
    return group.isPresent() && !place.isFolder()
        ? owner.identity().withGid(group.getAsInt())
        : owner.identity();
  }

  /// Whether the store was closed.
  public boolean isClosed() {
    return closed;
  }

  /// Lets the state directory go; nothing works afterwards.
  public void close() {
    closed = true;
    watcher.ifPresent(SpoolWatcher::close);
    state.close();
  }

  /// A number that no picture of any spool had before.
  public long nextVersion() {
    return versions.incrementAndGet();
  }

  /// Finds the messages in a range of a spool.
  ///
  /// @param importing whether the file may say where messages end
  public MboxScanner.Outcome scan(
      int descriptor, long from, long upTo, boolean importing, MessageTable into)
      throws IOException {
    var pooled = scanners.poll();
    var scanner = pooled != null ? pooled : new MboxScanner(files(), zone());
    try {
      var outcome = scanner.scan(descriptor, from, upTo, importing, into);
      if (outcome instanceof MboxScanner.Outcome.Scanned scanned) {
        events().scanned(scanned.octets());
        if (scanned.bareFromLines() > 0) {
          events().bareFromLines(scanned.bareFromLines());
        }
      }
      return outcome;
    } finally {
      scanners.push(scanner);
    }
  }

  /// The stamp of an open spool for what was read of it.
  ///
  /// @param stat what it looked like before it was read, so that whatever a program that takes
  ///   other locks than we do wrote meanwhile is seen at the next look
  public SpoolStamp stamp(SpoolFile spool, FileStat stat) throws IOException {
    boolean fine = TimestampGrain.of(spool.descriptor()) == TimestampGrain.FINE;
    return SpoolStamp.of(stat, clock().instant(), fine);
  }

  /// What is wrong with the folder that spools lie in, or an empty string. A folder that depends on
  /// the user is looked at when its spool is opened.
  public String health() {
    var text = mail.spool().toString();
    int slash = text.lastIndexOf('/');
    if (slash <= 0 || text.indexOf('{') < slash) {
      return "";
    }
    try {
      return safeOpen.spoolDirectoryFault(text.substring(0, slash)).orElse("");
    } catch (IOException e) {
      return text.substring(0, slash) + ": " + e.getMessage();
    }
  }
}
