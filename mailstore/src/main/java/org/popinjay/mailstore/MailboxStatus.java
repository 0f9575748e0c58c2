package org.popinjay.mailstore;

/// Counts of a mailbox (RFC 9051, section 6.3.11; RFC 1939, STAT).
///
/// @param messages how many there are
/// @param octets their size on the wire
/// @param recent those that no session was told of yet
/// @param unseen those without [Flag#SEEN]
/// @param deleted those with [Flag#DELETED]
/// @param uidNext lower bound of the next UID, 1..2^32
/// @param uidValidity what UIDs are relative to
/// @param highestModSeq the last change
/// @param id the mailbox's name for good
public record MailboxStatus(
    long messages,
    long octets,
    long recent,
    long unseen,
    long deleted,
    long uidNext,
    UidValidity uidValidity,
    ModSeq highestModSeq,
    MailboxId id) {}
