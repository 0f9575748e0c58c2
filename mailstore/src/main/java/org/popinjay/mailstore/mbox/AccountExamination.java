package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Finding;
import org.popinjay.mailstore.Finding.Topic;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolTarget;
import org.popinjay.mailstore.mbox.drop.LeftDrop;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.RegistryFormat;
import org.popinjay.mailstore.mbox.state.SpoolIndex;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolOpening;

/// Looks at an account as a session would and changes nothing: the places that its mail and state
/// are kept in, who has locked the spool, and what is known of it.
final class AccountExamination {
  private final MboxEnvironment environment;
  private final SpoolRegistry registry;
  private final AccountOwner owner;
  private final List<Finding> findings = new ArrayList<>();

  AccountExamination(MboxEnvironment environment, SpoolRegistry registry, AccountOwner owner) {
    this.environment = environment;
    this.registry = registry;
    this.owner = owner;
  }

  /// Looks at everything. Blocks on the disk, and waits for no lock.
  ///
  /// @param inbox path of the user's spool
  /// @param root path of the user's folders; refused for a user without a home
  List<Finding> of(Template.Expansion inbox, Template.Expansion root) {
    switch (inbox) {
      case Template.Expansion.Refused(String reason) ->
          find(Topic.PLACES, "spool", "has no path: " + reason, true);
      case Template.Expansion.Expanded(String path) -> spool(SpoolPlace.inbox(path));
    }
    switch (root) {
      case Template.Expansion.Refused(String reason) ->
          find(Topic.PLACES, "folders", "none, INBOX alone: " + reason, false);
      case Template.Expansion.Expanded(String path) -> folders(path);
    }
    state();
    return findings.stream().sorted(Comparator.comparing(Finding::topic)).toList();
  }

  private void spool(SpoolPlace place) {
    attempt(
        "spool folder " + place.directory(),
        () -> {
          var fault = environment.safeOpen().spoolDirectoryFault(place.directory());
          find(
              Topic.PLACES,
              "spool folder " + place.directory(),
              fault.isPresent() ? fault.get() : "in order" + looks(place.directory()),
              false);
        });
    attempt("spool " + place.path(), () -> opened(place));
    attempt("drop " + LeftDrop.path(owner, place), () -> drop(place));
  }

  /// Mail that an older server left, which the next sign-in would take in.
  private void drop(SpoolPlace place) throws IOException {
    if (!LeftDrop.isThere(environment, owner, place)) {
      return;
    }
    var subject = "drop " + LeftDrop.path(owner, place);
    switch (LeftDrop.open(environment, owner, place)) {
      case null -> {}
      case LeftDrop.Opening.Refused(String detail, boolean _) ->
          find(Topic.PLACES, subject, "not taken in: " + detail, false);
      case LeftDrop.Opening.Opened(LeftDrop drop) -> {
        try (drop) {
          find(
              Topic.PLACES,
              subject,
              drop.octets()
                  + " octets that an older server left; the next POP3 sign-in takes them in",
              false);
        }
      }
    }
  }

  private void opened(SpoolPlace place) throws IOException {
    var subject = "spool " + place.path();
    switch (environment.safeOpen().openSpool(place.path(), owner.identity(), environment.rules())) {
      case SpoolOpening.Missing _ ->
          find(Topic.PLACES, subject, "not there: an empty mailbox, made when mail comes", false);
      case SpoolOpening.Refused(String reason) -> find(Topic.PLACES, subject, reason, true);
      case SpoolOpening.Opened(int descriptor, FileStat stat, boolean writable) -> {
        try {
          var rights = writable ? "in order" : "in order, but may only be read";
          find(Topic.PLACES, subject, rights + looks(stat), false);
          locks(place, descriptor);
          index(place, stat);
        } finally {
          environment.files().close(descriptor);
        }
      }
    }
  }

  private void locks(SpoolPlace place, int descriptor) throws IOException {
    var target = new SpoolTarget(place.path(), descriptor, environment.lockIdentity(owner, place));
    var reading = environment.locker().holders(target, Purpose.READ);
    var writing = environment.locker().holders(target, Purpose.WRITE);
    for (var holder : reading) {
      find(Topic.LOCKS, "to read", "taken: " + holder, true);
    }
    for (var holder : writing) {
      find(Topic.LOCKS, "to write", "taken: " + holder, false);
    }
    if (reading.isEmpty() && writing.isEmpty()) {
      find(Topic.LOCKS, place.path(), "nobody has it locked", false);
    }
  }

  private void index(SpoolPlace place, FileStat stat) throws IOException {
    if (registry.knows(owner, place)) {
      find(Topic.INDEX, "in memory", "kept up to date by the sessions that use it", false);
    }
    var index = savedIndex();
    find(
        Topic.INDEX,
        "on disk",
        index == null ? "none: it is made by reading the spool" : freshness(index, stat),
        false);
  }

  private @Nullable SpoolIndex savedIndex() throws IOException {
    var state = environment.state();
    int uid = owner.identity().uid();
    var content = state.registry(owner.name(), uid, environment.random()).look();
    var entry =
        content instanceof RegistryFormat.Content.Whole(var register) && register.uid() == uid
            ? register.entries().get(MailboxName.INBOX)
            : null;
    return entry == null
        ? null
        : SpoolIndex.load(environment.files(), state.user(owner.name()), entry.id());
  }

  private static String freshness(SpoolIndex index, FileStat stat) {
    var messages = index.table().count() + " messages, ";
    return messages
        + switch (index.stamp().comparison(stat)) {
          case UNCHANGED -> "fresh";
          case UNSURE -> "fresh as far as times tell";
          case GREW ->
              (stat.size() - index.stamp().size()) + " octets came since, which are read next time";
          case CHANGED -> "stale: the spool is read again";
        };
  }

  private void folders(String root) {
    attempt(
        "folders " + root,
        () -> {
          var stat = environment.as(owner, () -> statOrNull(root));
          var words =
              stat == null ? "not there, made with the first folder" : "there" + looks(stat);
          find(Topic.PLACES, "folders " + root, words, false);
        });
  }

  private void state() {
    var folder = environment.state().user(owner.name());
    attempt(
        "state " + folder.path(),
        () -> {
          var words = folder.exists() ? "in order" + looks(folder.path()) : "none yet";
          find(Topic.PLACES, "state " + folder.path(), words, false);
        });
  }

  private @Nullable FileStat statOrNull(String path) throws PosixException {
    try {
      return environment.files().stat(path);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  private String looks(String path) throws IOException {
    var stat = statOrNull(path);
    return stat == null ? "" : looks(stat);
  }

  private static String looks(FileStat stat) {
    return " (%s, mode %04o, owner %s:%s, %d octets, changed %s)"
        .formatted(
            stat.type().name().toLowerCase(Locale.ROOT),
            stat.permissions(),
            Integer.toUnsignedString(stat.uid()),
            Integer.toUnsignedString(stat.gid()),
            stat.size(),
            Instant.ofEpochSecond(stat.modifiedNanos() / 1_000_000_000));
  }

  /// A look that the system may not grant.
  private interface Look {
    void at() throws IOException;
  }

  private void attempt(String subject, Look look) {
    try {
      look.at();
    } catch (IOException e) {
      find(Topic.PLACES, subject, "cannot be looked at: " + e.getMessage(), true);
    }
  }

  private void find(Topic topic, String subject, String words, boolean hinders) {
    findings.add(new Finding(topic, subject, words, hinders));
  }
}
