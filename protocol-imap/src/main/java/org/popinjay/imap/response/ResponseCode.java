package org.popinjay.imap.response;

import java.util.List;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.UidSet;

/// What stands in brackets in a status response, for programs to act upon (RFC 9051, section 7.1;
/// RFC 5530).
public sealed interface ResponseCode {

  /// A code that is a word alone.
  enum Plain implements ResponseCode {
    /// The name is taken (RFC 5530, section 3).
    ALREADYEXISTS,
    /// Wrong name or secret (RFC 5530, section 3).
    AUTHENTICATIONFAILED,
    /// Right secret, but not allowed (RFC 5530, section 3).
    AUTHORIZATIONFAILED,
    /// It can never be done (RFC 5530, section 3).
    CANNOT,
    /// The client does what no client should (RFC 5530, section 3).
    CLIENTBUG,
    /// The mailbox selected before is closed (RFC 7162, section 3.2.11).
    CLOSED,
    /// Data is compressed already (RFC 4978, section 3).
    COMPRESSIONACTIVE,
    /// Somebody has to repair something first (RFC 5530, section 3).
    CONTACTADMIN,
    /// The mailbox is damaged (RFC 5530, section 3).
    CORRUPTION,
    /// The secret is too old (RFC 5530, section 3).
    EXPIRED,
    /// A message is gone, by another session (RFC 5530, section 3).
    EXPUNGEISSUED,
    /// There are mailboxes below it (RFC 9051, section 7.1).
    HASCHILDREN,
    /// Somebody else keeps it locked (RFC 5530, section 3).
    INUSE,
    /// A limit of this server (RFC 5530, section 3).
    LIMIT,
    /// The mailbox keeps no mod-sequences (RFC 7162, section 3.1.2.2).
    NOMODSEQ,
    /// There is no such mailbox (RFC 5530, section 3).
    NONEXISTENT,
    /// The user has not the right (RFC 5530, section 3).
    NOPERM,
    /// There is no room left for this user (RFC 5530, section 3).
    OVERQUOTA,
    /// The password may not travel in the clear (RFC 5530, section 3).
    PRIVACYREQUIRED,
    /// The mailbox is open for reading (RFC 9051, section 7.1).
    READ_ONLY("READ-ONLY"),
    /// The mailbox is open for reading and writing (RFC 9051, section 7.1).
    READ_WRITE("READ-WRITE"),
    /// A fault of ours (RFC 5530, section 3).
    SERVERBUG,
    /// The message is too large (RFC 7889, section 4).
    TOOBIG,
    /// CREATE would help (RFC 9051, section 7.1).
    TRYCREATE,
    /// It cannot be done now (RFC 5530, section 3).
    UNAVAILABLE,
    /// The octets cannot be kept or decoded as they are (RFC 9051, section 7.1).
    UNKNOWN_CTE("UNKNOWN-CTE"),
    /// The special use cannot be had (RFC 6154, section 3).
    USEATTR;

    private final String word;

    Plain() {
      this.word = name();
    }

    Plain(String word) {
      this.word = word;
    }

    /// The code as it is written.
    public String word() {
      return word;
    }
  }

  /// What the server can (RFC 9051, section 7.1).
  record Capability(List<String> names) implements ResponseCode {
    /// Copies the list.
    public Capability {
      names = List.copyOf(names);
    }
  }

  /// Charsets that can be had instead (RFC 9051, section 6.4.4).
  record BadCharset(List<String> charsets) implements ResponseCode {
    /// Copies the list.
    public BadCharset {
      charsets = List.copyOf(charsets);
    }
  }

  /// Flags that are kept when they are set (RFC 9051, section 7.1).
  ///
  /// @param system those of them that can be changed for good
  /// @param keywords those that are known
  /// @param more whether new keywords can be made
  record PermanentFlags(FlagSet system, Keywords keywords, boolean more) implements ResponseCode {}

  /// The first message without `\Seen` (RFC 3501, section 7.1).
  record Unseen(int sequenceNumber) implements ResponseCode {}

  /// Lower bound of the next UID (RFC 9051, section 7.1).
  record UidNext(long value) implements ResponseCode {}

  /// What UIDs are relative to (RFC 9051, section 7.1).
  record UidValidity(org.popinjay.mailstore.UidValidity value) implements ResponseCode {}

  /// The last change of the mailbox (RFC 7162, section 3.1.2.1).
  record HighestModSeq(ModSeq value) implements ResponseCode {}

  /// The mailbox's name for good (RFC 8474, section 4.2).
  record MailboxIdentity(MailboxId id) implements ResponseCode {}

  /// UIDs of messages just appended (RFC 4315, section 3).
  record AppendUid(org.popinjay.mailstore.UidValidity uidValidity, UidSet uids)
      implements ResponseCode {}

  /// UIDs of messages just copied, and of the copies (RFC 4315, section 3).
  record CopyUid(org.popinjay.mailstore.UidValidity uidValidity, UidSet source, UidSet target)
      implements ResponseCode {}

  /// Messages left alone because they had changed (RFC 7162, section 3.1.3).
  ///
  /// @param numbers sequence numbers or UIDs, as the command had them
  record Modified(UidSet numbers) implements ResponseCode {}
}
