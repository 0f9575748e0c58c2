package org.popinjay.mailstore.mbox;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Template;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
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

/// One user's mailboxes: the spool that mail is delivered to.
final class MboxAccount implements Account {
  private static final StoreFailure NO_FOLDERS =
      new StoreFailure.Unavailable("this is not built yet");

  private final MboxStore store;
  private final AccountOwner owner;

  MboxAccount(MboxStore store, AccountOwner owner) {
    this.store = store;
    this.owner = owner;
  }

  @Override
  public StoreResult<Mailbox> open(MailboxName name) {
    if (!name.equals(MailboxName.INBOX)) {
      return StoreResult.failed(new StoreFailure.NotFound("no folder " + name.text()));
    }
    return use().map(use -> new MboxBox(store.registry(), use));
  }

  @Override
  public StoreResult<Maildrop> claim(MaildropClaims.Holder holder) {
    var claim = store.claims().claim(owner.name(), holder);
    if (claim.isEmpty()) {
      return StoreResult.failed(
          new StoreFailure.Claimed("another session has the maildrop of " + owner.name()));
    }
    return switch (use()) {
      case StoreResult.Failed<SpoolRegistry.Use>(StoreFailure failure) -> {
        claim.get().close();
        yield StoreResult.failed(failure);
      }
      case StoreResult.Done<SpoolRegistry.Use>(SpoolRegistry.Use use) ->
          switch (use.mailbox().picture()) {
            case StoreResult.Failed<MboxMailbox.Picture>(StoreFailure failure) -> {
              use.close();
              claim.get().close();
              yield StoreResult.failed(failure);
            }
            case StoreResult.Done<MboxMailbox.Picture>(MboxMailbox.Picture picture) ->
                StoreResult.done(new MboxMaildrop(use, picture, claim.get()));
          };
    };
  }

  @Override
  public StoreResult<List<Folder>> folders() {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<MailboxId> create(MailboxName name, boolean level, @Nullable SpecialUse use) {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<Boolean> delete(MailboxName name) {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<Boolean> rename(MailboxName from, MailboxName to) {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<Set<MailboxName>> subscriptions() {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<Boolean> subscribe(MailboxName name, boolean on) {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<MessageDraft> draft() {
    return StoreResult.failed(NO_FOLDERS);
  }

  @Override
  public StoreResult<Appended> append(MailboxName name, List<Append> messages) {
    return StoreResult.failed(NO_FOLDERS);
  }

  private StoreResult<SpoolRegistry.Use> use() {
    return switch (store.spoolOf(owner)) {
      case Template.Expansion.Expanded(String path) ->
          StoreResult.done(store.registry().use(owner, path));
      case Template.Expansion.Refused(String reason) ->
          StoreResult.failed(new StoreFailure.Denied(reason));
    };
  }
}
