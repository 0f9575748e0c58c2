package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.util.List;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.mbox.append.AppendIntent;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.LedgerReplay;
import org.popinjay.mailstore.mbox.state.StateLog;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles one append that a crash interrupted, at the start of the server: half a message must not
/// wait until somebody opens the mailbox, since mail is delivered behind it. What cannot be settled
/// now is left to the first session that opens the spool.
final class CrashedAppend {
  private static final Logger LOG = LoggerFactory.getLogger(CrashedAppend.class);

  private final MboxEnvironment environment;
  private final AppendIntent intent;

  CrashedAppend(MboxEnvironment environment, AppendIntent intent) {
    this.environment = environment;
    this.intent = intent;
  }

  void settle() {
    var path = intent.name().path();
    try {
      var stat = environment.files().stat(path);
      boolean done = wasLogged();
      if (done) {
        intent.keepReceipt(environment.state());
      }
      if (done || !SpoolInode.of(stat).equals(intent.spool())) {
        environment.appends().end(intent.spool());
        return;
      }
      var owner =
          new AccountOwner(
              intent.name().owner(), new Identity(stat.uid(), stat.gid(), List.of()), null);
      try (var spool = new SpoolFile(environment, owner, SpoolPlace.inbox(path))) {
        switch (spool.lock(Purpose.WRITE, environment.lockTimeout())) {
          case SpoolFile.Hold.Missing _ -> LOG.warn("{} is not there any more", path);
          case SpoolFile.Hold.Refused(StoreFailure failure) ->
              LOG.warn("an unfinished append waits: {}", failure.detail());
          case SpoolFile.Hold.Held(var lock, FileStat locked) -> {
            try (lock) {
              switch (environment.undo(spool.descriptor(), intent).run(locked, lock::stillOurs)) {
                case StoreResult.Done<Long> _ -> environment.appends().end(intent.spool());
                case StoreResult.Failed<Long>(StoreFailure failure) ->
                    LOG.error("an unfinished append waits: {}", failure.detail());
              }
            }
          }
        }
      }
    } catch (IOException e) {
      LOG.error("an unfinished append to {} waits: {}", path, e.getMessage());
    }
  }

  /// Whether it came to its end as the state log tells; also where that says nothing any more.
  private boolean wasLogged() throws IOException {
    var folder = environment.state().user(intent.name().owner());
    return switch (StateLog.open(
        environment.files(), folder, intent.mailboxId(), environment.random())) {
      case StateLog.Open.Newer _ -> true;
      case StateLog.Open.Opened(StateLog log, var _) -> {
        try (log) {
          var replay = new LedgerReplay();
          log.replay(log.start(), replay);
          var validity = replay.uidValidity();
          yield validity == null || intent.wasLogged(validity, replay.uidNext());
        }
      }
    };
  }
}
