package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.append.AppendIntent;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.ledger.MailboxLedger;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings to its end, or undoes, what a crash left behind in a spool.
///
/// Used under the gate of its mailbox, when it is opened.
final class CrashRepair {
  private static final Logger LOG = LoggerFactory.getLogger(CrashRepair.class);

  private final MboxEnvironment environment;
  private final SpoolFile spool;
  private final SpoolKnowledge known;

  CrashRepair(MboxEnvironment environment, SpoolFile spool, SpoolKnowledge known) {
    this.environment = environment;
    this.spool = spool;
    this.known = known;
  }

  /// Finishes a rewrite, else undoes an append of which nobody was told.
  ///
  /// @param opened what is known of the mailbox outside the spool
  @Nullable StoreFailure run(MailboxLedger opened) throws IOException {
    var failure = finishRewrite();
    return failure == null ? undoAppend(opened) : failure;
  }

  private @Nullable StoreFailure undoAppend(MailboxLedger opened) throws IOException {
    var named = spool.look();
    var intent = named == null ? null : environment.appends().pending(SpoolInode.of(named));
    if (intent == null) {
      return null;
    }
    boolean done = opened.isNew() || intent.wasLogged(opened.uidValidity(), opened.uidNext());
    if (done && !keepReceipt(intent)) {
      return null;
    }
    var failure =
        done
            ? null
            : known.locked(
                Purpose.WRITE,
                (stat, lock) ->
                    environment.undo(spool.descriptor(), intent).run(stat, lock::stillOurs)
                            instanceof StoreResult.Failed<Long>(StoreFailure undone)
                        ? undone
                        : null);
    if (failure == null) {
      environment.appends().end(intent.spool());
    } else {
      known.forget();
    }
    return failure;
  }

  /// Nobody is kept from his mail for it: if it cannot be kept now, the intent keeps it.
  private boolean keepReceipt(AppendIntent intent) {
    try {
      intent.keepReceipt(environment.state());
      return true;
    } catch (IOException e) {
      LOG.error("which bulletins are in {} is not kept: {}", spool.path(), e.getMessage());
      return false;
    }
  }

  private @Nullable StoreFailure finishRewrite() throws IOException {
    var named = spool.look();
    if (named == null || !environment.recovery().isPending(named)) {
      return null;
    }
    return known.locked(Purpose.WRITE, (_, lock) -> recover(lock));
  }

  private @Nullable StoreFailure recover(SpoolLock lock) {
    var settled = environment.recovery().recover(spool.descriptor(), lock::stillOurs);
    return settled instanceof StoreResult.Failed<?>(StoreFailure failure) ? failure : null;
  }
}
