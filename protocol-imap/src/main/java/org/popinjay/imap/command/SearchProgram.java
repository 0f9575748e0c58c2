package org.popinjay.imap.command;

import java.util.Set;
import org.popinjay.mailstore.search.SearchKey;

/// What SEARCH is to look for (RFC 9051, section 6.4.4).
public sealed interface SearchProgram {

  /// A search that can be made.
  ///
  /// @param returned what stands in RETURN (RFC 4731, section 3.1); empty where there is no RETURN,
  ///   and [SearchReturn#ALL] for an empty one
  record Keys(Set<SearchReturn> returned, SearchKey key) implements SearchProgram {
    /// Copies the set.
    public Keys {
      returned = Set.copyOf(returned);
    }
  }

  /// Its texts are in a charset that is not known here: `NO [BADCHARSET]` (RFC 9051, section
  /// 6.4.4).
  record UnknownCharset() implements SearchProgram {}

  /// What is told of the messages found.
  enum SearchReturn {
    /// The lowest number: RFC 4731, section 3.1.
    MIN,
    /// The highest number: RFC 4731, section 3.1.
    MAX,
    /// All numbers: RFC 4731, section 3.1.
    ALL,
    /// How many: RFC 4731, section 3.1.
    COUNT
  }
}
