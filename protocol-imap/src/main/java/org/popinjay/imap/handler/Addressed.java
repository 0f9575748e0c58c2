package org.popinjay.imap.handler;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;

/// Which messages a set of numbers in a command means, and how they are named in the answer.
final class Addressed {
  private Addressed() {}

  /// Why a set cannot be used, or null if it can.
  ///
  /// A UID of no message is no fault (RFC 9051, section 6.4.9); a sequence number beyond the last
  /// message is one (section 9, `seq-number`). In an empty mailbox `*` names nothing: old clients
  /// ask for `1:*` blindly, and in RFC 3501's dialect they are let do so.
  static @Nullable Outcome refusal(ImapSession session, NumberSet set) {
    int count = session.view().count();
    boolean lenient = count == 0 && !session.dialect().rev2();
    return switch (set) {
      case NumberSet.Uids _ -> null;
      case NumberSet.Sequence(List<Range> ranges) ->
          ranges.stream().allMatch(range -> isIn(range, count, lenient))
              ? null
              : Outcome.bad("no message has this number");
    };
  }

  private static boolean isIn(Range range, int count, boolean lenient) {
    if (lenient && (range.first() == Range.STAR || range.last() == Range.STAR)) {
      return Math.max(range.first(), range.last()) <= 1;
    }
    long highest = Math.max(range.first(), range.last());
    return highest == Range.STAR ? count > 0 : highest <= count;
  }

  /// UIDs that a set covers, whether there are such messages or not.
  ///
  /// @param star the UID that `*` stands for; 0 for none
  static UidSet uids(NumberSet.Uids set, long star) {
    var spans =
        set.ranges().stream()
            .map(range -> new Range(known(range.first(), star), known(range.last(), star)))
            .filter(range -> range.first() > 0 && range.last() > 0)
            .map(range ->
                new Range(
                    Math.min(range.first(), range.last()), Math.max(range.first(), range.last())))
            .sorted(Comparator.comparingLong(Range::first))
            .toList();
    var uids = new UidSet.Builder();
    long covered = 0;
    for (var span : spans) {
      if (span.last() > covered) {
        uids.add(Math.max(span.first(), covered + 1), span.last());
        covered = span.last();
      }
    }
    return uids.build();
  }

  private static long known(long number, long star) {
    return number == Range.STAR ? star : number;
  }

  /// Positions of a picture as numbers for an answer.
  ///
  /// @param uid whether the answer names UIDs
  static UidSet numbers(MailboxView view, BitSet positions, boolean uid) {
    var numbers = new UidSet.Builder();
    for (int at = positions.nextSetBit(0); at >= 0; at = positions.nextSetBit(at + 1)) {
      numbers.add(uid ? view.message(at).uid().value() : at);
    }
    return numbers.build();
  }
}
