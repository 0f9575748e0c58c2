package org.popinjay.mailstore.mbox.bulletin;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.mailbox.Neighbours;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;

/// The mailbox `Bulletins`, which all users share to read, each with his own `\Seen`.
///
/// What is new shows at the next look; nobody is called.
public final class BulletinBox implements Mailbox {
  /// Its name.
  static final MailboxName NAME = new MailboxName("Bulletins");

  private static final MailboxId ID = new MailboxId("bulletins");
  private static final ReentrantLock[] LOCKS = locks();

  private final MboxEnvironment environment;
  private final BulletinShelf shelf;
  private final AccountOwner owner;
  private final Neighbours neighbours;

  public BulletinBox(
      MboxEnvironment environment, BulletinShelf shelf, AccountOwner owner, Neighbours neighbours) {
    this.environment = environment;
    this.shelf = shelf;
    this.owner = owner;
    this.neighbours = neighbours;
  }

  private static ReentrantLock[] locks() {
    var locks = new ReentrantLock[64];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
    return locks;
  }

  /// What the user can see of the shelf now.
  ///
  /// @param volumes ascending by UID
  record Sight(BulletinShelf.Shelf shelf, List<BulletinShelf.Volume> volumes, BulletinsSeen seen) {}

  /// Looks at the shelf.
  StoreResult<Sight> look() {
    try {
      var now = shelf.look();
      if (now == null) {
        return StoreResult.failed(
            new StoreFailure.Unavailable("the folder of bulletins cannot be used"));
      }
      var mine =
          now.volumes().stream()
              .filter(volume -> volume.bulletin().isFor(owner.identity()))
              .toList();
      var lock = LOCKS[Math.floorMod(owner.name().hashCode(), LOCKS.length)];
      var folder = environment.state().user(owner.name());
      return StoreResult.done(
          new Sight(now, mine, new BulletinsSeen(folder, now.uidValidity(), lock)));
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  @Override
  public StoreResult<MailboxStatus> status() {
    return view(Access.READ)
        .map(view -> {
          try (view) {
            return count(view);
          }
        });
  }

  private static MailboxStatus count(MailboxView view) {
    long octets = 0;
    long unseen = 0;
    for (int number = 1; number <= view.count(); number++) {
      var message = view.message(number);
      octets += message.octets();
      unseen += message.flags().system().has(Flag.SEEN) ? 0 : 1;
    }
    return new MailboxStatus(
        view.count(),
        octets,
        0,
        unseen,
        0,
        view.uidNext(),
        view.uidValidity(),
        ModSeq.ZERO,
        view.id());
  }

  @Override
  public StoreResult<MailboxView> view(Access access) {
    return look()
        .flatMap(sight -> {
          try {
            return StoreResult.done(
                new BulletinView(this, shelf, neighbours, ID, access, sight, sight.seen().read()));
          } catch (IOException e) {
            return StoreResult.failed(StoreFailures.of(e));
          }
        });
  }

  @Override
  public Watch watch(Runnable changed) {
    return () -> {};
  }

  @Override
  public void close() {}
}
