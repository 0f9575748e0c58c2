/// What the server must remember of users and their mailboxes, beside the spools: the state
/// directory, the registry of names, a log of promises and a cached index for each mailbox.
///
/// Knows nothing of how a spool is locked or changed; decides no UID and no flag.
@NullMarked
package org.popinjay.mailstore.mbox.state;

import org.jspecify.annotations.NullMarked;
