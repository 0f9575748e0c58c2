package org.popinjay.mailstore.mbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.append.DraftFile;
import org.popinjay.mailstore.mbox.append.NewMessage;
import org.popinjay.mailstore.mbox.folder.MboxFolders;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.popinjay.mailstore.mbox.mailbox.MboxBox;
import org.popinjay.mailstore.mbox.mailbox.MboxMailbox;
import org.popinjay.mailstore.mbox.mailbox.MboxMaildrop;
import org.popinjay.mailstore.mbox.mailbox.Neighbours;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.mailbox.UnionMaildrop;

/// One user's mailboxes: the spool that mail is delivered to, and the folders.
final class MboxAccount implements Account {
  private final MboxStore store;
  private final AccountOwner owner;
  private final MboxFolders folders;

  MboxAccount(MboxStore store, AccountOwner owner) {
    this.store = store;
    this.owner = owner;
    folders = store.foldersOf(owner);
  }

  @Override
  public StoreResult<Mailbox> open(MailboxName name) {
    return folders
        .use(name)
        .map(use -> new MboxBox(store.registry(), neighbours(), use, beforeSelect(name, use)));
  }

  /// What is done when a session selects a mailbox.
  private Runnable beforeSelect(MailboxName name, SpoolRegistry.Use use) {
    return name.equals(MailboxName.INBOX) ? () -> beforeInbox(use.mailbox()) : () -> {};
  }

  /// What waits elsewhere stays there if it cannot be had now; the session has the rest.
  private void beforeInbox(MboxMailbox inbox) {
    if (recoverDrop(inbox) == null) {
      store.heritage().deliveringInImap().ifPresent(post -> post.deliver(owner, inbox));
    }
  }

  @Override
  public boolean isInbox(String name) {
    return folders.isSpool(name);
  }

  @Override
  public StoreResult<Maildrop> claim(MaildropClaims.Holder holder) {
    var claim = store.claims().claim(owner.name(), holder);
    if (claim.isEmpty()) {
      return StoreResult.failed(
          new StoreFailure.Claimed("another session has the maildrop of " + owner.name()));
    }
    return switch (folders.use(MailboxName.INBOX)) {
      case StoreResult.Failed<SpoolRegistry.Use>(StoreFailure failure) -> {
        claim.get().close();
        yield StoreResult.failed(failure);
      }
      case StoreResult.Done<SpoolRegistry.Use>(SpoolRegistry.Use use) -> {
        var waiting = recoverDrop(use.mailbox());
        if (waiting == null) {
          store.heritage().bulletins().ifPresent(post -> post.deliver(owner, use.mailbox()));
        }
        var opened = maildrop(use, claim.get(), waiting);
        if (opened instanceof StoreResult.Failed<Maildrop>) {
          use.close();
          claim.get().close();
        }
        yield opened;
      }
    };
  }

  /// Why mail that an older server left cannot be had now, or null.
  private static @Nullable StoreFailure recoverDrop(MboxMailbox inbox) {
    return inbox.recoverDrop() instanceof StoreResult.Failed<Boolean>(StoreFailure failure)
        ? failure
        : null;
  }

  private StoreResult<Maildrop> maildrop(
      SpoolRegistry.Use use, MaildropClaims.Claim claim, @Nullable StoreFailure frozen) {
    var inbox = use.mailbox();
    if (frozen != null
        && inbox.union() instanceof StoreResult.Done<MboxMailbox.Union>(MboxMailbox.Union both)) {
      var spool = new MboxMaildrop(use, both.picture(), claim::stands, frozen, claim::close);
      return StoreResult.done(new UnionMaildrop(spool, both.left(), frozen));
    }
    if (!store.heritage().popLockFile()) {
      return inbox
          .picture()
          .map(picture -> new MboxMaildrop(use, picture, claim::stands, frozen, claim::close));
    }
    return inbox
        .takePopLock()
        .flatMap(_ -> {
          var picture = inbox.picture();
          if (picture instanceof StoreResult.Failed<Picture>) {
            inbox.giveBackPopLock();
          }
          return picture.map(seen ->
              new MboxMaildrop(
                  use,
                  seen,
                  claim::stands,
                  frozen,
                  () -> {
                    inbox.giveBackPopLock();
                    claim.close();
                  }));
        });
  }

  @Override
  public Boards boards() {
    return store.boards(owner.identity(), neighbours());
  }

  @Override
  public StoreResult<List<Folder>> folders() {
    return folders.list();
  }

  @Override
  public StoreResult<MailboxId> create(MailboxName name, boolean level, @Nullable SpecialUse use) {
    return folders.create(name, level, use);
  }

  @Override
  public StoreResult<Boolean> delete(MailboxName name) {
    return folders.delete(name);
  }

  @Override
  public StoreResult<Boolean> rename(MailboxName from, MailboxName to) {
    return from.equals(MailboxName.INBOX) ? moveInbox(to) : folders.rename(from, to);
  }

  /// A crash leaves the mail in INBOX, and perhaps in the new mailbox, too.
  private StoreResult<Boolean> moveInbox(MailboxName to) {
    return switch (folders.create(to, false, null)) {
      case StoreResult.Failed<MailboxId>(StoreFailure failure) -> StoreResult.failed(failure);
      case StoreResult.Done<MailboxId> _ -> {
        var moved = moveAll(MailboxName.INBOX, to);
        if (moved instanceof StoreResult.Failed<Boolean>) {
          var _ = folders.delete(to);
        }
        yield moved;
      }
    };
  }

  private StoreResult<Boolean> moveAll(MailboxName from, MailboxName to) {
    return switch (open(from)) {
      case StoreResult.Failed<Mailbox>(StoreFailure failure) -> StoreResult.failed(failure);
      case StoreResult.Done<Mailbox>(Mailbox mailbox) -> {
        try (mailbox) {
          yield switch (mailbox.view(Access.WRITE)) {
            case StoreResult.Failed<MailboxView>(StoreFailure failure) ->
                StoreResult.failed(failure);
            case StoreResult.Done<MailboxView>(MailboxView view) -> {
              try (view) {
                int[] all = IntStream.rangeClosed(1, view.count()).toArray();
                yield all.length == 0 ? StoreResult.done(true) : view.move(all, to).map(_ -> true);
              }
            }
          };
        }
      }
    };
  }

  @Override
  public StoreResult<Set<MailboxName>> subscriptions() {
    return folders.subscriptions();
  }

  @Override
  public StoreResult<Boolean> subscribe(MailboxName name, boolean on) {
    return folders.subscribe(name, on);
  }

  @Override
  public StoreResult<MessageDraft> draft() {
    return StoreResult.done(new DraftFile(store.scratch()));
  }

  @Override
  public StoreResult<Appended> append(MailboxName name, List<Append> messages) {
    var ready = new ArrayList<NewMessage>(messages.size());
    for (var each : messages) {
      if (!(each.draft() instanceof DraftFile draft)) {
        throw new IllegalArgumentException("draft of another engine: " + each.draft());
      }
      if (draft.hasNul()) {
        return StoreResult.failed(new StoreFailure.ContentRefused("there is a NUL in it"));
      }
      ready.add(new NewMessage(draft.staged(), each.flags(), each.internalDate()));
    }
    return neighbours().with(name, mailbox -> mailbox.append(ready));
  }

  Neighbours neighbours() {
    return new Neighbours(folders::use, store::scratch);
  }
}
