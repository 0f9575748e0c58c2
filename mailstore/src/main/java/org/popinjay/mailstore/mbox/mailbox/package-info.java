/// Mailboxes as sessions see them: one [MboxMailbox] a spool for all who have it open, their views
/// and maildrops, and copying from one to another.
///
/// Knows nothing of how names become files, and nothing of accounts.
@NullMarked
package org.popinjay.mailstore.mbox.mailbox;

import org.jspecify.annotations.NullMarked;
