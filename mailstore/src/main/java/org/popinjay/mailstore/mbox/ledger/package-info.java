/// Which message has which UID, flags and mod-sequence, and how that survives: found again,
/// imported from older servers, given anew, written down, and shown to sessions.
///
/// Changes no spool and locks none.
@NullMarked
package org.popinjay.mailstore.mbox.ledger;

import org.jspecify.annotations.NullMarked;
