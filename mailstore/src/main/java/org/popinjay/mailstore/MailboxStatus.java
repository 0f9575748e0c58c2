package org.popinjay.mailstore;

/// Counts of a mailbox (RFC 9051, section 6.3.11; RFC 1939, STAT).
///
/// @param messages how many there are
/// @param octets their size on the wire
/// @param unseen those without [Flag#SEEN]
/// @param deleted those with [Flag#DELETED]
/// @param uidNext lower bound of the next UID, 1..2^32
/// @param uidValidity what UIDs are relative to
public record MailboxStatus(
    long messages, long octets, long unseen, long deleted, long uidNext, UidValidity uidValidity) {}
