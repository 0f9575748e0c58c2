package org.popinjay.imap.response;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.UidSet;

/// Something the server says (RFC 9051, section 7).
///
/// Texts are of our own making: printable US-ASCII, not empty, never what a client sent, a path or
/// a class name.
public sealed interface ImapResponse {

  /// `a7 OK [CODE] text`: the end of a command (RFC 9051, section 7.1).
  ///
  /// @param condition OK, NO or BAD
  record Completion(String tag, Condition condition, @Nullable ResponseCode code, String text)
      implements ImapResponse {}

  /// `* OK [CODE] text` (RFC 9051, section 7.1).
  record Notice(Condition condition, @Nullable ResponseCode code, String text)
      implements ImapResponse {
    /// Without a code.
    public Notice(Condition condition, String text) {
      this(condition, null, text);
    }
  }

  /// `+ text`: the client's turn (RFC 9051, section 7.6).
  ///
  /// @param text may be empty only as a challenge of a SASL exchange
  record Continuation(String text) implements ImapResponse {}

  /// `* CAPABILITY` (RFC 9051, section 7.2.2).
  record Capabilities(List<String> names) implements ImapResponse {
    /// Copies the list.
    public Capabilities {
      names = List.copyOf(names);
    }
  }

  /// `* ENABLED` (RFC 9051, section 7.2.1).
  record Enabled(List<String> names) implements ImapResponse {
    /// Copies the list.
    public Enabled {
      names = List.copyOf(names);
    }
  }

  /// `* ID` (RFC 2971, section 3.2).
  ///
  /// @param fields in the order to be written; none is `NIL`
  record Id(Map<String, String> fields) implements ImapResponse {}

  /// `* NAMESPACE`: one tree of the user's own, no others (RFC 2342, section 5).
  ///
  /// @param shared what stands in front of names that users share; ASCII of our own making
  record Namespace(List<String> shared) implements ImapResponse {
    /// Copies the list.
    public Namespace {
      shared = List.copyOf(shared);
    }
  }

  /// `* LIST` (RFC 9051, section 7.3.1) or `* LSUB` (RFC 3501, section 7.2.3).
  ///
  /// @param lsub whether it answers LSUB
  /// @param attributes with their backslash, of our own making
  /// @param name null for the answer that tells the delimiter alone
  /// @param childSubscribed whether `CHILDINFO ("SUBSCRIBED")` is due (RFC 5258, section 3.5)
  record Listed(
      boolean lsub, List<String> attributes, @Nullable MailboxName name, boolean childSubscribed)
      implements ImapResponse {
    /// Copies the list.
    public Listed {
      attributes = List.copyOf(attributes);
    }
  }

  /// `* MAILBOX`: answers FIND (RFC 1730, appendix B, section 7.2.OBS.1).
  record Found(MailboxName name) implements ImapResponse {}

  /// `* BBOARD`: answers FIND of bulletin boards (RFC 1176, section 3).
  ///
  /// @param name an atom
  record FoundBoard(String name) implements ImapResponse {}

  /// `* STATUS` (RFC 9051, section 7.3.4).
  record Status(MailboxName name, List<StatusValue> values) implements ImapResponse {
    /// Copies the list.
    public Status {
      values = List.copyOf(values);
    }
  }

  /// `* FLAGS`: what can be told of messages (RFC 9051, section 7.3.5): all system flags, and
  /// these.
  record FlagsDefined(Keywords keywords) implements ImapResponse {}

  /// `* n EXISTS` (RFC 9051, section 7.4.1).
  record Exists(int count) implements ImapResponse {}

  /// `* n RECENT` (RFC 3501, section 7.3.2).
  record Recent(int count) implements ImapResponse {}

  /// `* n EXPUNGE` (RFC 9051, section 7.5.1).
  record Expunge(int sequenceNumber) implements ImapResponse {}

  /// `* VANISHED` (RFC 7162, section 3.2.10), in as many lines as it needs.
  ///
  /// @param earlier whether they were gone before they were asked for; such a response does not
  ///   change sequence numbers
  /// @param uids not empty
  record Vanished(boolean earlier, UidSet uids) implements ImapResponse {}

  /// `* SEARCH` (RFC 3501, section 7.2.5), in as many lines as it needs.
  ///
  /// @param numbers sequence numbers or UIDs
  /// @param modSeq the highest of them, if it was asked for (RFC 7162, section 3.1.5)
  record Search(UidSet numbers, @Nullable ModSeq modSeq) implements ImapResponse {}

  /// `* ESEARCH` (RFC 9051, section 7.3.4; RFC 4731, section 3.1). What is null is left out.
  ///
  /// @param tag of the command
  /// @param all sequence numbers or UIDs; null rather than empty
  record Esearch(
      String tag,
      boolean uid,
      @Nullable Long min,
      @Nullable Long max,
      @Nullable UidSet all,
      @Nullable Long count,
      @Nullable ModSeq modSeq)
      implements ImapResponse {}

  /// `* n FETCH` (RFC 9051, section 7.5.2).
  record Fetched(int sequenceNumber, List<FetchData> items) implements ImapResponse {
    /// Copies the list.
    public Fetched {
      items = List.copyOf(items);
    }
  }
}
