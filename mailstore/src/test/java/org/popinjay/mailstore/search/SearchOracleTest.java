package org.popinjay.mailstore.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.mailstore.search.SearchKey.When;
import org.popinjay.posix.Identity;

/// Random searches of random mailboxes find what a plain search of the decoded texts finds.
class SearchOracleTest {
  private static final Instant NOW = Instant.parse("2023-03-01T00:00:00Z");
  private static final int MAILS = 12;
  private static final int SEARCHES = 25;

  @Property(tries = 150)
  void findsWhatIsThere(@ForAll long seed) {
    var random = new Random(seed);
    var mails = new ArrayList<ModelMail>();
    var arrivals = new ArrayList<Instant>();
    var store = new MemoryStore(() -> arrivals.getLast());
    for (int i = 0; i < MAILS; i++) {
      mails.add(new ModelMail.Writer(random).write());
      arrivals.add(NOW.minusSeconds(random.nextInt(5 * 86_400)));
      store.deliver("tea", mails.getLast().octets());
    }
    var owner = new AccountOwner("tea", new Identity(1000, 1000, List.of()), null);
    try (var inbox = done(store.account(owner).open(MailboxName.INBOX));
        var view = done(inbox.view(Access.WRITE))) {
      for (var flag : Flag.values()) {
        int[] some = IntStream.rangeClosed(1, MAILS).filter(_ -> random.nextInt(3) == 0).toArray();
        done(view.flag(some, new FlagChange.Add(Flags.of(flag)), null));
      }
      for (int i = 0; i < SEARCHES; i++) {
        var key = key(random, random.nextInt(4));
        var expected = new BitSet();
        for (int position = 1; position <= MAILS; position++) {
          expected.set(position, holds(key, view, position, mails.get(position - 1)));
        }
        assertThat(search(view, key)).as("seed %d: %s", seed, key).isEqualTo(expected);
      }
    }
  }

  private static BitSet search(MailboxView view, SearchKey key) {
    try (var search = new SearchEvaluator(view, key, NOW)) {
      while (search.slice()) {
        assertThat(search.done()).isLessThan(view.count());
      }
      return search.found();
    }
  }

  // Keys

  private static SearchKey key(Random random, int depth) {
    return switch (depth == 0 ? 3 : random.nextInt(4)) {
      case 0 ->
          new SearchKey.And(
              Stream.generate(() -> key(random, depth - 1)).limit(random.nextInt(4)).toList());
      case 1 -> new SearchKey.Or(key(random, depth - 1), key(random, depth - 1));
      case 2 -> new SearchKey.Not(key(random, depth - 1));
      default -> leaf(random);
    };
  }

  private static SearchKey leaf(Random random) {
    var when = any(List.of(When.values()), random);
    return switch (random.nextInt(20)) {
      case 0 -> new SearchKey.All();
      case 1 -> new SearchKey.Numbers(numbers(random));
      case 2 -> new SearchKey.HasFlag(any(List.of(Flag.values()), random));
      case 3 -> new SearchKey.Recent();
      case 4 -> new SearchKey.Larger(random.nextInt(2_000));
      case 5 -> new SearchKey.Smaller(random.nextInt(2_000));
      case 6 -> new SearchKey.Younger(random.nextInt(5 * 86_400));
      case 7 -> new SearchKey.Older(random.nextInt(5 * 86_400));
      case 8 -> new SearchKey.Arrived(when, LocalDate.of(2023, 2, 24 + random.nextInt(5)));
      case 9 -> new SearchKey.Sent(when, LocalDate.of(2023, 1 + random.nextInt(2), 2));
      case 10 -> new SearchKey.Header("x-note", needle(random));
      case 11, 12 -> new SearchKey.Header("SUBJECT", needle(random));
      case 13, 14, 15 -> new SearchKey.Body(needle(random));
      default -> new SearchKey.Text(needle(random));
    };
  }

  private static <T> T any(List<T> among, Random random) {
    return among.get(random.nextInt(among.size()));
  }

  private static NumberSet numbers(Random random) {
    var range =
        new NumberSet.Range(
            1 + random.nextInt(MAILS), random.nextBoolean() ? NumberSet.Range.STAR : 3);
    return random.nextBoolean()
        ? new NumberSet.Sequence(List.of(range))
        : new NumberSet.Uids(List.of(range));
  }

  /// A word, a piece of one, two of them, or something else.
  private static String needle(Random random) {
    var word = ModelMail.WORDS.get(random.nextInt(ModelMail.WORDS.size()));
    var other = ModelMail.WORDS.get(random.nextInt(ModelMail.WORDS.size()));
    return switch (random.nextInt(8)) {
      case 0 -> word.substring(0, word.offsetByCodePoints(0, 1));
      case 1 -> word + " " + other;
      case 2 -> word.toUpperCase(java.util.Locale.ROOT);
      case 3 ->
          List.of("zebra", "", "Subject: ", "multipart", "Received", "pdf\"", "cafe")
              .get(random.nextInt(7));
      default -> word;
    };
  }

  // What they mean

  private static boolean holds(SearchKey key, MailboxView view, int position, ModelMail mail) {
    return switch (key) {
      case SearchKey.And(var keys) ->
          keys.stream().allMatch(each -> holds(each, view, position, mail));
      case SearchKey.Or(var left, var right) ->
          holds(left, view, position, mail) || holds(right, view, position, mail);
      case SearchKey.Not(var inner) -> !holds(inner, view, position, mail);
      case SearchKey.Leaf leaf -> holds(leaf, view, position, mail);
    };
  }

  private static boolean holds(SearchKey.Leaf key, MailboxView view, int position, ModelMail mail) {
    MessageMeta meta = view.message(position);
    long age = NOW.getEpochSecond() - meta.internalDate().epochSecond();
    return switch (key) {
      case SearchKey.All _ -> true;
      case SearchKey.Numbers(var set) ->
          IntStream.of(view.resolve(set)).anyMatch(each -> each == position);
      case SearchKey.HasFlag(var flag) -> meta.flags().system().has(flag);
      case SearchKey.HasKeyword(var keyword) -> meta.flags().keywords().has(keyword);
      case SearchKey.Recent _ -> meta.recent();
      case SearchKey.Larger(long octets) -> meta.octets() > octets;
      case SearchKey.Smaller(long octets) -> meta.octets() < octets;
      case SearchKey.Younger(long seconds) -> age <= seconds;
      case SearchKey.Older(long seconds) -> age >= seconds;
      case SearchKey.ChangedSince(var modSeq) -> meta.modSeq().value() >= modSeq.value();
      case SearchKey.Arrived(var when, var day) ->
          when.holds(meta.internalDate().local().toLocalDate(), day);
      case SearchKey.Sent(var when, var day) -> mail.sent() != null && when.holds(mail.sent(), day);
      case SearchKey.Header(var name, var needle) ->
          mail.header().stream()
              .anyMatch(field -> field.name().equalsIgnoreCase(name) && has(field.value(), needle));
      case SearchKey.Address _ -> throw new AssertionError("not made here");
      case SearchKey.Body(var needle) -> mail.texts().stream().anyMatch(text -> has(text, needle));
      case SearchKey.Text(var needle) ->
          Stream.of(
                  mail.header().stream().map(ModelMail.Field::text),
                  mail.partHeaders().stream(),
                  mail.texts().stream())
              .flatMap(texts -> texts)
              .anyMatch(text -> has(text, needle));
    };
  }

  private static boolean has(String text, String needle) {
    return Folding.naive(text).contains(Folding.naive(needle));
  }
}
