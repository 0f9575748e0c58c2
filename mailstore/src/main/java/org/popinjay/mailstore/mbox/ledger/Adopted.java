package org.popinjay.mailstore.mbox.ledger;

import java.util.Optional;

/// What taking an INBOX over from an older server came to.
///
/// @param known whether it was looked at before, and so left as it is
/// @param messages in it
/// @param ids of them, those that keep an id of the old server
/// @param sameUids whether they have the UIDs and the UIDVALIDITY that it gave
/// @param uidValidity what it is now; 0 while there is no spool
/// @param index what came of the index that the server kept beside the spool; empty if there is
///   none
/// @param drop what came of its `.USER.pop`; empty if there is none
public record Adopted(
    boolean known,
    int messages,
    int ids,
    boolean sameUids,
    long uidValidity,
    Optional<OldIndex> index,
    Optional<OldDrop> drop) {}
