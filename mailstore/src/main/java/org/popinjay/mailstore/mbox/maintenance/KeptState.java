package org.popinjay.mailstore.mbox.maintenance;

import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.mbox.ledger.Reconciler;
import org.popinjay.mailstore.mbox.ledger.UidAssigner;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport.IndexState;
import org.popinjay.mailstore.mbox.state.LedgerReplay;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.mailstore.mbox.state.Register;
import org.popinjay.mailstore.mbox.state.RegistryCache;
import org.popinjay.mailstore.mbox.state.RegistryFormat;
import org.popinjay.mailstore.mbox.state.RunningServer;
import org.popinjay.mailstore.mbox.state.SpoolIndex;
import org.popinjay.mailstore.mbox.state.StateLog;
import org.popinjay.mailstore.mbox.state.UserState;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// What the state directory says of one mailbox, read beside a server that may be running, and
/// changed in nothing.
///
/// What a running server is about to write is no damage: a log whose end is unfinished then is not
/// reported.
final class KeptState {
  /// A log that a running server adds to is looked at again when it looks unsound.
  private static final int LOOKS = 3;

  private final FileCalls files;
  private final RandomGenerator random;
  private final Findings findings;
  private final String state;

  private RunningServer server = new RunningServer(false, OptionalInt.empty());
  private MailboxRegistry.@Nullable Entry entry;
  private @Nullable UserState folder;
  private @Nullable LedgerReplay replay;
  private @Nullable SpoolIndex index;
  private IndexState indexState = IndexState.ABSENT;
  private long logOctets;
  private long indexOctets;

  private KeptState(FileCalls files, String state, RandomGenerator random, Findings findings) {
    this.files = files;
    this.state = state;
    this.random = random;
    this.findings = findings;
  }

  /// Looks at what is kept.
  ///
  /// @param files that change nothing
  /// @param state the state directory
  static KeptState look(
      FileCalls files,
      String state,
      AccountOwner owner,
      MailboxName name,
      RandomGenerator random,
      Findings findings) {
    var kept = new KeptState(files, state, random, findings);
    try {
      kept.look(owner, name);
    } catch (PosixException e) {
      findings.note("mail.state could not be looked at: " + e.getMessage());
    }
    return kept;
  }

  private void look(AccountOwner owner, MailboxName name) throws PosixException {
    if (sizeOf(state) < 0) {
      findings.note("there is no mail.state yet: " + state);
      return;
    }
    server = RunningServer.look(files, state);
    var user = new UserState(files, state, owner.name(), files.stat(state).uid());
    try {
      if (!user.exists()) {
        return;
      }
    } catch (PosixException e) {
      if (e.errno() == Errno.EACCES) {
        throw e;
      }
      findings.add(
          Kind.STATE_FOREIGN, user.path() + " is no folder that is the server's alone: " + e);
      return;
    }
    folder = user;
    register(user, owner, name);
    if (entry != null) {
      logOf(user, entry.id());
      indexOf(user, entry.id());
    }
  }

  private void register(UserState user, AccountOwner owner, MailboxName name)
      throws PosixException {
    int uid = owner.identity().uid();
    var registry =
        new MailboxRegistry(files, user, uid, random, new ReentrantLock(), new RegistryCache());
    switch (registry.look()) {
      case RegistryFormat.Content.Damaged _ ->
          findings.add(
              Kind.STATE_DAMAGED,
              user.file("registry") + " is damaged; all mailboxes of the user would begin anew");
      case RegistryFormat.Content.Newer(int version) ->
          findings.add(
              Kind.STATE_NEWER, user.file("registry") + " is of the newer format " + version);
      case RegistryFormat.Content.Whole(Register register) when register.uid() != uid ->
          findings.add(
              Kind.STATE_FOREIGN,
              "%s is of uid %s, and the user has uid %s; it would be put aside"
                  .formatted(
                      user.path(),
                      Integer.toUnsignedString(register.uid()),
                      Integer.toUnsignedString(uid)));
      case RegistryFormat.Content.Whole(Register register) ->
          entry = register.has(name) ? register.entries().get(name) : null;
    }
  }

  private void logOf(UserState user, String id) throws PosixException {
    for (int look = 1; !logOf(user, id, look == LOOKS || !server.runs()); look++) {
      // Once more: the server was writing.
    }
  }

  /// @param decided whether this look counts whatever it sees
  /// @return whether the log was sound, or the look counts
  private boolean logOf(UserState user, String id, boolean decided) throws PosixException {
    var path = user.file(id + ".log");
    logOctets = Math.max(0, sizeOf(path));
    return switch (StateLog.look(files, user, id, random)) {
      case StateLog.Open.Newer(int version) -> {
        findings.add(Kind.STATE_NEWER, path + " is of the newer format " + version);
        yield true;
      }
      case StateLog.Open.Opened(StateLog log, StateLog.Found found) -> {
        try (log) {
          boolean unsound = found == StateLog.Found.TORN || found == StateLog.Found.DAMAGED;
          if (unsound && !decided) {
            yield false;
          }
          if (found == StateLog.Found.DAMAGED) {
            findings.add(
                Kind.STATE_DAMAGED, path + " is damaged; the mailbox would get a new UIDVALIDITY");
          } else if (found == StateLog.Found.TORN && !server.runs()) {
            findings.add(
                Kind.STATE_TORN,
                path + " ends in what a crash left unfinished; it would be cut off");
          }
          read(log);
          yield true;
        }
      }
    };
  }

  private void read(StateLog log) throws PosixException {
    var all = new LedgerReplay();
    log.replay(log.start(), all);
    replay = all;
    if (folder != null && entry != null) {
      index = SpoolIndex.load(files, folder, entry.id());
    }
    if (index != null) {
      var beyond = new LedgerReplay(index);
      boolean current = log.replay(index.position(), beyond) && !beyond.moved();
      indexState = current ? IndexState.FRESH : IndexState.BEHIND;
    }
  }

  private void indexOf(UserState user, String id) throws PosixException {
    var path = user.file(id + ".cache");
    indexOctets = Math.max(0, sizeOf(path));
    if (index == null && indexOctets > 0) {
      indexState = IndexState.UNUSABLE;
      findings.add(
          Kind.INDEX_DAMAGED,
          path + " cannot be used: damaged, or of another version of the server");
    }
  }

  /// Octets of a file, or -1 if there is none.
  private long sizeOf(String path) throws PosixException {
    try {
      return files.stat(path).size();
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return -1;
      }
      throw e;
    }
  }

  /// Whether nothing is known of the mailbox, so that a scan of it is a first import.
  boolean isNew() {
    return replay == null || replay.uidValidity() == null;
  }

  /// Gives scanned messages the UIDs and flags that the server would show, compares both, and tells
  /// what is kept.
  ///
  /// @param found as scanned, of the whole spool
  /// @param base of the spool itself
  /// @param trustDelivered whether flags of new mail are believed
  SpoolReport.@Nullable Kept compare(
      MessageTable found, @Nullable ImapBase base, FileStat spool, boolean trustDelivered) {
    if (replay == null || replay.uidValidity() == null || entry == null) {
      return null;
    }
    var known = replay.table();
    var said = new int[found.count()];
    for (int row = 0; row < said.length; row++) {
      said[row] = found.uid(row);
    }
    var outcome = Reconciler.reconcile(known, found);
    var assigner =
        new UidAssigner(
            trustDelivered, replay.uidNext(), known.keywordSets(), replay.chronicle().highest());
    var arrivals = assigner.recognise(known, found, outcome.knownRowOf());
    // Without a base of this life the fields are of another one, and nobody goes by them.
    if (base != null && base.uidValidity() == replay.uidValidity().value()) {
      compareUids(found, said, outcome.knownRowOf());
    }
    compareBase(base, found);
    if (indexState == IndexState.FRESH && index != null && !index.stamp().isUnchanged(spool)) {
      indexState = IndexState.BEHIND;
    }
    return kept(known, arrivals.count(), outcome.vanished().length);
  }

  private SpoolReport.@Nullable Kept kept(MessageTable known, int arrived, int vanished) {
    if (replay == null || entry == null || replay.uidValidity() == null) {
      return null;
    }
    int pending = 0;
    for (int row = 0; row < known.count(); row++) {
      pending += (known.bits(row) & MessageTable.Bits.FLAGS_PENDING) != 0 ? 1 : 0;
    }
    return new SpoolReport.Kept(
        server.runs(),
        server.process(),
        entry.id(),
        replay.uidValidity().value(),
        replay.uidNext(),
        known.count(),
        arrived,
        vanished,
        pending,
        logOctets,
        indexOctets,
        indexState);
  }

  private void compareUids(MessageTable found, int[] said, int[] knownRowOf) {
    for (int row = 0; row < said.length; row++) {
      boolean foreign = (found.bits(row) & MessageTable.Bits.FOREIGN_FIELDS) != 0;
      if (said[row] != 0 && !foreign && knownRowOf[row] >= 0 && said[row] != found.uid(row)) {
        findings.add(
            Kind.UID_DIFFERS,
            row + 1,
            found.offset(row),
            "X-UID says %s, mail.state %s"
                .formatted(
                    Integer.toUnsignedString(said[row]), Integer.toUnsignedString(found.uid(row))));
      }
    }
  }

  private void compareBase(@Nullable ImapBase base, MessageTable found) {
    boolean sendersWord =
        found.count() > 0 && (found.bits(0) & MessageTable.Bits.FOREIGN_FIELDS) != 0;
    if (base == null || sendersWord || replay == null || replay.uidValidity() == null) {
      return;
    }
    long validity = replay.uidValidity().value();
    if (base.uidValidity() != validity) {
      findings.add(
          Kind.UID_DIFFERS,
          "the spool says UIDVALIDITY " + base.uidValidity() + ", mail.state " + validity);
    } else if (base.uidLast() >= replay.uidNext()) {
      findings.add(
          Kind.STATE_OLDER,
          ("the spool has UIDs up to %d, mail.state goes on with %d: it is of an older backup, or"
                  + " another server gave UIDs")
              .formatted(base.uidLast(), replay.uidNext()));
    }
  }
}
