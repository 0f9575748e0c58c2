package org.popinjay.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailStoreProvider;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.StoreWatching;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.UserIdentity;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.wire.DiskPermits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the store of the settings, and what it needs of the system.
final class StoreStart {
  private static final Logger LOG = LoggerFactory.getLogger(StoreStart.class);

  private static final int IDENTITY_WORKERS_MIN = 2;
  private static final int IDENTITY_QUEUE = 1024;

  private StoreStart() {}

  /// Whose rights files are touched with.
  ///
  /// @param permits how many may work on disk at once. What a lane has done as its user it has done
  ///   in its turn on the disk ([IdentityInTurn]): with a worker a permit no lane ever waits for
  ///   one that another user has.
  static UserIdentity identity(MailConfig mail, int permits) throws StartException {
    if (mail.identity() == MailConfig.Identity.PROCESS) {
      if (Accounts.own().uid() == 0) {
        LOG.warn(
            "mail.identity is process and the server runs as root: every spool is touched with the"
                + " rights of root; run it as a user of its own, or set mail.identity: user");
      }
      return UserIdentity.process();
    }
    try {
      return FsuidWorkers.start(Math.max(IDENTITY_WORKERS_MIN, permits), IDENTITY_QUEUE);
    } catch (PosixException e) {
      throw new StartException(
          ExitCode.NO_PERMISSION,
          "mail.identity user needs the capabilities CAP_SETUID and CAP_SETGID (systemd:"
              + " AmbientCapabilities); or set mail.identity: process ("
              + e.getMessage()
              + ")");
    } catch (IOException e) {
      throw new StartException(ExitCode.UNAVAILABLE, "identity workers: " + e.getMessage());
    }
  }

  /// The store by its engine's name.
  ///
  /// @param random a secure source
  static MailStore open(
      PopinjayConfig settings,
      UserIdentity identity,
      Executor lanes,
      DiskPermits permits,
      RandomGenerator random,
      StoreEvents events)
      throws StartException {
    var name = settings.store().engine();
    var surroundings =
        new StoreSurroundings(
            new FilesInTurn(Posix.files()),
            new IdentityInTurn(identity),
            InstantSource.system(),
            random,
            events,
            Optional.of(
                new StoreWatching(
                    directoryWatch(), Threads.watcher(), user -> permits.lane(user, lanes))),
            settings.bulletins().dir().isPresent() ? HostName.of(settings.host(), lanes) : "");
    var provider =
        ServiceLoader.load(MailStoreProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.engine().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new StartException(
                    ExitCode.SETTINGS, "store.engine: " + name + " is not in this build"));
    try {
      return provider.open(settings, surroundings);
    } catch (StoreStartException e) {
      int code =
          switch (e.reason()) {
            case IN_USE -> ExitCode.UNAVAILABLE;
            case CANNOT_CREATE -> ExitCode.CANNOT_CREATE;
            case NO_PERMISSION -> ExitCode.NO_PERMISSION;
          };
      throw new StartException(code, String.valueOf(e.getMessage()));
    }
  }

  /// Where the system gives no watch, mailboxes are looked at from time to time.
  private static DirectoryWatch directoryWatch() {
    try {
      return Posix.directoryWatch();
    } catch (PosixException e) {
      LOG.warn(
          "arriving mail is noticed late: {}; raise fs.inotify.max_user_instances", e.getMessage());
      return DirectoryWatch.blind();
    }
  }
}
