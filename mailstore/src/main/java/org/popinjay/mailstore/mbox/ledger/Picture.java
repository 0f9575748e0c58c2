package org.popinjay.mailstore.mbox.ledger;

import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// What a session sees of a mailbox.
///
/// @param table the first [#count] rows of it stay as they are
/// @param count messages in the picture
/// @param uidNext lower bound of the next UID
/// @param ids those that are kept with messages
public record Picture(
    MessageTable table,
    int count,
    UidValidity uidValidity,
    long uidNext,
    MailboxId id,
    KeptIds ids) {}
