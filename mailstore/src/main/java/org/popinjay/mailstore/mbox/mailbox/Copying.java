package org.popinjay.mailstore.mbox.mailbox;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.mbox.access.Removed;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies messages of a picture into a mailbox of the same account, all or none.
public final class Copying {
  private static final Logger LOG = LoggerFactory.getLogger(Copying.class);

  private final MailboxView source;
  private final int[] positions;
  private final MboxMailbox target;
  private final ScratchFile scratch;

  public Copying(MailboxView source, int[] positions, MboxMailbox target, ScratchFile scratch) {
    this.source = source;
    this.positions = positions;
    this.target = target;
    this.scratch = scratch;
  }

  /// Copies them; durable when it returns [StoreResult.Done].
  public StoreResult<Copied> copy() {
    try (var staging = new Staging(scratch)) {
      for (int position : positions) {
        var failure = stage(staging, position);
        if (failure != null) {
          return StoreResult.failed(failure);
        }
      }
      if (positions.length == 0) {
        return target
            .picture()
            .map(now -> new Copied(now.uidValidity(), UidSet.EMPTY, UidSet.EMPTY));
      }
      return target.append(staging.messages()).map(this::copied);
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private @Nullable StoreFailure stage(Staging staging, int position) {
    return switch (source.content(position)) {
      case StoreResult.Failed<MessageContent>(StoreFailure failure) -> failure;
      case StoreResult.Done<MessageContent>(MessageContent content) -> {
        try (content) {
          var meta = source.message(position);
          yield staging.add(content, meta.flags(), meta.internalDate());
        }
      }
    };
  }

  private Copied copied(Appended appended) {
    return new Copied(appended.uidValidity(), uids(), appended.uids());
  }

  private UidSet uids() {
    var uids = new UidSet.Builder();
    for (int position : positions) {
      uids.add(source.message(position).uid().value());
    }
    return uids.build();
  }

  /// Copies them and then removes them from where they were.
  StoreResult<Copied> move(MboxMailbox from) {
    return switch (copy()) {
      case StoreResult.Failed<Copied> failed -> failed;
      case StoreResult.Done<Copied> done -> {
        int[] moved = bits(done.value().source());
        yield switch (from.remove(moved, new int[0], 1)) {
          case StoreResult.Done<Removed> _ -> done;
          case StoreResult.Failed<Removed>(StoreFailure failure) ->
              notRemoved(from, moved, done, failure);
        };
      }
    };
  }

  /// A removal that failed may have gone so far that it cannot be undone. The copies go only if all
  /// of the messages are there for certain.
  private StoreResult<Copied> notRemoved(
      MboxMailbox from, int[] moved, StoreResult.Done<Copied> done, StoreFailure failure) {
    if (from.picture() instanceof StoreResult.Done<Picture>(var now)) {
      long left = Arrays.stream(moved).filter(uid -> now.table().rowOf(uid) >= 0).count();
      if (left == 0) {
        return done;
      }
      if (left == moved.length) {
        takeBack(done.value().target());
      }
    }
    return StoreResult.failed(failure);
  }

  private void takeBack(UidSet copies) {
    if (target.remove(bits(copies), new int[0], 0)
        instanceof StoreResult.Failed<Removed>(StoreFailure failure)) {
      LOG.error(
          "messages remain both where they were and in {}: {}", target.path(), failure.detail());
    }
  }

  private static int[] bits(UidSet uids) {
    var bits = new int[Math.toIntExact(uids.size())];
    int at = 0;
    for (int range = 0; range < uids.ranges(); range++) {
      for (long uid = uids.first(range); uid <= uids.last(range); uid++) {
        bits[at++] = (int) uid;
      }
    }
    return bits;
  }
}
