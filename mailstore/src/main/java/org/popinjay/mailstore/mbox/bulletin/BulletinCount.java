package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.bulletin.LastBulletin;
import org.popinjay.mailstore.bulletin.PopbullFile;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.mailstore.mbox.state.UserState;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;

/// Which bulletin a user had last: in `.popbull` of his home, or in his folder of the state
/// directory, where what `.popbull` says is taken over once.
///
/// Used under the gate of his INBOX, or just to look.
final class BulletinCount {
  private static final String NAME = "bulletins";
  private static final int MOST_OCTETS = 64;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final boolean inHome;
  private final PopbullFile popbull;

  BulletinCount(MboxEnvironment environment, AccountOwner owner, BulletinsConfig.State state) {
    this.environment = environment;
    this.owner = owner;
    inHome = state == BulletinsConfig.State.HOME;
    popbull = new PopbullFile(environment.files(), owner.home(), owner.identity().uid());
  }

  /// The folder of the user's state.
  UserState folder() {
    return environment.state().user(owner.name());
  }

  /// What is kept.
  LastBulletin read() throws IOException {
    if (inHome) {
      return environment.as(owner, popbull::read);
    }
    var kept = readState();
    if (!(kept instanceof LastBulletin.Unknown)) {
      return kept;
    }
    return switch (environment.as(owner, popbull::read)) {
      case LastBulletin.Counted(int number) -> new LastBulletin.Inherited(number);
      case LastBulletin.Inherited inherited -> inherited;
      case LastBulletin.Garbled garbled -> garbled;
      case LastBulletin.Unknown unknown -> unknown;
      case LastBulletin.Refused _ -> new LastBulletin.Unknown();
    };
  }

  private LastBulletin readState() throws PosixException {
    var files = environment.files();
    int descriptor;
    try {
      descriptor = files.open(folder().file(NAME), READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return new LastBulletin.Unknown();
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      var into = arena.allocate(MOST_OCTETS).asByteBuffer();
      Replacement.readFully(files, descriptor, into, 0);
      return LastBulletin.parse(US_ASCII.decode(into.flip()).toString());
    } finally {
      files.close(descriptor);
    }
  }

  /// Keeps another number, durably.
  void write(int number) throws IOException {
    if (inHome) {
      environment.as(
          owner,
          () -> {
            popbull.write(number);
            return true;
          });
    } else {
      folder().make();
      BulletinReceipt.writeLine(folder(), NAME, LastBulletin.print(number));
    }
  }
}
