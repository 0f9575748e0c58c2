package org.popinjay.mailstore.mbox;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailStoreProvider;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.mailstore.bulletin.BulletinBoard;
import org.popinjay.mailstore.mbox.append.AppendIntents;
import org.popinjay.mailstore.mbox.bulletin.BulletinPost;
import org.popinjay.mailstore.mbox.bulletin.BulletinShelf;
import org.popinjay.mailstore.mbox.ids.IdRules;
import org.popinjay.mailstore.mbox.rewrite.JournalFolder;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.StateDirectory;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolRules;

/// Makes the engine that `store.engine: mbox` asks for.
public final class MboxStoreProvider implements MailStoreProvider {

  @Override
  public String engine() {
    return "mbox";
  }

  @Override
  public MailStore open(PopinjayConfig config, StoreSurroundings surroundings)
      throws StoreStartException {
    return make(config, surroundings);
  }

  /// As [#open].
  public MboxStore make(PopinjayConfig config, StoreSurroundings surroundings)
      throws StoreStartException {
    var rules = rules(config);
    var state = StateDirectory.open(surroundings.files(), config.mail().state().toString());
    var environment =
        new MboxEnvironment(
            surroundings,
            config.mail(),
            config.mbox(),
            rules,
            state,
            journals(config, surroundings),
            appends(config, surroundings),
            ids(config, surroundings));
    return new MboxStore(
        environment,
        config.mail(),
        config.folders(),
        config.mbox().indexMemory().octets(),
        heritage(
            config.bulletins(),
            config.bboards(),
            config.legacy().popLockFile(),
            surroundings,
            environment));
  }

  /// What old servers did at a sign-in and is wanted.
  static Heritage heritage(
      BulletinsConfig bulletins,
      BboardsConfig boards,
      boolean popLockFile,
      StoreSurroundings surroundings,
      MboxEnvironment environment) {
    var board = bulletins.dir().map(folder -> board(folder, bulletins, surroundings));
    var host = bulletins.toHost().orElse(surroundings.host());
    return new Heritage(
        board.map(found -> new BulletinPost(environment, found, bulletins, host)),
        board
            .filter(_ -> bulletins.imap() == BulletinsConfig.Imap.FOLDER)
            .map(found -> new BulletinShelf(environment, found)),
        bulletins.imap(),
        boards.dir().map(folder -> folder(folder, environment)),
        boards.archiveDir().map(folder -> folder(folder, environment)),
        popLockFile);
  }

  private static BoardFolder folder(Path path, MboxEnvironment environment) {
    return new BoardFolder(environment.files(), environment.sharedFolder(path.toString()));
  }

  private static BulletinBoard board(
      Path folder, BulletinsConfig bulletins, StoreSurroundings surroundings) {
    return new BulletinBoard(
        surroundings.files(),
        folder.toString(),
        bulletins.groups() ? Optional.of(Accounts.system()::groupId) : Optional.empty(),
        surroundings.clock(),
        Accounts.own().uid(),
        surroundings.events()::bulletinFault);
  }

  /// Those of most users are read once.
  private static Function<String, IdRules> ids(
      PopinjayConfig config, StoreSurroundings surroundings) {
    var everybodys = new IdRules(surroundings.files(), config.pop3());
    return user -> {
      var own = config.overrides().get(user);
      return own == null ? everybodys : new IdRules(surroundings.files(), own.pop3());
    };
  }

  private static JournalFolder journals(PopinjayConfig config, StoreSurroundings surroundings)
      throws StoreStartException {
    try {
      return JournalFolder.open(
          surroundings.files(),
          config.mail().state().toString(),
          config.mbox().journalReserve().octets());
    } catch (PosixException e) {
      throw new StoreStartException(
          StoreStartException.Reason.CANNOT_CREATE, "mail.state: " + e.getMessage());
    }
  }

  private static AppendIntents appends(PopinjayConfig config, StoreSurroundings surroundings)
      throws StoreStartException {
    try {
      return AppendIntents.open(surroundings.files(), config.mail().state().toString());
    } catch (PosixException e) {
      throw new StoreStartException(
          StoreStartException.Reason.CANNOT_CREATE, "mail.state: " + e.getMessage());
    }
  }

  private static SpoolRules rules(PopinjayConfig config) throws StoreStartException {
    OptionalInt group;
    try {
      group = Accounts.system().groupId(config.mail().spoolGroup());
    } catch (PosixException e) {
      throw new StoreStartException(
          StoreStartException.Reason.NO_PERMISSION,
          "mail.spoolGroup: the group cannot be looked up: " + e.getMessage());
    }
    if (group.isEmpty() && config.mail().identity() == MailConfig.Identity.USER) {
      throw new StoreStartException(
          StoreStartException.Reason.NO_PERMISSION,
          "mail.spoolGroup: there is no group "
              + config.mail().spoolGroup()
              + "; name the group that the spool folder belongs to");
    }
    return new SpoolRules(Long.MAX_VALUE, config.mbox().allowRootOwned(), group);
  }
}
