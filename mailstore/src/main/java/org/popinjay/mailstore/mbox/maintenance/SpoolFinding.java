package org.popinjay.mailstore.mbox.maintenance;

/// Something about a spool, or about what is kept of it, that is not as it should be.
///
/// @param message which message of the file, counted from 1; 0 if it is none
/// @param offset where it stands in the spool; -1 if it is nowhere there
/// @param text what was found, in words for the operator; outside text in it is escaped
public record SpoolFinding(Kind kind, int message, long offset, String text) {

  /// What can be found. The labels are part of what the commands print and stay as they are.
  public enum Kind {
    /// It does not begin as an mbox.
    NOT_AN_MBOX("not-an-mbox"),
    /// Its type, owner, mode or links: the server would refuse it.
    REFUSED("refused"),
    /// Empty lines or NULs stand before the first message.
    LEADING_OCTETS("leading-octets"),
    /// A line begins with `From ` and separates nothing.
    BARE_FROM("bare-from"),
    /// No blank line stands before a separator.
    NO_BLANK_LINE("no-blank-line"),
    /// A header goes over into the next message without a blank line.
    UNFINISHED_HEADER("unfinished-header"),
    /// The last message ends within a line.
    TRUNCATED("truncated"),
    /// `Content-Length` does not fit the body.
    CONTENT_LENGTH("content-length"),
    /// Bookkeeping fields that the sender of the message wrote.
    FORGED_FIELDS("forged-fields"),
    /// A bookkeeping field that is doubled, folded, not well-formed or in the wrong place.
    ODD_FIELD("odd-field"),
    /// An `X-UID` that does not rise, or is above the last one of `X-IMAPbase`.
    UID_ORDER("uid-order"),
    /// Spool and state tell different UIDs.
    UID_DIFFERS("uid-differs"),
    /// There is a NUL in a message.
    NUL("nul"),
    /// The state of the mailbox is older than the spool, as after a wrong restore.
    STATE_OLDER("state-older"),
    /// The state was written by a newer version.
    STATE_NEWER("state-newer"),
    /// The state is damaged.
    STATE_DAMAGED("state-damaged"),
    /// The end of the state log was being written when the server died.
    STATE_TORN("state-torn"),
    /// The state is that of another user, or its folder is not the server's own.
    STATE_FOREIGN("state-foreign"),
    /// The index cannot be used.
    INDEX_DAMAGED("index-damaged"),
    /// A crash interrupted a rewrite.
    REWRITE_PENDING("rewrite-pending"),
    /// A rewrite was put aside.
    REWRITE_ASIDE("rewrite-aside"),
    /// A crash interrupted an append.
    APPEND_PENDING("append-pending");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /// Whether the next open of the mailbox does something about it.
    public boolean isForTheNextOpen() {
      return switch (this) {
        case REWRITE_PENDING, APPEND_PENDING, STATE_DAMAGED, STATE_TORN, STATE_FOREIGN -> true;
        case INDEX_DAMAGED -> true;
        case NOT_AN_MBOX, REFUSED, LEADING_OCTETS, BARE_FROM, NO_BLANK_LINE -> false;
        case UNFINISHED_HEADER, TRUNCATED, CONTENT_LENGTH, FORGED_FIELDS, ODD_FIELD -> false;
        case UID_ORDER, UID_DIFFERS, NUL, STATE_OLDER, STATE_NEWER, REWRITE_ASIDE -> false;
      };
    }

    /// The word that is printed.
    public String label() {
      return label;
    }
  }
}
