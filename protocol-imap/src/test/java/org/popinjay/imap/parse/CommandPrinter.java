package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.popinjay.imap.command.FetchItem;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.Qresync;
import org.popinjay.imap.command.SearchProgram;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.StatusItem;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModifiedUtf7;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.search.SearchKey;

/// Writes commands as a client would, each text in one of the ways it can be written; a character
/// is an octet.
final class CommandPrinter {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d-MMM-yyyy", Locale.ROOT);

  private final Random random;

  CommandPrinter(Random random) {
    this.random = random;
  }

  /// Commands that need no secret and no message.
  String print(ImapCommand command) {
    return switch (command) {
      case ImapCommand.Select c -> word(c.readOnly() ? "EXAMINE " : "SELECT ") + select(c);
      case ImapCommand.Create c -> word("CREATE ") + name(c.mailbox()) + (c.level() ? "/" : "");
      case ImapCommand.Rename c -> word("RENAME ") + name(c.from()) + " " + name(c.to());
      case ImapCommand.Subscribe c ->
          word(c.on() ? "SUBSCRIBE " : "UNSUBSCRIBE ") + name(c.mailbox());
      case ImapCommand.ListMailboxes c -> word("LIST ") + list(c);
      case ImapCommand.Status c -> word("STATUS ") + name(c.mailbox()) + " " + items(c.items());
      case ImapCommand.Expunge c -> c.among() == null ? "EXPUNGE" : "UID EXPUNGE " + set(c.among());
      case ImapCommand.Copy c -> numbered("COPY ", c.messages()) + " " + name(c.target());
      case ImapCommand.Move c -> numbered("MOVE ", c.messages()) + " " + name(c.target());
      case ImapCommand.Store c -> numbered("STORE ", c.messages()) + " " + store(c);
      case ImapCommand.Fetch c -> numbered("FETCH ", c.messages()) + " " + fetch(c);
      case ImapCommand.Search c ->
          (c.uid() ? word("UID SEARCH ") : word("SEARCH ")) + search(c.program());
      default -> throw new IllegalArgumentException(command.toString());
    };
  }

  private String word(String word) {
    return random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT);
  }

  private String numbered(String word, NumberSet set) {
    return word((set instanceof NumberSet.Uids ? "UID " : "") + word) + set(set);
  }

  private static String set(NumberSet set) {
    return set.ranges().stream()
        .map(range ->
            range.first() == range.last()
                ? number(range.first())
                : number(range.first()) + ":" + number(range.last()))
        .collect(Collectors.joining(","));
  }

  private static String number(long number) {
    return number == Range.STAR ? "*" : Long.toString(number);
  }

  private String name(MailboxName name) {
    return text(ModifiedUtf7.encode(name.text()));
  }

  /// A text as an atom, a quoted string or a literal.
  private String text(String text) {
    var octets = new String(text.getBytes(UTF_8), ISO_8859_1);
    boolean atom = !octets.isEmpty() && octets.chars().allMatch(ImapLexer::isAtomOctet);
    boolean quotable = octets.indexOf('\r') < 0 && octets.indexOf('\n') < 0;
    if (atom && random.nextInt(3) == 0) {
      return octets;
    }
    if (quotable && random.nextBoolean()) {
      return '"' + octets.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
    return "{" + octets.length() + (random.nextBoolean() ? "}\r\n" : "+}\r\n") + octets;
  }

  private String select(ImapCommand.Select select) {
    var parameters = new ArrayList<String>();
    var qresync = select.qresync();
    if (qresync != null) {
      parameters.add(qresync(qresync));
    }
    if (select.condstore() && (qresync == null || random.nextBoolean())) {
      parameters.add(word("CONDSTORE"));
    }
    return name(select.mailbox()) + (parameters.isEmpty() ? "" : " " + list(parameters));
  }

  private String qresync(Qresync qresync) {
    var text = new StringBuilder(word("QRESYNC")).append(" (");
    text.append(qresync.uidValidity().value()).append(' ').append(qresync.modSeq());
    if (qresync.known() != null) {
      text.append(' ').append(qresync.known());
    }
    var match = qresync.match();
    if (match != null) {
      text.append(" (").append(set(match.positions())).append(' ').append(match.uids()).append(')');
    }
    return text.append(')').toString();
  }

  private static String list(Collection<String> words) {
    return "(" + String.join(" ", words) + ")";
  }

  private String list(ImapCommand.ListMailboxes list) {
    var patterns = list.patterns().stream().map(ModifiedUtf7::encode).map(this::text).toList();
    var what =
        text(ModifiedUtf7.encode(list.reference()))
            + " "
            + (patterns.size() == 1 ? patterns.getFirst() : list(patterns));
    var options = list.options();
    if (options == null) {
      return what;
    }
    var returned = new ArrayList<>(options.returned().stream().map(this::option).toList());
    if (!options.status().isEmpty()) {
      returned.add("STATUS " + items(options.status()));
    }
    return list(options.selection().stream().map(this::option).toList())
        + " "
        + what
        + (returned.isEmpty() ? "" : " RETURN " + list(returned));
  }

  private String option(Enum<?> option) {
    return word(option.name().replace('_', '-'));
  }

  private String items(Collection<StatusItem> items) {
    return list(items.stream().map(item -> word(item.name())).toList());
  }

  private String store(ImapCommand.Store store) {
    var action = store.action();
    var since =
        action.unchangedSince() == null
            ? ""
            : "(" + word("UNCHANGEDSINCE ") + action.unchangedSince() + ") ";
    var operation =
        switch (action.change()) {
          case FlagChange.Add _ -> "+FLAGS";
          case FlagChange.Remove _ -> "-FLAGS";
          case FlagChange.Replace _ -> "FLAGS";
        };
    var flags = flags(action.change().flags());
    boolean bare = !flags.isEmpty() && random.nextBoolean();
    return since
        + word(operation + (action.silent() ? ".SILENT " : " "))
        + (bare ? String.join(" ", flags) : list(flags));
  }

  private static List<String> flags(Flags flags) {
    var words = new ArrayList<String>();
    for (var flag : Flag.values()) {
      if (flags.system().has(flag)) {
        words.add("\\" + flag);
      }
    }
    flags.keywords().list().forEach(keyword -> words.add(keyword.name()));
    return words;
  }

  private String fetch(ImapCommand.Fetch fetch) {
    var modifiers = new ArrayList<String>();
    if (fetch.modifiers().changedSince() != null) {
      modifiers.add(word("CHANGEDSINCE ") + fetch.modifiers().changedSince());
    }
    if (fetch.modifiers().vanished()) {
      modifiers.add(word("VANISHED"));
    }
    return list(fetch.items().stream().map(this::item).toList())
        + (modifiers.isEmpty() ? "" : " " + list(modifiers));
  }

  private String item(FetchItem item) {
    return switch (item) {
      case FetchItem.Attribute attribute -> word(attribute.name().replace('_', '.'));
      case FetchItem.BodySection body ->
          switch (body.name()) {
            case RFC822, RFC822_HEADER, RFC822_TEXT -> word(body.name().name().replace('_', '.'));
            case BODY_WITHOUT_ORIGIN -> throw new IllegalArgumentException(body.toString());
            case BODY -> word(body.peek() ? "BODY.PEEK[" : "BODY[") + section(body);
          };
    };
  }

  private String section(FetchItem.BodySection body) {
    var section = body.section();
    var words = new ArrayList<String>();
    section.part().forEach(number -> words.add(number.toString()));
    if (section.text() != Section.Text.ALL) {
      words.add(
          section.text() == Section.Text.ZERO
              ? "0"
              : word(section.text().name().replace('_', '.')));
    }
    var fields = section.fields().stream().map(this::text).toList();
    var partial = body.partial();
    return String.join(".", words)
        + (fields.isEmpty() ? "" : " " + list(fields))
        + "]"
        + (partial == null ? "" : "<" + partial.origin() + "." + partial.length() + ">");
  }

  private String search(SearchProgram program) {
    var keys = (SearchProgram.Keys) program;
    var returned = keys.returned().stream().map(this::option).toList();
    return (returned.isEmpty() ? "" : word("RETURN ") + list(returned) + " ")
        + (random.nextBoolean() ? word("CHARSET ") + "UTF-8 " : "")
        + key(keys.key());
  }

  private String key(SearchKey key) {
    return switch (key) {
      case SearchKey.And(List<SearchKey> keys) -> list(keys.stream().map(this::key).toList());
      case SearchKey.Or(SearchKey left, SearchKey right) -> "OR " + key(left) + " " + key(right);
      case SearchKey.Not(SearchKey inner) -> word("NOT ") + key(inner);
      case SearchKey.All _ -> word("ALL");
      case SearchKey.Numbers(NumberSet numbers) ->
          (numbers instanceof NumberSet.Uids ? word("UID ") : "") + set(numbers);
      case SearchKey.HasFlag(Flag flag) -> word(flag.name());
      case SearchKey.HasKeyword keyword -> word("KEYWORD ") + keyword.keyword().name();
      case SearchKey.Recent _ -> word("RECENT");
      case SearchKey.Larger(long octets) -> word("LARGER ") + octets;
      case SearchKey.Smaller(long octets) -> word("SMALLER ") + octets;
      case SearchKey.Younger(long seconds) -> word("YOUNGER ") + seconds;
      case SearchKey.Older(long seconds) -> word("OLDER ") + seconds;
      case SearchKey.ChangedSince changed -> word("MODSEQ ") + changed.modSeq();
      case SearchKey.Arrived arrived -> word(arrived.when() + " ") + DATE.format(arrived.day());
      case SearchKey.Sent sent -> word("SENT" + sent.when() + " ") + DATE.format(sent.day());
      case SearchKey.Header header ->
          word("HEADER ") + text(header.name()) + " " + text(header.needle());
      case SearchKey.Address address -> word(address.field() + " ") + text(address.needle());
      case SearchKey.Body(String needle) -> word("BODY ") + text(needle);
      case SearchKey.Text(String needle) -> word("TEXT ") + text(needle);
    };
  }
}
