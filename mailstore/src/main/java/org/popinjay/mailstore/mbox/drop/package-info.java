/// Mail that popper and qpopper left in `.USER.pop`, and their session lock on it: put back into
/// the spool, or shown where it lies while there is no room.
///
/// Works under the gate of INBOX; knows nothing of other mailboxes.
@NullMarked
package org.popinjay.mailstore.mbox.drop;

import org.jspecify.annotations.NullMarked;
