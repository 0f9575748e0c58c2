package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.spool.Extent;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.posix.FileStat;

/// The reading of a mailbox's messages, by any number of sessions at once.
///
/// What is read is what was scanned: while the spool has its stamp, octets are taken as they are;
/// once it has another, the message is looked for anew, and read where it is now or from where it
/// was kept when it was removed.
public final class MessageReading {
  private final MboxEnvironment environment;
  private final Gate gate;
  private final Lock shared;
  private final SpoolFile spool;
  private final SpoolKnowledge known;
  private final GhostSpill spill;

  /// @param gate has what changes the picture done
  /// @param shared keeps that out while it is held
  public MessageReading(
      MboxEnvironment environment,
      Gate gate,
      Lock shared,
      SpoolFile spool,
      SpoolKnowledge known,
      GhostSpill spill) {
    this.environment = environment;
    this.gate = gate;
    this.shared = shared;
    this.spool = spool;
    this.known = known;
    this.spill = spill;
  }

  /// Opens the text of a message, after making sure that it is still there.
  ///
  /// @param complete whether to add what it lacked when this program stored it
  public StoreResult<MessageContent> content(int uid, boolean complete) {
    var failure = isCurrent(uid) ? null : lookAgain(uid);
    if (failure != null) {
      return StoreResult.failed(failure);
    }
    shared.lock();
    try {
      var extent = extentOf(uid);
      return extent == null
          ? StoreResult.failed(gone(uid))
          : StoreResult.done(new MboxContent(this, uid, extent, complete));
    } finally {
      shared.unlock();
    }
  }

  private boolean isCurrent(int uid) {
    shared.lock();
    try {
      var stamp = known.stamp();
      return stamp != null
          && spool.isOpen()
          && stamp.matches(spool.stat())
          && !known.isAssumed(uid);
    } catch (IOException _) {
      return false;
    } finally {
      shared.unlock();
    }
  }

  private @Nullable Extent extentOf(int uid) {
    var table = known.table();
    int row = table.rowOf(uid);
    return row < 0
        ? spill.extent(uid)
        : new Extent(
            known.version(),
            table.headerStart(row),
            table.headerOctets(row),
            table.contentEnd(row),
            table.wireOctets(row),
            table.bits(row));
  }

  /// Puts the next octets of a message into a buffer, at least one unless it is at its end.
  ///
  /// @return why there are none, or null
  @Nullable StoreFailure readNext(MboxContent content, ByteBuffer into) throws IOException {
    if (content.extent().isSpilled()) {
      return readSpilled(content, into);
    }
    shared.lock();
    try {
      if (content.extent().version() != known.version() && !relocate(content)) {
        return content.gone();
      }
      if (content.extent().isSpilled()) {
        return readSpilled(content, into);
      }
      var stamp = known.stamp();
      if (stamp != null
          && spool.isOpen()
          && !known.isAssumed(content.uid())
          && readStored(content, into, stamp)) {
        return null;
      }
    } finally {
      shared.unlock();
    }
    return readLocked(content, into);
  }

  /// Converts the next stored octets of a message into a buffer, through the shared windows. Called
  /// under the read side of the gate. Octets are handed out only if the spool was found to be the
  /// one that was scanned after they were read.
  ///
  /// @param stamp what the spool must look like
  /// @return false if it does not look like that any more; nothing was put into the buffer then
  private boolean readStored(MboxContent content, ByteBuffer into, SpoolStamp stamp)
      throws IOException {
    if (content.storedDone()) {
      content.finish(into);
      return true;
    }
    var extent = content.extent();
    long at = content.position();
    var window = environment.windows().borrow(extent.version(), at);
    try {
      if (!window.reach(extent.version(), at)) {
        window.fill(environment.files(), spool.descriptor(), extent, at);
      }
      if (!stamp.matches(spool.stat())) {
        window.forget();
        return false;
      }
      if (!window.octets().hasRemaining()) {
        throw new IOException("spool ended at " + at + " unexpectedly: " + spool.path());
      }
      content.convert(window.octets(), into);
      return true;
    } finally {
      environment.windows().giveBack(window);
    }
  }

  private @Nullable StoreFailure readSpilled(MboxContent content, ByteBuffer into)
      throws IOException {
    return spill.read(content, into) ? null : content.gone();
  }

  /// The same for a spool that is not what was scanned, or not open: finds out what it is now and
  /// reads under the same lock, so that a busy delivery agent cannot come in between forever.
  private @Nullable StoreFailure readLocked(MboxContent content, ByteBuffer into) {
    return alone(() -> {
      var failure =
          known.locked(
              Purpose.READ,
              (stat, _) -> {
                var changed = rescan(stat, content.uid());
                return changed == null ? readFresh(content, into) : changed;
              });
      boolean lost =
          failure == null
              && !content.extent().isSpilled()
              && content.extent().version() != known.version();
      return lost ? content.gone() : failure;
    });
  }

  private @Nullable StoreFailure readFresh(MboxContent content, ByteBuffer into)
      throws IOException {
    if (content.extent().version() != known.version() && !relocate(content)) {
      return content.gone();
    }
    if (content.extent().isSpilled()) {
      return readSpilled(content, into);
    }
    var stamp = known.stamp();
    return stamp != null && readStored(content, into, stamp)
        ? null
        : new StoreFailure.Busy(
            Duration.ZERO, spool.path() + " is written to by a program that does not lock it");
  }

  private boolean relocate(MboxContent content) {
    var extent = extentOf(content.uid());
    return extent != null && content.moveTo(extent);
  }

  /// Reads what changed, and makes sure of one message.
  private @Nullable StoreFailure rescan(FileStat stat, int uid) throws IOException {
    var failure = known.rescan(stat);
    return failure == null ? known.confirm(stat, uid) : failure;
  }

  /// The spool is not what was scanned, or not open: finds out what it is now and opens it.
  private @Nullable StoreFailure lookAgain(int uid) {
    return alone(() -> known.locked(Purpose.READ, (stat, _) -> rescan(stat, uid)));
  }

  /// Work that may come to nothing.
  @FunctionalInterface
  private interface Work {
    @Nullable StoreFailure run() throws IOException;
  }

  /// Does something with what is known of the spool, while nobody else uses the mailbox.
  private @Nullable StoreFailure alone(Work work) {
    StoreResult<Boolean> done =
        gate.alone(() -> {
          var failure = known.load();
          if (failure == null) {
            failure = work.run();
          }
          return failure == null ? StoreResult.done(true) : StoreResult.failed(failure);
        });
    return done instanceof StoreResult.Failed<Boolean>(StoreFailure failure) ? failure : null;
  }

  /// Says that a message is gone.
  StoreFailure gone(int uid) {
    return new StoreFailure.Gone(
        "uid " + Integer.toUnsignedString(uid) + " is not in " + spool.path() + " any more");
  }
}
