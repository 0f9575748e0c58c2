package org.popinjay.mailstore.mbox.mailbox;

import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.ledger.LivePicture;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.popinjay.mailstore.mbox.state.Chronicle;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// A mailbox as the API shows it: one use of the shared one.
public final class MboxBox implements Mailbox {
  private final SpoolRegistry registry;
  private final Neighbours neighbours;
  private final SpoolRegistry.Use use;
  private final Runnable beforeSelect;

  /// @param beforeSelect done before a picture is taken by somebody who may change the mailbox
  public MboxBox(
      SpoolRegistry registry, Neighbours neighbours, SpoolRegistry.Use use, Runnable beforeSelect) {
    this.beforeSelect = beforeSelect;
    this.registry = registry;
    this.neighbours = neighbours;
    this.use = use;
  }

  @Override
  public StoreResult<MailboxStatus> status() {
    return use.mailbox().picture().map(picture -> count(picture, use.mailbox().live()));
  }

  /// Counts what a picture shows.
  public static MailboxStatus count(Picture picture, LivePicture live) {
    return live.locked(() -> count(picture, live.table(), live.chronicle()));
  }

  private static MailboxStatus count(Picture picture, MessageTable table, Chronicle chronicle) {
    int seen = Flag.SEEN.bit() << Bits.FLAGS_SHIFT;
    int deleted = Flag.DELETED.bit() << Bits.FLAGS_SHIFT;
    long octets = 0;
    long recent = 0;
    long unseenCount = 0;
    long deletedCount = 0;
    for (int row = 0; row < table.count(); row++) {
      int bits = table.bits(row);
      boolean untold = Integer.toUnsignedLong(table.uid(row)) >= chronicle.toldBelow();
      octets += table.wireOctets(row);
      recent += untold && (bits & Bits.OLD) == 0 ? 1 : 0;
      unseenCount += (bits & seen) == 0 ? 1 : 0;
      deletedCount += (bits & deleted) == 0 ? 0 : 1;
    }
    return new MailboxStatus(
        table.count(),
        octets,
        recent,
        unseenCount,
        deletedCount,
        picture.uidNext(),
        picture.uidValidity(),
        new ModSeq(chronicle.highest()),
        picture.id());
  }

  @Override
  public StoreResult<MailboxView> view(Access access) {
    if (access == Access.WRITE) {
      beforeSelect.run();
    }
    return switch (use.mailbox().picture()) {
      case StoreResult.Failed<Picture>(var failure) -> StoreResult.failed(failure);
      case StoreResult.Done<Picture>(var picture) ->
          allowed(access)
              .map(granted ->
                  new MboxView(
                      registry.again(use),
                      neighbours,
                      picture.uidValidity(),
                      picture.id(),
                      granted));
    };
  }

  /// A spool that its owner may only read is opened to look only.
  private StoreResult<Access> allowed(Access wanted) {
    return wanted == Access.READ
        ? StoreResult.done(Access.READ)
        : use.mailbox().writable().map(writable -> writable ? Access.WRITE : Access.READ);
  }

  @Override
  public Watch watch(Runnable changed) {
    var mine = registry.again(use);
    var watch = mine.mailbox().watch(changed);
    return () -> {
      watch.close();
      mine.close();
    };
  }

  @Override
  public void close() {
    use.close();
  }
}
