package org.popinjay.mailstore.search;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;

/// What a message must be like to be found (RFC 9051, section 6.4.4).
///
/// Keys that RFC 9051 defines by others have no record: NEW is `And(Recent, Not(HasFlag(SEEN)))`,
/// UNSEEN is `Not(HasFlag(SEEN))`, SUBJECT is a [Header]. Needles are Unicode text; they are looked
/// for without regard to case, and an empty one is in every text there is.
public sealed interface SearchKey {

  /// Whether this key or any key inside it is such a one.
  default boolean mentions(Predicate<SearchKey> one) {
    return one.test(this)
        || switch (this) {
          case And(List<SearchKey> keys) -> keys.stream().anyMatch(key -> key.mentions(one));
          case Or(SearchKey left, SearchKey right) -> left.mentions(one) || right.mentions(one);
          case Not(SearchKey key) -> key.mentions(one);
          case Leaf _ -> false;
        };
  }

  /// All of them hold; without keys, of every message.
  record And(List<SearchKey> keys) implements SearchKey {
    /// Copies the keys.
    public And {
      keys = List.copyOf(keys);
    }
  }

  /// One or both.
  record Or(SearchKey left, SearchKey right) implements SearchKey {}

  /// What the key does not find.
  record Not(SearchKey key) implements SearchKey {}

  /// A key that holds no other.
  sealed interface Leaf extends SearchKey {}

  /// Finds every message.
  record All() implements Leaf {}

  /// Positions or UIDs; numbers of no message find nothing.
  record Numbers(NumberSet set) implements Leaf {}

  /// Has a system flag: ANSWERED, DELETED, DRAFT, FLAGGED, SEEN.
  record HasFlag(Flag flag) implements Leaf {}

  /// Has a keyword. One that the mailbox does not know finds nothing.
  record HasKeyword(Keyword keyword) implements Leaf {}

  /// Is recent in this session (RFC 3501, section 2.3.2).
  record Recent() implements Leaf {}

  /// Size on the wire is greater: LARGER.
  record Larger(long octets) implements Leaf {}

  /// Size on the wire is less: SMALLER.
  record Smaller(long octets) implements Leaf {}

  /// Arrived at most so long ago (RFC 5032, section 2).
  record Younger(long seconds) implements Leaf {}

  /// Arrived at least so long ago (RFC 5032, section 2).
  record Older(long seconds) implements Leaf {}

  /// Changed last with this mod-sequence or a later one (RFC 7162, section 3.1.5).
  record ChangedSince(ModSeq modSeq) implements Leaf {}

  /// Arrived on such a day, in the zone that the arrival was written down in: BEFORE, ON, SINCE.
  record Arrived(When when, LocalDate day) implements Leaf {}

  /// Has a `Date:` with such a day, in the zone it names: SENTBEFORE, SENTON, SENTSINCE. A message
  /// without a valid date is never found.
  record Sent(When when, LocalDate day) implements Leaf {}

  /// How days are compared.
  enum When {
    /// On an earlier day.
    BEFORE,
    /// On that day.
    ON,
    /// On that day or a later one.
    SINCE;

    /// Whether a day stands so to another.
    public boolean holds(LocalDate day, LocalDate than) {
      int order = day.compareTo(than);
      return switch (this) {
        case BEFORE -> order < 0;
        case ON -> order == 0;
        case SINCE -> order >= 0;
      };
    }
  }

  /// Has the needle in a field of this name, decoded: SUBJECT, HEADER.
  ///
  /// @param name of the field without the colon, in any case
  record Header(String name, String needle) implements Leaf {}

  /// Has the needle in an address field, decoded or as it is written: FROM, TO, CC, BCC.
  record Address(AddressField field, String needle) implements Leaf {}

  /// Fields whose addresses have keys of their own.
  enum AddressField {
    /// Blind carbon copies.
    BCC,
    /// Carbon copies.
    CC,
    /// Authors.
    FROM,
    /// Recipients.
    TO
  }

  /// Has the needle in the decoded text of a text part.
  record Body(String needle) implements Leaf {}

  /// Has the needle in the header, in the header of a part, or where [Body] looks.
  record Text(String needle) implements Leaf {}
}
