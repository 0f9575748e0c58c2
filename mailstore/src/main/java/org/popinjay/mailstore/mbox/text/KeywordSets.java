package org.popinjay.mailstore.mbox.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;

/// The sets of keywords that the messages of a table have, each with a number, so that a million
/// messages hold numbers only. The empty set is number 0.
///
/// Of a keyword the spelling that came first is kept. Not thread-safe; numbers once given stay.
public final class KeywordSets {
  /// Keywords that one mailbox may have.
  public static final int MOST_KEYWORDS = 256;

  private final List<Keywords> sets = new ArrayList<>();
  private final Map<Keywords, Integer> numbers = new HashMap<>();
  private final Map<Keyword, Keyword> spellings = new HashMap<>();
  private Keywords all = Keywords.NONE;

  public KeywordSets() {
    var _ = numberOf(Keywords.NONE);
  }

  /// The number of a set, which may be a new one.
  public int numberOf(Keywords set) {
    Integer number = numbers.get(set);
    return number != null ? number : add(set);
  }

  private int add(Keywords set) {
    know(set.list());
    var spelled = new Keywords(set.list().stream().map(spellings::get).toList());
    sets.add(spelled);
    numbers.put(spelled, sets.size() - 1);
    return sets.size() - 1;
  }

  /// The set of a number.
  public Keywords get(int number) {
    return sets.get(number);
  }

  /// How many sets there are; they have the numbers below.
  public int count() {
    return sets.size();
  }

  /// Makes keywords known that no message need have.
  public void know(Collection<Keyword> keywords) {
    for (var keyword : keywords) {
      if (spellings.putIfAbsent(keyword, keyword) == null) {
        all = all.with(List.of(keyword));
      }
    }
  }

  /// All keywords that are known.
  public Keywords all() {
    return all;
  }
}
