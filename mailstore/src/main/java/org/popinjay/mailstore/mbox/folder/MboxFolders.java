package org.popinjay.mailstore.mbox.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.folder.FolderTree.Found;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.mailstore.mbox.state.Register;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The mailboxes of one user besides INBOX: what there is, and every change of it.
///
/// Whoever has a mailbox open keeps it through a renaming; of one that was deleted nothing works
/// any more. Thread-safe.
public final class MboxFolders {
  private static final Logger LOG = LoggerFactory.getLogger(MboxFolders.class);

  /// Mailboxes that begin within this time have their mod-sequences reserved already: those of the
  /// next hour.
  private static final long SECONDS_RESERVED = 3_600;

  private final MboxEnvironment environment;
  private final SpoolRegistry spools;
  private final FoldersConfig config;
  private final AccountOwner owner;
  private final Template.Expansion inbox;
  private final @Nullable FolderTree tree;

  /// @param inbox path of the user's spool
  /// @param root path of the user's folders; refused for a user without a home
  public MboxFolders(
      MboxEnvironment environment,
      SpoolRegistry spools,
      FoldersConfig config,
      AccountOwner owner,
      Template.Expansion inbox,
      Template.Expansion root) {
    this.environment = environment;
    this.spools = spools;
    this.owner = owner;
    this.inbox = inbox;
    this.config = config;
    var names = new FolderNames(config.diskEncoding());
    var spool = inbox instanceof Template.Expansion.Expanded(String path) ? path : "";
    tree =
        root instanceof Template.Expansion.Expanded(String path)
            ? new FolderTree(environment.files(), names, config.children(), path, spool)
            : null;
  }

  /// Work on the tree.
  private interface Work<T> {
    StoreResult<T> in(FolderTree there) throws IOException;
  }

  private <T> StoreResult<T> attempt(Work<T> work) {
    if (tree == null) {
      return refused("user has no folders");
    }
    try {
      new FolderRenaming(environment, spools, owner, tree).repair();
      return work.in(tree);
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private static <T> StoreResult<T> refused(String reason) {
    return StoreResult.failed(new StoreFailure.NameRefused(reason));
  }

  private static <T> StoreResult<T> notFound(MailboxName name) {
    return StoreResult.failed(new StoreFailure.NotFound("no mailbox " + name.text()));
  }

  private static <T> StoreResult<T> result(@Nullable StoreFailure failure, T value) {
    return failure == null ? StoreResult.done(value) : StoreResult.failed(failure);
  }

  /// Whether a text is the path of the user's spool.
  public boolean isSpool(String path) {
    return inbox instanceof Template.Expansion.Expanded(String spool) && spool.equals(path);
  }

  /// Begins a use of the mailbox of a name.
  public StoreResult<SpoolRegistry.Use> use(MailboxName wanted) {
    if (wanted.equals(MailboxName.INBOX)) {
      return switch (inbox) {
        case Template.Expansion.Expanded(String path) ->
            StoreResult.done(spools.use(owner, SpoolPlace.inbox(path)));
        case Template.Expansion.Refused(String reason) ->
            StoreResult.failed(new StoreFailure.Denied(reason));
      };
    }
    if (tree == null) {
      return notFound(wanted);
    }
    var name = FolderNames.canonical(wanted);
    StoreResult<SpoolRegistry.Use> use = attempt(there -> take(there, name));
    spools.tidy();
    return use;
  }

  /// A name and the use of its file go together, so that no renaming comes between.
  private StoreResult<SpoolRegistry.Use> take(FolderTree there, MailboxName name)
      throws IOException {
    var lock = environment.trees().paths(owner).readLock();
    lock.lock();
    try {
      return switch (environment.as(owner, () -> there.find(name))) {
        case Found.Missing _ -> notFound(name);
        case Found.Level(String path) ->
            StoreResult.failed(new StoreFailure.NotAMailbox(path + " is a folder"));
        case Found.File(String path) ->
            StoreResult.done(spools.take(owner, new SpoolPlace(name, there.root(), path)));
      };
    } finally {
      lock.unlock();
    }
  }

  /// Every name in the tree: [org.popinjay.mailstore.Account#folders].
  public StoreResult<List<Folder>> list() {
    if (tree == null) {
      return StoreResult.done(List.of(inbox(false)));
    }
    return attempt(there -> {
      makeWhatIsWanted(there);
      var scan = scan(there);
      prepare(scan.folders());
      var uses = new FolderUses(config, registry()).of(scan.folders());
      return StoreResult.done(inOrder(scan, uses));
    });
  }

  /// Who lists mailboxes looks at them soon.
  private void prepare(List<Folder> folders) {
    var names = folders.stream().filter(Folder::selectable).map(Folder::name).toList();
    long reserved = (now().getEpochSecond() + SECONDS_RESERVED) << 20;
    try {
      registry().prepare(names, now(), reserved);
    } catch (PosixException e) {
      LOG.info("mailboxes of {} are registered one by one: {}", owner.name(), e.getMessage());
    }
  }

  private static Folder inbox(boolean children) {
    return new Folder(MailboxName.INBOX, true, true, children, null);
  }

  /// As clients are to be shown them: INBOX first, then by the octets of the name.
  private static List<Folder> inOrder(FolderTree.Scan scan, Map<MailboxName, SpecialUse> uses) {
    var byOctets = new TreeMap<byte[], Folder>(Arrays::compareUnsigned);
    for (var folder : scan.folders()) {
      var use = folder.selectable() ? uses.get(folder.name()) : null;
      byOctets.put(
          folder.name().text().getBytes(StandardCharsets.UTF_8),
          new Folder(
              folder.name(), folder.selectable(), folder.inferiors(), folder.children(), use));
    }
    var all = new ArrayList<Folder>(byOctets.size() + 1);
    all.add(inbox(scan.inboxHasChildren()));
    all.addAll(byOctets.values());
    return List.copyOf(all);
  }

  private FolderTree.Scan scan(FolderTree there) throws IOException {
    var lock = environment.trees().paths(owner).readLock();
    lock.lock();
    try {
      return environment.as(owner, there::scan);
    } finally {
      lock.unlock();
    }
  }

  private MailboxRegistry registry() {
    return environment.state().registry(owner.name(), owner.identity().uid(), environment.random());
  }

  private Instant now() {
    return environment.clock().instant();
  }

  /// Makes what the settings want every user to have, unless the user had it and removed it.
  private void makeWhatIsWanted(FolderTree there) throws IOException {
    for (var text : config.autoCreate()) {
      var name = FolderNames.canonical(new MailboxName(text));
      if (there.names().faultOfNew(name) == null
          && !registry().read().entries().containsKey(name)
          && environment.as(owner, () -> there.find(name)) instanceof Found.Missing
          && create(name, false, null) instanceof StoreResult.Failed<?>(StoreFailure failure)) {
        LOG.debug("{} is not made for {}: {}", text, owner.name(), failure.detail());
      }
    }
  }

  /// Makes a mailbox or a level: [org.popinjay.mailstore.Account#create].
  public StoreResult<MailboxId> create(
      MailboxName wanted, boolean level, @Nullable SpecialUse use) {
    var name = FolderNames.canonical(wanted);
    if (name.equals(MailboxName.INBOX)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists("INBOX is always there"));
    }
    return changing(there -> {
      var fault = there.names().faultOfNew(name);
      if (fault != null) {
        return StoreResult.failed(fault);
      }
      var failure = mayCreate(there, name, level, use);
      return failure == null ? make(there, name, level, use) : StoreResult.failed(failure);
    });
  }

  private @Nullable StoreFailure mayCreate(
      FolderTree there, MailboxName name, boolean level, @Nullable SpecialUse use)
      throws IOException {
    var found = environment.as(owner, () -> there.find(name));
    boolean free =
        switch (found) {
          case Found.Missing _ -> true;
          case Found.File _ -> false;
          case Found.Level _ -> !level && config.children() == FoldersConfig.Children.SIBLING;
        };
    if (!free) {
      return new StoreFailure.AlreadyExists("there is a " + name.text());
    }
    if (use == null) {
      return null;
    }
    if (level) {
      return new StoreFailure.NameRefused("a mere level has no use");
    }
    for (var other : new FolderUses(config, registry()).of(scan(there).folders()).entrySet()) {
      if (other.getValue() == use && octets(there, other.getKey()) > 0) {
        return new StoreFailure.UseTaken(other.getKey().text() + " is for that");
      }
    }
    return null;
  }

  private long octets(FolderTree there, MailboxName name) throws IOException {
    return environment.as(
        owner, () -> there.find(name) instanceof Found.File file ? there.octets(file) : 0L);
  }

  private StoreResult<MailboxId> make(
      FolderTree there, MailboxName name, boolean level, @Nullable SpecialUse use)
      throws IOException {
    var changes = new FolderChanges(there);
    var registry = registry();
    var before = registry.read().entries().get(name);
    var entry = registry.fresh(name, before);
    if (level) {
      return result(
          environment.as(owner, () -> changes.create(name, true)), new MailboxId(entry.id()));
    }
    boolean done = false;
    try {
      registry.change(register -> {
        var with = register.pruned(now()).with(entry);
        return use == null ? with : with.with(use, name);
      });
      var room = environment.as(owner, () -> changes.makingRoom(name));
      var failure =
          new FolderRenaming(environment, spools, owner, there).relocate(room, known -> known);
      if (failure == null) {
        failure = environment.as(owner, () -> changes.create(name, false));
      }
      done = failure == null;
      return result(failure, new MailboxId(entry.id()));
    } finally {
      if (!done) {
        change(registry, register -> register.undone(name, before));
      }
    }
  }

  /// What the registry says of a mailbox that is not there any more disturbs nobody, but for space.
  private void change(MailboxRegistry registry, UnaryOperator<Register> change) {
    try {
      registry.change(change);
    } catch (PosixException e) {
      LOG.info("the registry of {} stays as it is: {}", owner.name(), e.getMessage());
    }
  }

  /// Removes a mailbox or a level: [org.popinjay.mailstore.Account#delete].
  public StoreResult<Boolean> delete(MailboxName wanted) {
    var name = FolderNames.canonical(wanted);
    if (name.equals(MailboxName.INBOX)) {
      return refused("INBOX cannot be removed");
    }
    return changing(there ->
        switch (environment.as(owner, () -> there.find(name))) {
          case Found.Missing _ -> notFound(name);
          case Found.Level(String path) -> result(removeLevel(there, name, path), true);
          case Found.File(String path) -> remove(there, name, path);
        });
  }

  private @Nullable StoreFailure removeLevel(FolderTree there, MailboxName name, String path)
      throws IOException {
    return environment.as(
        owner,
        () ->
            there.hasChildren(name)
                ? new StoreFailure.HasChildren("there are mailboxes below " + path)
                : new FolderChanges(there).removeLevel(path));
  }

  private StoreResult<Boolean> remove(FolderTree there, MailboxName name, String path)
      throws IOException {
    var place = new SpoolPlace(name, there.root(), path);
    var changes = new FolderChanges(there);
    var id =
        registry().find(name) instanceof MailboxRegistry.Lookup.Known(var entry)
            ? entry.id()
            : null;
    try (var use = spools.take(owner, place)) {
      var removed =
          use.mailbox()
              .exclusively((_, _) -> {
                environment
                    .trees()
                    .whileNobodyLooks(
                        owner,
                        () -> {
                          environment.as(
                              owner,
                              () -> {
                                changes.removeFile(path, keptName(path));
                                return true;
                              });
                          spools.drop(owner.name(), place);
                        });
                return null;
              });
      if (removed instanceof StoreResult.Failed<Boolean>) {
        return removed;
      }
      use.mailbox().retire();
    }
    change(registry(), register -> register.without(name, now()));
    if (id != null) {
      environment.state().user(owner.name()).removeAllOf(id);
    }
    purge(changes);
    return StoreResult.done(true);
  }

  private @Nullable String keptName(String path) {
    return config.undelete().isZero()
        ? null
        : now().getEpochSecond()
            + "."
            + HexFormat.of().toHexDigits(environment.random().nextInt())
            + "."
            + FolderTree.fileName(path);
  }

  private void purge(FolderChanges changes) {
    try {
      environment.as(
          owner,
          () -> {
            changes.purge(now().minus(config.undelete()).getEpochSecond());
            return true;
          });
    } catch (IOException e) {
      LOG.info("old mailboxes of {} cannot be removed: {}", owner.name(), e.getMessage());
    }
  }

  /// Renames a mailbox or a level with all below it; not INBOX:
  /// [org.popinjay.mailstore.Account#rename].
  public StoreResult<Boolean> rename(MailboxName wantedFrom, MailboxName wantedTo) {
    var from = FolderNames.canonical(wantedFrom);
    var to = FolderNames.canonical(wantedTo);
    if (to.equals(MailboxName.INBOX)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists("INBOX is always there"));
    }
    return changing(there -> {
      var found = environment.as(owner, () -> there.find(from));
      if (found instanceof Found.Missing) {
        return notFound(from);
      }
      var failure = mayRename(there, from, to);
      return failure == null
          ? new FolderRenaming(environment, spools, owner, there)
              .rename(found, new Register.Renaming(from, to))
          : StoreResult.failed(failure);
    });
  }

  private @Nullable StoreFailure mayRename(FolderTree there, MailboxName from, MailboxName to)
      throws IOException {
    if (from.isAbove(to)) {
      return new StoreFailure.NameRefused("a mailbox cannot be put below itself");
    }
    var fault = there.names().faultOfNew(to);
    if (fault != null) {
      return fault;
    }
    if (!(environment.as(owner, () -> there.find(to)) instanceof Found.Missing)) {
      return new StoreFailure.AlreadyExists("there is a " + to.text());
    }
    var renaming = new Register.Renaming(from, to);
    for (var folder : scan(there).folders()) {
      var below = there.names().fault(renaming.applyTo(folder.name()));
      if (below != null) {
        return below;
      }
    }
    return null;
  }

  private <T> StoreResult<T> changing(Work<T> work) {
    var lock = environment.trees().changes(owner);
    lock.lock();
    try {
      return attempt(work);
    } finally {
      lock.unlock();
    }
  }

  /// The names that the user subscribed to: [org.popinjay.mailstore.Account#subscriptions].
  public StoreResult<Set<MailboxName>> subscriptions() {
    return tree == null
        ? StoreResult.done(Set.of(MailboxName.INBOX))
        : attempt(there -> StoreResult.done(subscriptions(there).names()));
  }

  private Subscriptions.Found subscriptions(FolderTree there) throws IOException {
    var written = environment.as(owner, () -> subscriptionsIn(there).read());
    if (written != null) {
      return written;
    }
    var first = new LinkedHashSet<MailboxName>();
    first.add(MailboxName.INBOX);
    first.addAll(new FolderUses(config, registry()).of(scan(there).folders()).keySet());
    return new Subscriptions.Found(first, true);
  }

  private Subscriptions subscriptionsIn(FolderTree there) {
    return new Subscriptions(there, owner.home() == null ? "" : owner.home());
  }

  /// Subscribes or takes it back: [org.popinjay.mailstore.Account#subscribe].
  public StoreResult<Boolean> subscribe(MailboxName wanted, boolean on) {
    var name = FolderNames.canonical(wanted);
    return changing(there -> {
      var subscriptions = subscriptionsIn(there);
      var before = subscriptions(there);
      if (!before.whole()) {
        return StoreResult.failed(subscriptions.tooMany());
      }
      var names = new LinkedHashSet<>(before.names());
      if (!(on ? names.add(name) : names.remove(name))) {
        return StoreResult.done(false);
      }
      var fault = there.names().fault(name);
      if (fault != null) {
        return StoreResult.failed(fault);
      }
      return result(
          environment.as(
              owner,
              () -> {
                var failure = new FolderChanges(there).makeRoot();
                return failure == null ? subscriptions.write(names) : failure;
              }),
          true);
    });
  }
}
