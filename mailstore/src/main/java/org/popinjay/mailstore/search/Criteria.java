package org.popinjay.mailstore.search;

import java.time.Instant;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.NumberSet;

/// Makes criteria of keys.
final class Criteria {
  private final MailboxView view;
  private final long now;
  private final TextSearch texts;

  Criteria(MailboxView view, Instant now, TextSearch texts) {
    this.view = view;
    this.now = now.getEpochSecond();
    this.texts = texts;
  }

  Criterion of(SearchKey key) {
    return switch (key) {
      case SearchKey.And(List<SearchKey> keys) -> all(keys.stream().map(this::of).toList());
      case SearchKey.Or(SearchKey left, SearchKey right) -> either(of(left), of(right));
      case SearchKey.Not(SearchKey inner) -> not(of(inner));
      case SearchKey.Leaf leaf -> leaf(leaf);
    };
  }

  private static Criterion all(List<Criterion> criteria) {
    return letter -> {
      var all = Truth.YES;
      for (var criterion : criteria) {
        var truth = criterion.of(letter);
        if (truth.compareTo(all) < 0) {
          all = truth;
        }
        if (all == Truth.NO) {
          break;
        }
      }
      return all;
    };
  }

  private static Criterion either(Criterion left, Criterion right) {
    return letter -> {
      var truth = left.of(letter);
      var other = truth == Truth.YES ? truth : right.of(letter);
      return truth.compareTo(other) > 0 ? truth : other;
    };
  }

  private static Criterion not(Criterion criterion) {
    return letter -> criterion.of(letter).not();
  }

  private Criterion leaf(SearchKey.Leaf leaf) {
    return switch (leaf) {
      case SearchKey.All _ -> _ -> Truth.YES;
      case SearchKey.Numbers(NumberSet set) -> at(positions(set));
      case SearchKey.HasFlag(var flag) -> known(meta -> meta.flags().system().has(flag));
      case SearchKey.HasKeyword(var word) -> known(meta -> meta.flags().keywords().has(word));
      case SearchKey.Recent _ -> known(MessageMeta::recent);
      case SearchKey.Larger(long octets) -> known(meta -> meta.octets() > octets);
      case SearchKey.Smaller(long octets) -> known(meta -> meta.octets() < octets);
      case SearchKey.Younger(long seconds) -> known(meta -> age(meta) <= seconds);
      case SearchKey.Older(long seconds) -> known(meta -> age(meta) >= seconds);
      case SearchKey.ChangedSince(var least) -> known(meta -> meta.modSeq().compareTo(least) >= 0);
      case SearchKey.Arrived(var when, LocalDate day) ->
          known(meta -> when.holds(meta.internalDate().local().toLocalDate(), day));
      case SearchKey.Sent(var when, LocalDate day) -> header(HeaderSearch.sent(when, day));
      case SearchKey.Header(String name, String needle) ->
          header(HeaderSearch.field(name, new Needle(needle)));
      case SearchKey.Address(var field, String needle) ->
          header(HeaderSearch.address(field, new Needle(needle)));
      case SearchKey.Body(String needle) -> text(texts.add(needle, false));
      case SearchKey.Text(String needle) -> text(texts.add(needle, true));
    };
  }

  private long age(MessageMeta meta) {
    return now - meta.internalDate().epochSecond();
  }

  private BitSet positions(NumberSet set) {
    var positions = new BitSet(view.count() + 1);
    for (int position : view.resolve(set)) {
      positions.set(position);
    }
    return positions;
  }

  private static Criterion at(BitSet positions) {
    return letter -> Truth.of(positions.get(letter.position()));
  }

  private static Criterion known(Predicate<MessageMeta> predicate) {
    return letter -> Truth.of(predicate.test(letter.meta()));
  }

  private static Criterion header(HeaderSearch search) {
    return letter ->
        letter.hasHeader()
            ? Truth.of(search.holds(letter.octets(), letter.headerEnd()))
            : Truth.UNKNOWN;
  }

  private Criterion text(TextKey key) {
    return letter -> texts.hasLooked(letter) ? Truth.of(key.isFound()) : Truth.UNKNOWN;
  }
}
