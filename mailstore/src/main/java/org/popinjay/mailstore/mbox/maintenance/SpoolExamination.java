package org.popinjay.mailstore.mbox.maintenance;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.lock.LockOutcome;
import org.popinjay.mailstore.lock.LockPlan;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.lock.SpoolLocker;
import org.popinjay.mailstore.lock.SpoolTarget;
import org.popinjay.mailstore.mbox.append.AppendIntents;
import org.popinjay.mailstore.mbox.disk.LookingCalls;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.mailstore.mbox.rewrite.JournalFolder;
import org.popinjay.mailstore.mbox.rewrite.JournalRecovery;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.SpoolHead;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SafeOpen;
import org.popinjay.posix.SpoolOpening;
import org.popinjay.posix.SpoolRules;

/// One look at one spool, and at what is kept of it: opened and locked as the server would open and
/// lock it to read it, scanned as it would scan it, and changed in nothing. Used once.
final class SpoolExamination {
  private static final int NONE = -1;

  private final PopinjayConfig config;
  private final StoreSurroundings around;
  private final SpoolRules rules;
  private final SpoolPlace place;
  private final AccountOwner owner;
  private final boolean isMailbox;
  private final MboxMaintenance.Progress progress;
  private final Findings findings = new Findings();
  private final FileCalls looking;

  private long done;
  private long total;

  /// @param isMailbox whether it is a mailbox of the owner, so that the state knows it; if not, it
  ///   is a file alone
  SpoolExamination(
      PopinjayConfig config,
      StoreSurroundings around,
      SpoolRules rules,
      SpoolPlace place,
      AccountOwner owner,
      boolean isMailbox,
      MboxMaintenance.Progress progress) {
    this.config = config;
    this.around = around;
    this.rules = rules;
    this.place = place;
    this.owner = owner;
    this.isMailbox = isMailbox;
    this.progress = progress;
    this.looking = new LookingCalls(around.files(), this::went);
  }

  private void went(long octets) {
    done += octets;
    progress.octets(Math.min(done, total), total);
  }

  /// Looks at everything.
  StoreResult<SpoolReport> run() {
    try {
      var named = stat();
      if (named == null) {
        return isMailbox && !place.isFolder()
            ? StoreResult.done(report(null, null, null))
            : StoreResult.failed(new StoreFailure.NotFound("there is no " + place.path()));
      }
      int descriptor = open(named);
      if (descriptor == NONE) {
        return StoreResult.done(report(named, null, null));
      }
      try {
        return locked(descriptor);
      } finally {
        Replacement.quietly(() -> looking.close(descriptor));
      }
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private @Nullable FileStat stat() throws PosixException {
    try {
      return looking.stat(place.path());
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  /// Opens the file as the server would. What that refuses is a finding; an operator may want to
  /// see all the same what is in it, unless it is a user's folder that leads elsewhere.
  private int open(FileStat named) throws IOException {
    var safe = new SafeOpen(looking, around.identity());
    var opening =
        place.isFolder()
            ? safe.openBelow(place.root(), place.file(), owner.identity(), rules)
            : safe.openSpool(place.path(), owner.identity(), rules);
    return switch (opening) {
      case SpoolOpening.Opened(int descriptor, FileStat _, boolean _) -> descriptor;
      case SpoolOpening.Missing _ -> throw new PosixException("open", place.path(), Errno.ENOENT);
      case SpoolOpening.Refused(String reason) -> {
        boolean readable = named.type() == FileStat.Type.REGULAR && !place.isFolder();
        int descriptor =
            readable ? looking.open(place.path(), READ | NO_FOLLOW | NON_BLOCKING, 0) : NONE;
        var path = place.path() + ": ";
        findings.add(
            Kind.REFUSED, reason.startsWith(path) ? reason.substring(path.length()) : reason);
        yield descriptor;
      }
    };
  }

  private StoreResult<SpoolReport> locked(int descriptor) throws IOException {
    var locker = new SpoolLocker(around, LockPlan.of(config.mail().locks(), config.mbox()));
    var group = rules.spoolGroup();
    var identity =
        group.isPresent() && !place.isFolder()
            ? owner.identity().withGid(group.getAsInt())
            : owner.identity();
    var target = new SpoolTarget(place.path(), descriptor, identity);
    return switch (locker.lock(target, Purpose.READ, config.mail().locks().timeout())) {
      case LockOutcome.Busy(Duration waited, String holder) ->
          StoreResult.failed(new StoreFailure.Busy(waited, place.path() + " is locked: " + holder));
      case LockOutcome.Refused(StoreFailure failure) -> StoreResult.failed(failure);
      case LockOutcome.Held(SpoolLock lock) -> {
        try (lock) {
          var opened = looking.stat(descriptor);
          var named = stat();
          yield named != null && named.sameFile(opened)
              ? StoreResult.done(examine(descriptor, opened))
              : StoreResult.failed(
                  new StoreFailure.Busy(
                      Duration.ZERO, place.path() + " was just replaced by another file"));
        }
      }
    };
  }

  private SpoolReport examine(int descriptor, FileStat stat) throws IOException {
    total = 2 * stat.size();
    var kept = keptState();
    interrupted(descriptor, stat);
    var zone = config.mail().timeZone().orElseGet(ZoneId::systemDefault);
    var table = new MessageTable((int) Math.min(1 << 20, stat.size() / 4096 + 16));
    boolean importing = kept == null || kept.isNew();
    done = 0;
    var outcome = new MboxScanner(looking, zone).scan(descriptor, 0, stat.size(), importing, table);
    return switch (outcome) {
      case MboxScanner.Outcome.NotAnMbox(long offset, String there) -> {
        findings.add(Kind.NOT_AN_MBOX, 0, offset, "no message begins here, but " + there);
        yield report(stat, null, null);
      }
      case MboxScanner.Outcome.Scanned scanned -> {
        var head = SpoolHead.of(scanned.head());
        leading(head);
        boolean trust = config.mbox().trustDeliveredFlags();
        var facts = kept == null ? null : kept.compare(table, head.imapBase(), stat, trust);
        yield report(stat, contents(descriptor, stat, table, head, zone), facts);
      }
    };
  }

  private @Nullable KeptState keptState() {
    return isMailbox
        ? KeptState.look(
            looking,
            config.mail().state().toString(),
            owner,
            place.name(),
            around.random(),
            findings)
        : null;
  }

  /// What a crash interrupted is found by the file alone, whosever it is.
  private void interrupted(int descriptor, FileStat stat) {
    var state = config.mail().state().toString();
    try {
      var folder = JournalFolder.look(looking, state);
      switch (new JournalRecovery(looking, folder, StoreEvents.NONE).foresee(descriptor)) {
        case StoreResult.Failed<Optional<StoreEvents.RecoveryOutcome>>(var failure) ->
            findings.add(Kind.REWRITE_PENDING, failure.detail());
        case StoreResult.Done<Optional<StoreEvents.RecoveryOutcome>>(var outcome) ->
            outcome.ifPresent(this::foreseen);
      }
      for (var path : folder.aside(SpoolInode.of(stat))) {
        findings.add(
            Kind.REWRITE_ASIDE, "a rewrite was interrupted and could not be finished: " + path);
      }
      var intent = AppendIntents.look(looking, state).pending(SpoolInode.of(stat));
      if (intent != null) {
        findings.add(
            Kind.APPEND_PENDING,
            0,
            intent.start(),
            "an append that begins here was interrupted; the next open cuts off what is unfinished,"
                + " unless another program wrote behind it");
      }
    } catch (PosixException e) {
      findings.note("interrupted changes could not be looked for: " + e.getMessage());
    }
  }

  private void foreseen(StoreEvents.RecoveryOutcome outcome) {
    findings.add(
        Kind.REWRITE_PENDING,
        switch (outcome) {
          case FINISHED -> "a rewrite was interrupted; the next open finishes it";
          case DROPPED -> "a rewrite was interrupted before it began; the next open drops it";
          case SET_ASIDE ->
              "a rewrite was interrupted, and another program has changed the file since or the"
                  + " journal is damaged; the next open puts it aside";
        });
  }

  private void leading(SpoolHead head) {
    if (head.skippedOctets() > 0) {
      findings.add(
          Kind.LEADING_OCTETS,
          0,
          0,
          head.skippedOctets() + " octets of empty lines or NULs stand before the first message");
    }
  }

  private SpoolReport.Contents contents(
      int descriptor, FileStat stat, MessageTable table, SpoolHead head, ZoneId zone)
      throws PosixException {
    var lines = new LineSurvey(looking, table, findings);
    lines.read(descriptor, stat.size());
    var fields = new FieldSurvey(looking, descriptor, zone, table, head.imapBase(), findings);
    fields.read();
    return new SpoolReport.Contents(
        table.count(),
        date(table, Math::min),
        date(table, Math::max),
        flags(table),
        fields.separators(),
        fields.counts(),
        Optional.ofNullable(head.imapBase()),
        head.pseudoEnd() > 0,
        lines.bareFromLines(),
        lines.quotedFromLines(),
        lines.deeperQuotedFromLines(),
        lines.longestLineOctets(),
        lines.longestLineAt(),
        lines.eightBitMessages(),
        fields.nulMessages());
  }

  private static Optional<Instant> date(MessageTable table, LongBinaryOperator better) {
    long best = 0;
    for (int row = 0; row < table.count(); row++) {
      long seconds = table.internalDate(row);
      if (seconds != 0) {
        best = best == 0 ? seconds : better.applyAsLong(best, seconds);
      }
    }
    return best == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(best));
  }

  private static EnumMap<Flag, Integer> flags(MessageTable table) {
    var counts = new EnumMap<Flag, Integer>(Flag.class);
    for (var flag : Flag.values()) {
      int count = 0;
      for (int row = 0; row < table.count(); row++) {
        count += (table.bits(row) & flag.bit() << Bits.FLAGS_SHIFT) != 0 ? 1 : 0;
      }
      counts.put(flag, count);
    }
    return counts;
  }

  private SpoolReport report(
      @Nullable FileStat stat,
      SpoolReport.@Nullable Contents contents,
      SpoolReport.@Nullable Kept kept) {
    return new SpoolReport(
        place.path(),
        Optional.ofNullable(stat).map(SpoolExamination::inode),
        Optional.ofNullable(contents),
        Optional.ofNullable(kept),
        findings.inOrder(),
        findings.leftOut(),
        findings.notes());
  }

  private static SpoolReport.Inode inode(FileStat stat) {
    return new SpoolReport.Inode(
        stat.size(),
        Instant.ofEpochSecond(0, stat.modifiedNanos()),
        stat.permissions(),
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()),
        stat.links());
  }
}
