package org.popinjay.mailstore.mbox.ledger;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.mailstore.mbox.state.SpoolIndex;
import org.popinjay.mailstore.mbox.state.StateLog;
import org.popinjay.mailstore.mbox.state.StateWrite;
import org.popinjay.mailstore.mbox.state.UserState;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files that one mailbox has in the state directory: its entry in the registry, its log, its
/// cached index.
///
/// Not thread-safe: used under the gate of its mailbox.
public final class MailboxFiles {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxFiles.class);

  /// So many mod-sequences are reserved at a time, so that the registry is seldom written.
  private static final long MOD_SEQS_RESERVED = 1 << 20;

  private final MboxEnvironment environment;
  private final UserState folder;
  private final MailboxRegistry registry;
  private MailboxRegistry.Entry entry;
  private boolean stored = true;

  /// Whether mod-sequences were reserved for a mailbox that had not begun.
  private boolean reservedUnused;

  private MailboxFiles(
      MboxEnvironment environment,
      UserState folder,
      MailboxRegistry registry,
      MailboxRegistry.Entry entry) {
    this.environment = environment;
    this.folder = folder;
    this.registry = registry;
    this.entry = entry;
  }

  /// Opens what is remembered of a user's mailbox, or begins to remember.
  public static StoreResult<MailboxLedger> open(
      MboxEnvironment environment, AccountOwner owner, MailboxName name) throws IOException {
    var folder = environment.state().user(owner.name());
    var registry =
        environment.state().registry(owner.name(), owner.identity().uid(), environment.random());
    return switch (registry.find(name)) {
      case MailboxRegistry.Lookup.Newer(int version) -> newer(folder.path(), version);
      case MailboxRegistry.Lookup.Known(MailboxRegistry.Entry entry) ->
          new MailboxFiles(environment, folder, registry, entry).ledger();
      case MailboxRegistry.Lookup.Fresh(MailboxRegistry.Entry entry) ->
          new MailboxFiles(environment, folder, registry, entry).ledger();
    };
  }

  private StoreResult<MailboxLedger> ledger() throws IOException {
    return switch (StateLog.open(environment.files(), folder, entry.id(), environment.random())) {
      case StateLog.Open.Newer(int version) -> newer(folder.path(), version);
      case StateLog.Open.Opened(StateLog log, StateLog.Found found) -> {
        if (found == StateLog.Found.DAMAGED) {
          LOG.error("{} was damaged; it was put aside and {} begins anew", log.path(), name());
        }
        yield StoreResult.done(new MailboxLedger(environment, this, log));
      }
    };
  }

  private static <T> StoreResult<T> newer(String path, int version) {
    return StoreResult.failed(
        new StoreFailure.Unavailable(
            path + " was written by a newer version of this server (format " + version + ")"));
  }

  /// Name for the log.
  String name() {
    return folder.path() + " " + entry.name().text();
  }

  /// The mailbox's name for good.
  String id() {
    return entry.id();
  }

  /// Begins a life of the mailbox: remembers its UIDVALIDITY durably before anybody is told of it.
  ///
  /// @param wanted the validity that another server gave it, or 0
  UidValidity begin(long wanted) throws IOException {
    long prepared = registry.prepared(entry);
    if (wanted == 0 && prepared != 0) {
      reservedUnused = true;
      return new UidValidity(prepared);
    }
    long value =
        wanted != 0
            ? wanted
            : registry
                .read()
                .nextUidValidity(entry.lastUidValidity(), environment.clock().instant());
    entry = entry.with(new UidValidity(Math.max(value, entry.lastUidValidity())));
    stored = false;
    var _ = store();
    return new UidValidity(value);
  }

  /// No mod-sequence that anybody was told is greater.
  long modSeqReserved() {
    return reservedUnused ? 0 : entry.modSeqReserved();
  }

  /// Makes sure that this stays so; durable when it returns, if the disk has room.
  void reserveModSeq(long modSeq) throws IOException {
    if (modSeq <= entry.modSeqReserved()) {
      return;
    }
    entry = entry.reserving(modSeq + MOD_SEQS_RESERVED);
    var mine = entry;
    try {
      var _ =
          registry.change(register -> register.knows(mine.id()) ? register.with(mine) : register);
    } catch (PosixException e) {
      if (StateWrite.of(e) instanceof StateWrite.Broken) {
        throw e;
      }
      LOG.warn("mod-sequences of {} cannot be reserved now: {}", name(), e.getMessage());
    }
  }

  /// Makes sure that the mailbox is in the registry; without that nothing finds its log again.
  StateWrite store() throws IOException {
    if (stored) {
      return StateWrite.WRITTEN;
    }
    var outcome = registry.store(entry);
    switch (outcome) {
      case StateWrite.Written _ -> stored = true;
      case StateWrite.Full _ -> {}
      case StateWrite.Broken(PosixException cause) -> throw cause;
    }
    return outcome;
  }

  /// What protocols keep of its messages.
  MessageMemory memory() {
    return new MessageMemory(environment, folder, entry.id());
  }

  /// The cached index, or null.
  @Nullable SpoolIndex index() {
    return SpoolIndex.load(environment.files(), folder, entry.id());
  }

  /// Writes the cached index.
  void saveIndex(SpoolIndex index) {
    if (!index.save(environment.files(), folder, entry.id())) {
      LOG.info("the index of {} could not be saved; it is built anew when needed", name());
    }
  }
}
