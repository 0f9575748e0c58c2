package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapCommand.Find.Among;
import org.popinjay.imap.command.ListOptions;
import org.popinjay.imap.command.ListOptions.Returned;
import org.popinjay.imap.command.ListOptions.Selection;
import org.popinjay.imap.response.ImapResponse.Found;
import org.popinjay.imap.response.ImapResponse.FoundBoard;
import org.popinjay.imap.response.ImapResponse.Listed;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreResult;

/// Answers LIST and LSUB (RFC 9051, section 6.3.9; RFC 3501, section 6.3.9; RFC 5258; RFC 5819; RFC
/// 6154), and FIND of older versions (RFC 1730, appendix A). Opens no mailbox, unless counts are
/// asked for.
final class ListHandler {

  /// INBOX first, then by the octets of the names in UTF-8: by their code points.
  private static final Comparator<String> ORDER =
      Comparator.<String, Boolean>comparing(name -> !name.equals(MailboxName.INBOX.text()))
          .thenComparing(ListHandler::byCodePoints);

  private final NameAliases names;
  private final StatusHandler status;

  ListHandler(NameAliases names, StatusHandler status) {
    this.names = names;
    this.status = status;
  }

  /// A name that may be listed.
  ///
  /// @param folder null if there is nothing of that name
  private record Entry(
      String name, @Nullable Folder folder, boolean children, boolean subscribed) {}

  /// A pattern, and what is put in front of the names that match it: an alias as the client wrote
  /// it. INBOX is nowhere but at the top.
  private record Wanted(String alias, NamePattern pattern) {
    boolean matches(Entry entry) {
      return pattern.matches(entry.name)
          && (alias.isEmpty() || !entry.name.equals(MailboxName.INBOX.text()));
    }

    MailboxName name(Entry entry) {
      return new MailboxName(alias + entry.name);
    }
  }

  private Wanted wanted(ImapSession session, String reference, String pattern) {
    var split = names.split(session, reference + pattern);
    return new Wanted(split.alias(), new NamePattern("", split.rest()));
  }

  /// LIST in both its forms.
  Outcome list(ImapSession session, ImapCommand.ListMailboxes command, ImapOutput out) {
    var options = command.options();
    if (options == null && command.patterns().getFirst().isEmpty()) {
      out.send(new Listed(false, List.of("\\NoSelect"), null, false));
      return Outcome.ok("LIST completed");
    }
    var asked = options == null ? ListOptions.NONE : options;
    boolean subscriptions =
        asked.selection().contains(Selection.SUBSCRIBED)
            || asked.returned().contains(Returned.SUBSCRIBED);
    return switch (entries(session, subscriptions)) {
      case StoreResult.Done<List<Entry>>(var entries) -> {
        var patterns =
            command.patterns().stream()
                .map(pattern -> wanted(session, command.reference(), pattern))
                .toList();
        yield new Listing(session, asked, patterns, entries, out).tell();
      }
      case StoreResult.Failed<List<Entry>>(var failure) ->
          session.refused("list mailboxes", failure);
    };
  }

  /// LSUB: names subscribed to, whether there are such mailboxes or not. A level that is none of
  /// them, with one below that the pattern does not reach, is told as `\NoSelect`.
  Outcome lsub(ImapSession session, ImapCommand.Lsub command, ImapOutput out) {
    var wanted = wanted(session, command.reference(), command.pattern());
    return switch (entries(session, true)) {
      case StoreResult.Done<List<Entry>>(var entries) -> {
        for (var entry : entries) {
          boolean shown =
              wanted.matches(entry)
                  && (entry.subscribed
                      || (wanted.pattern.stopsAtLevels()
                          && hidesSubscribed(entry, entries, wanted.pattern)));
          var attributes = entry.subscribed ? attributes(entry, false) : List.of("\\NoSelect");
          if (shown && !out.send(new Listed(true, attributes, wanted.name(entry), false))) {
            yield Outcome.CutOff.CUT_OFF;
          }
        }
        yield Outcome.ok("LSUB completed");
      }
      case StoreResult.Failed<List<Entry>>(var failure) ->
          session.refused("list subscriptions", failure);
    };
  }

  /// FIND: mailboxes alone. Of `ALL.MAILBOXES` the wildcard stops at levels, and there is no other,
  /// as UW imapd has it.
  Outcome find(ImapSession session, ImapCommand.Find command, ImapOutput out) {
    boolean all = command.among() == Among.ALL;
    if (command.among() == Among.BULLETIN_BOARDS) {
      return findBoards(session, command.pattern(), out);
    }
    if (all && (command.pattern().indexOf('%') >= 0 || command.pattern().indexOf('?') >= 0)) {
      return Outcome.no(Plain.CANNOT, "no wildcard but * here");
    }
    var split = names.split(session, command.pattern());
    var wanted =
        new Wanted(
            split.alias(),
            all
                ? new NamePattern("", split.rest().replace('*', '%'))
                : NamePattern.ofFind(split.rest()));
    return switch (entries(session, !all)) {
      case StoreResult.Done<List<Entry>>(var entries) -> {
        for (var entry : entries) {
          boolean there = entry.folder != null && entry.folder.selectable();
          if ((all ? there : entry.subscribed)
              && wanted.matches(entry)
              && !out.send(new Found(wanted.name(entry)))) {
            yield Outcome.CutOff.CUT_OFF;
          }
        }
        yield Outcome.ok("FIND completed");
      }
      case StoreResult.Failed<List<Entry>>(var failure) ->
          session.refused("list mailboxes", failure);
    };
  }

  /// FIND BBOARDS and FIND ALL.BBOARDS (RFC 1176, section 3). Nobody subscribes to boards here, so
  /// that both find all that the user may read.
  private static Outcome findBoards(ImapSession session, String pattern, ImapOutput out) {
    var wanted = NamePattern.ofFind(pattern);
    return switch (session.account().boards().list()) {
      case StoreResult.Done<List<Boards.Board>>(var boards) -> {
        for (var board : boards) {
          if (wanted.matches(board.name()) && !out.send(new FoundBoard(board.name()))) {
            yield Outcome.CutOff.CUT_OFF;
          }
        }
        yield Outcome.ok("FIND completed");
      }
      case StoreResult.Failed<List<Boards.Board>>(var failure) ->
          session.refused("list boards", failure);
    };
  }

  /// One answer to LIST.
  private final class Listing {
    private final ImapSession session;
    private final ListOptions options;
    private final List<Wanted> patterns;
    private final List<Entry> entries;
    private final ImapOutput out;

    Listing(
        ImapSession session,
        ListOptions options,
        List<Wanted> patterns,
        List<Entry> entries,
        ImapOutput out) {
      this.session = session;
      this.options = options;
      this.patterns = patterns;
      this.entries = entries;
      this.out = out;
    }

    Outcome tell() {
      if (!status.prepare(session, options.status(), out)) {
        return Outcome.CutOff.CUT_OFF;
      }
      for (var entry : entries) {
        var wanted = wanted(entry);
        if (wanted.isPresent() && !tell(entry, wanted.get().name(entry))) {
          return Outcome.CutOff.CUT_OFF;
        }
      }
      return Outcome.ok("LIST completed");
    }

    private Optional<Wanted> wanted(Entry entry) {
      return patterns.stream().filter(pattern -> pattern.matches(entry)).findFirst();
    }

    private boolean tell(Entry entry, MailboxName shown) {
      boolean selected = selected(entry);
      boolean hides = options.selection().contains(Selection.RECURSIVEMATCH) && hides(entry);
      if (!selected && !hides) {
        return true;
      }
      boolean tellSubscribed =
          options.returned().contains(Returned.SUBSCRIBED)
              || options.selection().contains(Selection.SUBSCRIBED);
      return out.send(
              new Listed(
                  false,
                  attributes(entry, tellSubscribed && entry.subscribed),
                  shown,
                  hides && options.selection().contains(Selection.SUBSCRIBED)))
          && tellStatus(entry, shown);
    }

    private boolean selected(Entry entry) {
      for (var selection : options.selection()) {
        boolean fits =
            switch (selection) {
              case SUBSCRIBED -> entry.subscribed;
              case SPECIAL_USE -> entry.folder != null && entry.folder.use() != null;
              case REMOTE, RECURSIVEMATCH -> true;
            };
        if (!fits) {
          return false;
        }
      }
      return entry.folder != null || options.selection().contains(Selection.SUBSCRIBED);
    }

    /// Whether there is a name below that is wanted and does not show by itself.
    private boolean hides(Entry entry) {
      return entries.stream()
          .anyMatch(below -> isBelow(below, entry) && selected(below) && wanted(below).isEmpty());
    }

    /// A mailbox that cannot be counted is listed all the same.
    private boolean tellStatus(Entry entry, MailboxName shown) {
      var folder = entry.folder;
      if (options.status().isEmpty() || folder == null || !folder.selectable()) {
        return true;
      }
      return switch (status.count(session, folder.name())) {
        case StoreResult.Done<MailboxStatus>(var counts) ->
            out.send(status.response(session, shown, options.status(), counts));
        case StoreResult.Failed<MailboxStatus>(var failure) -> {
          session.storeFailed("count a mailbox", failure);
          yield true;
        }
      };
    }
  }

  /// Whether a name is subscribed to that is below this one and that the pattern does not reach.
  private static boolean hidesSubscribed(Entry entry, List<Entry> entries, NamePattern pattern) {
    return entries.stream()
        .anyMatch(
            below -> below.subscribed && isBelow(below, entry) && !pattern.matches(below.name));
  }

  private static boolean isBelow(Entry below, Entry entry) {
    return below.name.length() > entry.name.length()
        && below.name.charAt(entry.name.length()) == '/'
        && below.name.startsWith(entry.name);
  }

  /// All names there are; with subscriptions also those that are only subscribed to, and the levels
  /// above them.
  private static StoreResult<List<Entry>> entries(ImapSession session, boolean subscriptions) {
    var folders = session.account().folders();
    if (!subscriptions) {
      return folders.map(list -> entries(list, Set.of()));
    }
    return switch (session.account().subscriptions()) {
      case StoreResult.Done<Set<MailboxName>>(var names) ->
          folders.map(list -> entries(list, names));
      case StoreResult.Failed<Set<MailboxName>>(var failure) -> StoreResult.failed(failure);
    };
  }

  private static List<Entry> entries(List<Folder> folders, Set<MailboxName> subscriptions) {
    var byName = new TreeMap<String, @Nullable Folder>(ORDER);
    folders.forEach(folder -> byName.put(folder.name().text(), folder));
    for (var name : subscriptions) {
      var text = name.text();
      for (int end = text.length(); end > 0; end = text.lastIndexOf('/', end - 1)) {
        byName.putIfAbsent(text.substring(0, end), null);
      }
    }
    var entries = new ArrayList<Entry>(byName.size());
    for (Map.Entry<String, @Nullable Folder> each : byName.entrySet()) {
      var name = each.getKey();
      var folder = each.getValue();
      boolean children =
          folder == null
              ? folders.stream().anyMatch(other -> other.name().text().startsWith(name + "/"))
              : folder.children();
      boolean subscribed = subscriptions.contains(new MailboxName(name));
      entries.add(new Entry(name, folder, children, subscribed));
    }
    return entries;
  }

  private static List<String> attributes(Entry entry, boolean tellSubscribed) {
    var attributes = new ArrayList<String>();
    var folder = entry.folder;
    if (folder == null) {
      attributes.add("\\NonExistent");
    } else {
      if (!folder.selectable()) {
        attributes.add("\\NoSelect");
      }
      if (!folder.inferiors()) {
        attributes.add("\\NoInferiors");
      }
    }
    attributes.add(entry.children ? "\\HasChildren" : "\\HasNoChildren");
    if (folder != null && folder.use() != null) {
      attributes.add(attribute(folder.use()));
    }
    if (tellSubscribed) {
      attributes.add("\\Subscribed");
    }
    return attributes;
  }

  private static String attribute(SpecialUse use) {
    return switch (use) {
      case ARCHIVE -> "\\Archive";
      case DRAFTS -> "\\Drafts";
      case JUNK -> "\\Junk";
      case SENT -> "\\Sent";
      case TRASH -> "\\Trash";
    };
  }

  private static int byCodePoints(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      if (one.charAt(i) != other.charAt(i)) {
        return Integer.compare(one.codePointAt(i), other.codePointAt(i));
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
