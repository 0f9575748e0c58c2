package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.util.List;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.mbox.rewrite.PendingRewrite;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.posix.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles one rewrite that a crash interrupted, at the start of the server. What cannot be settled
/// now is left to the first session that opens the spool.
final class CrashedRewrite {
  private static final Logger LOG = LoggerFactory.getLogger(CrashedRewrite.class);

  private final MboxEnvironment environment;
  private final PendingRewrite pending;

  CrashedRewrite(MboxEnvironment environment, PendingRewrite pending) {
    this.environment = environment;
    this.pending = pending;
  }

  void settle() {
    var path = pending.spool().path();
    try {
      var stat = environment.files().stat(path);
      var owner =
          new AccountOwner(
              pending.spool().owner(), new Identity(stat.uid(), stat.gid(), List.of()), null);
      try (var spool = new SpoolFile(environment, owner, SpoolPlace.inbox(path))) {
        switch (spool.lock(Purpose.WRITE, environment.lockTimeout())) {
          case SpoolFile.Hold.Missing _ -> LOG.warn("{} is not there any more", path);
          case SpoolFile.Hold.Refused(StoreFailure failure) ->
              LOG.warn("a crashed rewrite waits: {}", failure.detail());
          case SpoolFile.Hold.Held(var lock, var _) -> {
            try (lock) {
              if (environment.recovery().recover(spool.descriptor(), lock::stillOurs)
                  instanceof StoreResult.Failed<?>(StoreFailure failure)) {
                LOG.error("a crashed rewrite waits: {}", failure.detail());
              }
            }
          }
        }
      }
    } catch (IOException e) {
      LOG.error("a crashed rewrite of {} waits: {}", path, e.getMessage());
    }
  }
}
