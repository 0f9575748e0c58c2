package org.popinjay.mailstore.mbox.folder;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.folder.FolderTree.Found;
import org.popinjay.mailstore.mbox.mailbox.MboxMailbox;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.mailstore.mbox.state.Register;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives mailboxes of one user other names.
///
/// A renaming is up to two on the disk and one in the registry. What is going to be done stands in
/// the registry first; a process that dies over it leaves the rest to the next one that looks at
/// the tree ([#repair]). Runs under `TreeLocks.changes`.
final class FolderRenaming {
  private static final Logger LOG = LoggerFactory.getLogger(FolderRenaming.class);

  /// How long a session may keep a mailbox busy that is to be renamed.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MboxEnvironment environment;
  private final SpoolRegistry spools;
  private final AccountOwner owner;
  private final FolderTree tree;
  private final FolderChanges changes;
  private final MailboxRegistry registry;

  FolderRenaming(
      MboxEnvironment environment, SpoolRegistry spools, AccountOwner owner, FolderTree tree) {
    this.environment = environment;
    this.spools = spools;
    this.owner = owner;
    this.tree = tree;
    changes = new FolderChanges(tree);
    registry =
        environment.state().registry(owner.name(), owner.identity().uid(), environment.random());
  }

  /// Renames a mailbox while nobody else has it locked, or a level; and all below.
  ///
  /// @param found what there is of the old name
  StoreResult<Boolean> rename(Found found, Register.Renaming renaming) throws IOException {
    return switch (found) {
      case Found.Missing _ ->
          StoreResult.failed(new StoreFailure.NotFound("no " + renaming.from().text()));
      case Found.Level _ -> {
        var failure = rename(renaming);
        yield failure == null ? StoreResult.done(true) : StoreResult.failed(failure);
      }
      case Found.File(String path) -> {
        var place = new SpoolPlace(renaming.from(), tree.root(), path);
        try (var use = spools.take(owner, place)) {
          yield use.mailbox().exclusively((_, _) -> rename(renaming));
        }
      }
    };
  }

  private @Nullable StoreFailure rename(Register.Renaming renaming) throws IOException {
    var failure = environment.as(owner, () -> changes.makeParents(renaming.to()));
    if (failure != null) {
      return failure;
    }
    var moves = moves(renaming);
    registry.change(register -> register.with(renaming));
    try {
      failure = relocate(moves, renaming::applyTo);
    } catch (IOException e) {
      if (moves(renaming).equals(moves)) {
        settle(renaming, false);
      }
      throw e;
    }
    settle(renaming, failure == null);
    return failure;
  }

  private List<FolderChanges.Move> moves(Register.Renaming renaming) throws IOException {
    return environment.as(owner, () -> changes.moves(renaming.from(), renaming.to()));
  }

  /// What is done on the disk is done: should the registry not take it now, the intent in it will
  /// bring it there the next time.
  private void settle(Register.Renaming renaming, boolean moved) {
    var now = environment.clock().instant();
    try {
      registry.change(register ->
          moved ? register.renamed(renaming, now) : register.with((Register.Renaming) null));
    } catch (PosixException e) {
      LOG.warn("a renaming of {} is settled later: {}", owner.name(), e.getMessage());
    }
  }

  /// Finishes a renaming that was interrupted, unless one is going on.
  void repair() throws IOException {
    if (registry.read().intent() == null) {
      return;
    }
    var lock = environment.trees().changes(owner);
    if (!lock.tryLock()) {
      return;
    }
    try {
      var renaming = registry.read().intent();
      if (renaming != null) {
        LOG.warn("a renaming of {} was interrupted and is carried on", owner.name());
        var failure = relocate(moves(renaming), renaming::applyTo);
        if (failure == null || failure instanceof StoreFailure.AlreadyExists) {
          settle(renaming, isDone(renaming));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isDone(Register.Renaming renaming) throws IOException {
    return environment.as(
        owner,
        () ->
            tree.find(renaming.from()) instanceof Found.Missing
                && !(tree.find(renaming.to()) instanceof Found.Missing));
  }

  /// Gives files and folders other names, and takes along whoever has them open.
  ///
  /// @param renamed what the mailboxes are called afterwards
  /// @return why nothing was moved, or null
  @Nullable StoreFailure relocate(
      List<FolderChanges.Move> moves, UnaryOperator<MailboxName> renamed) throws IOException {
    if (moves.isEmpty()) {
      return null;
    }
    UnaryOperator<SpoolPlace> moved = place -> moved(place, moves, renamed);
    var paused = new ArrayList<MboxMailbox>();
    try {
      // A lock file of ours in a folder that gets another name would be left behind.
      for (var mailbox : spools.affected(owner.name(), moved)) {
        if (!mailbox.pause(PATIENCE)) {
          return new StoreFailure.Busy(PATIENCE, mailbox.path() + " is in use");
        }
        paused.add(mailbox);
      }
      environment
          .trees()
          .whileNobodyLooks(
              owner,
              () -> {
                environment.as(
                    owner,
                    () -> {
                      changes.move(moves);
                      return true;
                    });
                spools.move(owner.name(), moved);
              });
      environment.watcher().ifPresent(watcher -> paused.forEach(watcher::moved));
      return null;
    } catch (PosixException e) {
      return switch (e.errno()) {
        case EEXIST -> new StoreFailure.AlreadyExists(String.valueOf(e.getMessage()));
        case EXDEV -> new StoreFailure.NameRefused(String.valueOf(e.getMessage()));
        default -> throw e;
      };
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new StoreFailure.Unavailable("interrupted");
    } finally {
      paused.forEach(MboxMailbox::resume);
    }
  }

  private SpoolPlace moved(
      SpoolPlace place, List<FolderChanges.Move> moves, UnaryOperator<MailboxName> renamed) {
    if (!place.root().equals(tree.root())) {
      return place;
    }
    for (var move : moves) {
      var file = move.applyTo(place.file());
      if (!file.equals(place.file())) {
        return new SpoolPlace(renamed.apply(place.name()), place.root(), file);
      }
    }
    return place;
  }
}
