package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Finding;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreTraits;
import org.popinjay.mailstore.mbox.bulletin.BulletinAccount;
import org.popinjay.mailstore.mbox.bulletin.BulletinBox;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.folder.FolderNames;
import org.popinjay.mailstore.mbox.folder.MboxFolders;
import org.popinjay.mailstore.mbox.ledger.Adopted;
import org.popinjay.mailstore.mbox.mailbox.MboxBox;
import org.popinjay.mailstore.mbox.mailbox.Neighbours;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.mailstore.mbox.state.SpoolIndex;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine over mbox spools: accounts by the templates of the settings.
public final class MboxStore implements MailStore {
  private static final Logger LOG = LoggerFactory.getLogger(MboxStore.class);

  /// Mailboxes kept open that nobody has open; each holds two descriptors.
  private static final int MOST_IDLE = 1_000;

  private final MboxEnvironment environment;
  private final MailConfig mail;
  private final FoldersConfig folders;
  private final SpoolRegistry registry;
  private final Heritage heritage;
  private final MaildropClaims claims = new MaildropClaims();

  MboxStore(
      MboxEnvironment environment,
      MailConfig mail,
      FoldersConfig folders,
      long idleOctets,
      Heritage heritage) {
    this.heritage = heritage;
    this.environment = environment;
    this.mail = mail;
    this.folders = folders;
    registry = new SpoolRegistry(environment, MOST_IDLE, idleOctets);
  }

  @Override
  public Account account(AccountOwner owner) {
    var own = new MboxAccount(this, owner);
    return heritage
        .shelf()
        .<Account>map(shelf ->
            new BulletinAccount(
                own, () -> new BulletinBox(environment, shelf, owner, own.neighbours())))
        .orElse(own);
  }

  @Override
  public Boards boards() {
    return boards(Identity.NOBODY, new Neighbours(MboxStore::noMailbox, this::scratch));
  }

  private static StoreResult<SpoolRegistry.Use> noMailbox(MailboxName name) {
    return StoreResult.failed(new StoreFailure.NotFound("no mailbox " + name.text()));
  }

  /// The boards as somebody finds them.
  ///
  /// @param neighbours what he can copy messages to
  Boards boards(Identity reader, Neighbours neighbours) {
    return heritage
        .boards()
        .<Boards>map(
            folder -> new MboxBoards(registry, folder, heritage.archive(), reader, neighbours))
        .orElse(Boards.NONE);
  }

  @Override
  public StoreTraits traits() {
    return new StoreTraits(true, true, environment.noticesOthers());
  }

  @Override
  public void recover() {
    try {
      for (var each : environment.recovery().pending()) {
        new CrashedRewrite(environment, each).settle();
      }
      for (var each : environment.appends().pending()) {
        new CrashedAppend(environment, each).settle();
      }
    } catch (IOException e) {
      LOG.error("what a crash left behind cannot be looked for: {}", e.getMessage());
    }
  }

  @Override
  public String health() {
    return environment.health();
  }

  @Override
  public void close() {
    registry.close();
    environment.close();
  }

  @Override
  public StoreResult<MailboxStatus> reopen(AccountOwner owner, MailboxName name, boolean anew) {
    return foldersOf(owner)
        .use(name)
        .flatMap(use -> {
          try (use) {
            return use.mailbox()
                .reopen(() -> clear(owner, FolderNames.canonical(name), anew))
                .map(picture -> MboxBox.count(picture, use.mailbox().live()));
          }
        });
  }

  /// Takes the first look at an INBOX.
  ///
  /// @param taking whether to take back before what an older server left of it
  public StoreResult<Adopted> adopt(AccountOwner owner, boolean taking) {
    return foldersOf(owner)
        .use(MailboxName.INBOX)
        .flatMap(use -> {
          try (use) {
            return use.mailbox().adopt(taking);
          }
        });
  }

  /// Removes what is only a cache of a mailbox, or keeps an index that cannot be used under another
  /// name, so that a new one takes its place.
  private void clear(AccountOwner owner, MailboxName name, boolean anew) throws PosixException {
    var id = idOf(owner, name);
    if (id.isEmpty()) {
      return;
    }
    var state = environment.state().user(owner.name());
    if (anew) {
      state.removeCachesOf(id.get());
    } else {
      SpoolIndex.putAsideIfUnusable(environment.files(), state, id.get());
    }
  }

  private Optional<String> idOf(AccountOwner owner, MailboxName name) throws PosixException {
    int uid = owner.identity().uid();
    var known = environment.state().registry(owner.name(), uid, environment.random()).find(name);
    return known instanceof MailboxRegistry.Lookup.Known(var entry)
        ? Optional.of(entry.id())
        : Optional.empty();
  }

  /// A file for octets that are on their way.
  ScratchFile scratch() {
    return environment.scratch();
  }

  SpoolRegistry registry() {
    return registry;
  }

  MaildropClaims claims() {
    return claims;
  }

  Heritage heritage() {
    return heritage;
  }

  @Override
  public List<Finding> examine(AccountOwner owner) {
    var user = templateUser(owner);
    return new AccountExamination(environment, registry, owner)
        .of(mail.spool().expand(user), mail.folders().expand(user));
  }

  private static Template.User templateUser(AccountOwner owner) {
    return new Template.User(
        owner.name(),
        Optional.ofNullable(owner.home()),
        OptionalLong.of(Integer.toUnsignedLong(owner.identity().uid())));
  }

  /// The mailboxes of a user.
  MboxFolders foldersOf(AccountOwner owner) {
    var user = templateUser(owner);
    return new MboxFolders(
        environment,
        registry,
        folders,
        owner,
        mail.spool().expand(user),
        mail.folders().expand(user));
  }
}
