package org.popinjay.mailstore.bulletin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/// Reads the names of files in the folder of bulletins: a number first, then whatever tells people
/// what it is. With groups the second word between dots is the group that it is for.
final class BulletinNames {
  private static final String EVERYBODY = "all";

  private final boolean groups;
  private final GroupNumbers numbers;
  private final BiConsumer<String, String> faults;

  /// @param groups whether names tell whom bulletins are for
  /// @param faults hears of a name what is wrong with it
  BulletinNames(boolean groups, GroupNumbers numbers, BiConsumer<String, String> faults) {
    this.groups = groups;
    this.numbers = numbers;
    this.faults = faults;
  }

  /// The bulletins in ascending order, those of one number by their names. A name without a number
  /// is none; of two with one number that a user could both get, the second is left out.
  List<Bulletin> read(List<String> names) throws IOException {
    var all = new ArrayList<Bulletin>();
    for (var name : names) {
      int digits = digits(name);
      if (digits > 0) {
        int number = number(name, digits);
        if (number > 0) {
          add(all, number, name);
        } else {
          faults.accept(name, "has no number of 1 to " + Integer.MAX_VALUE + "; it is skipped");
        }
      }
    }
    all.sort(Comparator.comparingInt(Bulletin::number).thenComparing(Bulletin::fileName));
    var kept = new ArrayList<Bulletin>(all.size());
    for (var each : all) {
      if (kept.reversed().stream()
          .takeWhile(before -> before.number() == each.number())
          .anyMatch(each::clashesWith)) {
        faults.accept(each.fileName(), "has the number of another bulletin; it is skipped");
      } else {
        kept.add(each);
      }
    }
    return List.copyOf(kept);
  }

  private void add(List<Bulletin> all, int number, String name) throws IOException {
    if (!groups) {
      all.add(new Bulletin(number, name, OptionalInt.empty()));
      return;
    }
    int from = name.indexOf('.') + 1;
    int dot = name.indexOf('.', from);
    var group = from == 0 ? "" : name.substring(from, dot < 0 ? name.length() : dot);
    if (group.isEmpty()) {
      faults.accept(name, "names no group; it is for everybody");
      all.add(new Bulletin(number, name, OptionalInt.empty()));
    } else if (group.toLowerCase(Locale.ROOT).equals(EVERYBODY)) {
      all.add(new Bulletin(number, name, OptionalInt.empty()));
    } else {
      var known = numbers.of(group);
      if (known.isPresent()) {
        all.add(new Bulletin(number, name, known));
      } else {
        faults.accept(name, "is for a group that is not there; nobody gets it");
      }
    }
  }

  private static int digits(String name) {
    int count = 0;
    while (count < name.length() && name.charAt(count) >= '0' && name.charAt(count) <= '9') {
      count++;
    }
    return count;
  }

  /// 0 for a number out of range; leading zeros say nothing.
  private static int number(String name, int digits) {
    long number = 0;
    for (int i = 0; i < digits && number <= Integer.MAX_VALUE; i++) {
      number = 10 * number + name.charAt(i) - '0';
    }
    return number <= Integer.MAX_VALUE ? (int) number : 0;
  }
}
