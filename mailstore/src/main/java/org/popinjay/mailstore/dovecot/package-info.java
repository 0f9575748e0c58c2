/// Reads what Dovecot kept of a mailbox beside it: `dovecot.index` and its transaction log.
///
/// Octets in, values out: nothing here opens a file or knows a spool. The files belong to a user,
/// so whatever stands in them gives a value, in bounded memory and time. Whether a message of the
/// index is one of the spool is for the engine to say.
@NullMarked
package org.popinjay.mailstore.dovecot;

import org.jspecify.annotations.NullMarked;
