/// What is known of one spool, brought up to date whenever another program was there, and all that
/// is done to it: reading, flags, appending, removing, repair after a crash.
///
/// Knows nothing of sessions and of other mailboxes; works under the gate and the lock chain of
/// one.
@NullMarked
package org.popinjay.mailstore.mbox.access;

import org.jspecify.annotations.NullMarked;
