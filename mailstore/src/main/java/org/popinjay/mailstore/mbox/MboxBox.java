package org.popinjay.mailstore.mbox;

import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// A mailbox as the API shows it: one use of the shared one.
final class MboxBox implements Mailbox {
  private final SpoolRegistry registry;
  private final SpoolRegistry.Use use;

  MboxBox(SpoolRegistry registry, SpoolRegistry.Use use) {
    this.registry = registry;
    this.use = use;
  }

  @Override
  public StoreResult<MailboxStatus> status() {
    return use.mailbox().picture().map(this::count);
  }

  private MailboxStatus count(MboxMailbox.Picture picture) {
    int seen = Flag.SEEN.bit() << Bits.FLAGS_SHIFT;
    int deleted = Flag.DELETED.bit() << Bits.FLAGS_SHIFT;
    long octets = 0;
    long unseenCount = 0;
    long deletedCount = 0;
    var table = picture.table();
    for (int row = 0; row < picture.count(); row++) {
      octets += table.wireOctets(row);
      unseenCount += (table.bits(row) & seen) == 0 ? 1 : 0;
      deletedCount += (table.bits(row) & deleted) == 0 ? 0 : 1;
    }
    return new MailboxStatus(
        picture.count(),
        octets,
        0,
        unseenCount,
        deletedCount,
        picture.uidNext(),
        picture.uidValidity(),
        ModSeq.ZERO,
        picture.id());
  }

  @Override
  public StoreResult<MailboxView> view(Access access) {
    return use.mailbox()
        .picture()
        .map(picture -> new MboxView(registry.again(use), picture, access));
  }

  @Override
  public Watch watch(Runnable changed) {
    return () -> {};
  }

  @Override
  public void close() {
    use.close();
  }
}
