package org.popinjay.mailstore;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The keywords that a message has, or a mailbox knows; ascending and without doubles.
///
/// @param list the keywords in ascending order
public record Keywords(List<Keyword> list) {
  /// No keyword.
  public static final Keywords NONE = new Keywords(List.of());

  /// Sorts, takes doubles out and copies.
  public Keywords {
    list = List.copyOf(new TreeSet<>(list));
  }

  /// These keywords.
  public static Keywords of(String... names) {
    return new Keywords(List.of(names).stream().map(Keyword::new).toList());
  }

  /// Whether it is among them.
  public boolean has(Keyword keyword) {
    return list.contains(keyword);
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return list.isEmpty();
  }

  /// These and more; the spelling that was there is kept.
  public Keywords with(Collection<Keyword> more) {
    var all = new TreeSet<>(list);
    all.addAll(more);
    return new Keywords(List.copyOf(all));
  }

  /// These without some.
  public Keywords without(Collection<Keyword> some) {
    var rest = new TreeSet<>(list);
    some.forEach(rest::remove);
    return new Keywords(List.copyOf(rest));
  }
}
