package org.popinjay.mailstore.mbox.maintenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.mailstore.mbox.disk.LookingCalls;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.folder.FolderNames;
import org.popinjay.mailstore.mbox.folder.FolderTree;
import org.popinjay.mailstore.mbox.folder.FolderTree.Found;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.RunningServer;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolRules;

/// What an operator can do about one spool: look at it, with a server running beside or not, and
/// have the work of the next open done while no server runs.
///
/// There is no other repair. Nothing here writes to a spool but what the server itself would write
/// when it opens it.
public final class MboxMaintenance {
  private final PopinjayConfig config;
  private final StoreSurroundings around;

  /// @param around with an identity that fits `mail.identity` of the settings
  public MboxMaintenance(PopinjayConfig config, StoreSurroundings around) {
    this.config = config;
    this.around = around;
  }

  /// Hears how far a long look has come.
  @FunctionalInterface
  public interface Progress {
    /// Called after each piece, from the thread that looks.
    ///
    /// @param total octets to look at in all
    void octets(long done, long total);
  }

  /// Looks at a file that need not be any user's mailbox; nothing is known of it but what stands in
  /// it, and what a crash interrupted. Changes nothing.
  ///
  /// @param path absolute
  public StoreResult<SpoolReport> examine(String path, Progress progress) {
    try {
      var stat = around.files().stat(path);
      var nobody = new AccountOwner("", new Identity(stat.uid(), stat.gid(), List.of()), null);
      return examination(SpoolPlace.inbox(path), nobody, false, progress).run();
    } catch (PosixException e) {
      return StoreResult.failed(
          e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR
              ? new StoreFailure.NotFound("there is no " + path)
              : StoreFailures.of(e));
    }
  }

  /// Looks at a mailbox of a user and at what the state says of it. Changes nothing.
  public StoreResult<SpoolReport> examine(AccountOwner owner, MailboxName name, Progress progress) {
    return place(owner, name).flatMap(place -> examination(place, owner, true, progress).run());
  }

  private SpoolExamination examination(
      SpoolPlace place, AccountOwner owner, boolean isMailbox, Progress progress) {
    return new SpoolExamination(config, around, rules(), place, owner, isMailbox, progress);
  }

  private SpoolRules rules() {
    OptionalInt group;
    try {
      group = Accounts.system().groupId(config.mail().spoolGroup());
    } catch (PosixException _) {
      group = OptionalInt.empty();
    }
    return new SpoolRules(Long.MAX_VALUE, config.mbox().allowRootOwned(), group);
  }

  /// A server that has `mail.state`: its process number, 0 if that is not known; empty if none
  /// runs.
  ///
  /// @throws IOException when that cannot be found out
  public OptionalInt server() throws IOException {
    return server(around.files(), config.mail().state());
  }

  /// A server that has a state folder, as [#server()] tells it.
  ///
  /// @throws IOException when that cannot be found out
  public static OptionalInt server(FileCalls files, Path state) throws IOException {
    var server = RunningServer.look(new LookingCalls(files, _ -> {}), state.toString());
    return server.runs() ? OptionalInt.of(server.process().orElse(0)) : OptionalInt.empty();
  }

  /// Path of the spool that mail for a user is delivered to; empty if the settings give none.
  public Optional<String> spoolOf(AccountOwner owner) {
    return config.mail().spool().expand(templateUser(owner))
            instanceof Template.Expansion.Expanded(String path)
        ? Optional.of(path)
        : Optional.empty();
  }

  private static Template.User templateUser(AccountOwner owner) {
    return new Template.User(
        owner.name(),
        Optional.ofNullable(owner.home()),
        OptionalLong.of(Integer.toUnsignedLong(owner.identity().uid())));
  }

  private StoreResult<SpoolPlace> place(AccountOwner owner, MailboxName wanted) {
    var user = templateUser(owner);
    var inbox = config.mail().spool().expand(user);
    if (wanted.equals(MailboxName.INBOX)) {
      return switch (inbox) {
        case Template.Expansion.Expanded(String path) -> StoreResult.done(SpoolPlace.inbox(path));
        case Template.Expansion.Refused(String reason) ->
            StoreResult.failed(new StoreFailure.NameRefused(reason));
      };
    }
    return switch (config.mail().folders().expand(user)) {
      case Template.Expansion.Refused(String reason) ->
          StoreResult.failed(new StoreFailure.NameRefused(reason));
      case Template.Expansion.Expanded(String root) ->
          folder(owner, FolderNames.canonical(wanted), root, spoolOf(owner).orElse(""));
    };
  }

  private StoreResult<SpoolPlace> folder(
      AccountOwner owner, MailboxName name, String root, String spool) {
    var names = new FolderNames(config.folders().diskEncoding());
    var looking = new LookingCalls(around.files(), _ -> {});
    var tree = new FolderTree(looking, names, config.folders().children(), root, spool);
    try {
      return switch (around.identity().as(owner.identity(), () -> tree.find(name))) {
        case Found.File(String path) -> StoreResult.done(new SpoolPlace(name, root, path));
        case Found.Level(String path) ->
            StoreResult.failed(new StoreFailure.NotFound(root + "/" + path + " is a folder"));
        case Found.Missing _ ->
            StoreResult.failed(new StoreFailure.NotFound("no mailbox " + name.text()));
      };
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  /// Opens a mailbox as the server would ([org.popinjay.mailstore.MailStore#reopen]), and lets it
  /// go.
  ///
  /// @throws StoreStartException when a server has `mail.state`, or it cannot be used
  public StoreResult<MailboxStatus> reopen(AccountOwner owner, MailboxName name, boolean anew)
      throws StoreStartException {
    try (var store = new MboxStoreProvider().make(config, around)) {
      return store.reopen(owner, name, anew);
    }
  }

  /// Begins to take INBOXes over, as `pop3.uidlImport` of the settings says.
  ///
  /// @param taking whether what popper or qpopper left is taken back into the spools; if not it is
  ///   only counted
  /// @throws StoreStartException when a server has `mail.state`, or it cannot be used
  public Adoption adoption(boolean taking) throws StoreStartException {
    return new Adoption(new MboxStoreProvider().make(config, around), taking);
  }
}
