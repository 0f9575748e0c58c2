package org.popinjay.mailstore.mbox.bulletin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// An account with the shared mailbox `Bulletins` beside its own.
///
/// A mailbox of the user's own of that name stays in sight, and hides the shared one: nobody is to
/// miss his mail for it. None can be made.
public final class BulletinAccount implements Account {
  private final Account own;
  private final Supplier<Mailbox> bulletins;

  /// @param bulletins opens the shared mailbox
  public BulletinAccount(Account own, Supplier<Mailbox> bulletins) {
    this.own = own;
    this.bulletins = bulletins;
  }

  private static boolean isShared(MailboxName name) {
    return name.equals(BulletinBox.NAME) || BulletinBox.NAME.isAbove(name);
  }

  @Override
  public StoreResult<Mailbox> open(MailboxName name) {
    var opened = own.open(name);
    boolean missing =
        opened instanceof StoreResult.Failed<Mailbox>(StoreFailure.NotFound _)
            && name.equals(BulletinBox.NAME);
    return missing ? StoreResult.done(bulletins.get()) : opened;
  }

  @Override
  public boolean isInbox(String name) {
    return own.isInbox(name);
  }

  @Override
  public StoreResult<Maildrop> claim(MaildropClaims.Holder holder) {
    return own.claim(holder);
  }

  @Override
  public Boards boards() {
    return own.boards();
  }

  @Override
  public List<String> sharedPrefixes() {
    return List.of(BulletinBox.NAME.text() + "/");
  }

  @Override
  public StoreResult<List<Folder>> folders() {
    return own.folders().map(BulletinAccount::withBulletins);
  }

  private static List<Folder> withBulletins(List<Folder> folders) {
    var name = BulletinBox.NAME.text();
    if (folders.stream().anyMatch(folder -> folder.name().equals(BulletinBox.NAME))) {
      return folders;
    }
    var all = new ArrayList<>(folders);
    int at = Math.min(1, all.size());
    while (at < all.size() && all.get(at).name().text().compareTo(name) < 0) {
      at++;
    }
    all.add(at, new Folder(BulletinBox.NAME, true, false, false, null));
    return List.copyOf(all);
  }

  @Override
  public StoreResult<MailboxId> create(MailboxName name, boolean level, @Nullable SpecialUse use) {
    if (name.equals(BulletinBox.NAME)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists("bulletins are there"));
    }
    return isShared(name) ? notTheirs() : own.create(name, level, use);
  }

  private static <T> StoreResult<T> notTheirs() {
    return StoreResult.failed(new StoreFailure.NameRefused("that name is all users'"));
  }

  @Override
  public StoreResult<Boolean> delete(MailboxName name) {
    return refusedIfShared(name, own.delete(name));
  }

  @Override
  public StoreResult<Boolean> rename(MailboxName from, MailboxName to) {
    if (to.equals(BulletinBox.NAME)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists("bulletins are there"));
    }
    return isShared(to) ? notTheirs() : refusedIfShared(from, own.rename(from, to));
  }

  private static StoreResult<Boolean> refusedIfShared(
      MailboxName name, StoreResult<Boolean> result) {
    return name.equals(BulletinBox.NAME)
            && result instanceof StoreResult.Failed<Boolean>(StoreFailure.NotFound _)
        ? notTheirs()
        : result;
  }

  @Override
  public StoreResult<Set<MailboxName>> subscriptions() {
    return own.subscriptions();
  }

  @Override
  public StoreResult<Boolean> subscribe(MailboxName name, boolean on) {
    return own.subscribe(name, on);
  }

  @Override
  public StoreResult<MessageDraft> draft() {
    return own.draft();
  }

  @Override
  public StoreResult<Appended> append(MailboxName name, List<Append> messages) {
    var appended = own.append(name, messages);
    return name.equals(BulletinBox.NAME)
            && appended instanceof StoreResult.Failed<Appended>(StoreFailure.NotFound _)
        ? StoreResult.failed(new StoreFailure.ReadOnly("bulletins can only be read"))
        : appended;
  }
}
