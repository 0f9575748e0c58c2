package org.popinjay.imap.parse;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.FetchItem;
import org.popinjay.imap.command.FetchItem.Attribute;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Name;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.FetchModifiers;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ListOptions;
import org.popinjay.imap.command.ListOptions.Selection;
import org.popinjay.imap.command.Qresync;
import org.popinjay.imap.command.SearchProgram;
import org.popinjay.imap.command.SearchProgram.SearchReturn;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.Section.Text;
import org.popinjay.imap.command.StatusItem;
import org.popinjay.imap.command.StoreAction;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.search.SearchKey;

/// Makes commands up.
final class CommandMaker {
  private static final List<String> TEXTS =
      List.of(
          "a",
          "a b",
          "",
          "x\"y\\z",
          "R\u00e4t",
          "\u53f0\u5317",
          "\ud83d\ude00!",
          "(",
          "{3}",
          "]",
          "&",
          "%*");
  private static final List<String> NAMES =
      List.of(
          "INBOX", "a", "a/b", "R\u00e4t & Tat", "\u53f0\u5317/x", "a b", "\ud83d\ude00", "[x]");

  private final Random random;

  CommandMaker(Random random) {
    this.random = random;
  }

  ImapCommand command() {
    return switch (random.nextInt(12)) {
      case 0 -> select();
      case 1 -> new ImapCommand.Create(name(), false, true);
      case 2 -> new ImapCommand.Rename(name(), name(), true);
      case 3 -> new ImapCommand.Subscribe(name(), flip());
      case 4 -> list();
      case 5 -> new ImapCommand.Status(name(), statusItems());
      case 6 -> new ImapCommand.Expunge(flip() ? null : new NumberSet.Uids(ranges(true)));
      case 7 -> new ImapCommand.Copy(set(), name());
      case 8 -> new ImapCommand.Move(set(), name());
      case 9 -> new ImapCommand.Store(set(), storeAction());
      case 10 -> fetch();
      default -> search();
    };
  }

  private boolean flip() {
    return random.nextBoolean();
  }

  private <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return flip() ? value.get() : null;
  }

  private <E extends Enum<E>> Set<E> some(Class<E> type) {
    var chosen = EnumSet.allOf(type);
    chosen.removeIf(_ -> flip());
    return chosen;
  }

  private MailboxName name() {
    return new MailboxName(of(NAMES));
  }

  private ModSeq modSeq() {
    return new ModSeq((random.nextLong() >>> 1 >>> random.nextInt(62)) | 1);
  }

  private NumberSet set() {
    return flip() ? new NumberSet.Uids(ranges(true)) : new NumberSet.Sequence(ranges(true));
  }

  /// Ranges that ascend and do not touch, so that there is one way to write them.
  private List<Range> ranges(boolean star) {
    var ranges = new ArrayList<Range>();
    long last = 0;
    for (int i = random.nextInt(4); i >= 0; i--) {
      long first = last + 2 + random.nextInt(1000);
      last = first + (flip() ? 0 : random.nextInt(1000));
      ranges.add(new Range(first, last));
    }
    if (star && flip()) {
      ranges.add(flip() ? new Range(Range.STAR, Range.STAR) : new Range(last + 2, Range.STAR));
    }
    return ranges;
  }

  private UidSet uids() {
    var set = new UidSet.Builder();
    ranges(false).forEach(range -> set.add(range.first(), range.last()));
    return set.build();
  }

  private ImapCommand select() {
    @Nullable Qresync qresync =
        maybe(() ->
            new Qresync(
                new UidValidity(1 + random.nextInt(1 << 30)),
                modSeq(),
                maybe(this::uids),
                maybe(this::match)));
    return new ImapCommand.Select(name(), flip(), qresync != null || flip(), qresync);
  }

  private Qresync.Match match() {
    var uids = uids();
    return new Qresync.Match(new NumberSet.Sequence(List.of(new Range(3, 2 + uids.size()))), uids);
  }

  private ImapCommand list() {
    if (flip()) {
      return new ImapCommand.ListMailboxes(of(NAMES), List.of(of(TEXTS)), null);
    }
    var selection = EnumSet.copyOf(List.of(Selection.SUBSCRIBED));
    selection.addAll(some(Selection.class));
    var options =
        new ListOptions(
            flip() ? Set.of() : Set.copyOf(selection),
            Set.copyOf(some(ListOptions.Returned.class)),
            flip() ? Set.of() : statusItems());
    return new ImapCommand.ListMailboxes(
        of(NAMES), flip() ? List.of(of(TEXTS)) : List.of(of(TEXTS), of(TEXTS)), options);
  }

  private Set<StatusItem> statusItems() {
    var items = new LinkedHashSet<>(some(StatusItem.class));
    items.add(StatusItem.UIDNEXT);
    return items;
  }

  private StoreAction storeAction() {
    var flags = flags();
    var change =
        switch (random.nextInt(3)) {
          case 0 -> new FlagChange.Add(flags);
          case 1 -> new FlagChange.Remove(flags);
          default -> new FlagChange.Replace(flags);
        };
    return new StoreAction(change, flip(), maybe(this::modSeq));
  }

  private Flags flags() {
    var flags = some(Flag.class).toArray(Flag[]::new);
    return new Flags(FlagSet.of(flags), flip() ? Keywords.NONE : Keywords.of("$Junk", "x[y"));
  }

  private ImapCommand fetch() {
    var items = new LinkedHashSet<FetchItem>(some(Attribute.class));
    for (int i = random.nextInt(4); i >= 0; i--) {
      items.add(section());
    }
    var messages = set();
    @Nullable ModSeq since = maybe(this::modSeq);
    boolean vanished = since != null && messages instanceof NumberSet.Uids && flip();
    return new ImapCommand.Fetch(messages, List.copyOf(items), new FetchModifiers(since, vanished));
  }

  private FetchItem section() {
    if (random.nextInt(6) == 0) {
      return new BodySection(
          new Section(List.of(), Text.HEADER, List.of()), true, null, Name.RFC822_HEADER);
    }
    var part = new ArrayList<Integer>();
    for (int i = random.nextInt(3); i > 0; i--) {
      part.add(1 + random.nextInt(30));
    }
    var text = of(List.of(Text.values()));
    if (text == Text.MIME) {
      part.add(1);
    }
    boolean named = text == Text.HEADER_FIELDS || text == Text.HEADER_FIELDS_NOT;
    var fields = named ? List.of("From", of(TEXTS)) : List.<String>of();
    @Nullable Partial partial =
        maybe(() -> new Partial(random.nextLong() >>> 1, (random.nextLong() >>> 1) | 1));
    return new BodySection(new Section(part, text, fields), flip(), partial, Name.BODY);
  }

  private ImapCommand search() {
    return new ImapCommand.Search(new SearchProgram.Keys(some(SearchReturn.class), key(4)), flip());
  }

  private SearchKey key(int depth) {
    var day = LocalDate.of(1900 + random.nextInt(300), 1 + random.nextInt(12), 28);
    return switch (random.nextInt(depth == 0 ? 15 : 18)) {
      case 0 -> new SearchKey.All();
      case 1 -> new SearchKey.Numbers(set());
      case 2 -> new SearchKey.HasFlag(of(List.of(Flag.values())));
      case 3 -> new SearchKey.HasKeyword(new Keyword("$Junk"));
      case 4 -> new SearchKey.Recent();
      case 5 -> new SearchKey.Larger(random.nextLong() >>> 1);
      case 6 -> new SearchKey.Smaller(random.nextInt(1000));
      case 7 -> new SearchKey.Younger(1 + random.nextInt(1000));
      case 8 -> new SearchKey.Older(0xFFFF_FFFFL);
      case 9 -> new SearchKey.ChangedSince(modSeq());
      case 10 -> new SearchKey.Arrived(of(List.of(SearchKey.When.values())), day);
      case 11 -> new SearchKey.Sent(of(List.of(SearchKey.When.values())), day);
      case 12 -> new SearchKey.Header("X-Y", of(TEXTS));
      case 13 -> new SearchKey.Address(of(List.of(SearchKey.AddressField.values())), of(TEXTS));
      case 14 -> flip() ? new SearchKey.Body(of(TEXTS)) : new SearchKey.Text(of(TEXTS));
      case 15 -> new SearchKey.Not(key(depth - 1));
      case 16 -> new SearchKey.Or(key(depth - 1), key(depth - 1));
      default -> new SearchKey.And(List.of(key(depth - 1), key(depth - 1)));
    };
  }
}
