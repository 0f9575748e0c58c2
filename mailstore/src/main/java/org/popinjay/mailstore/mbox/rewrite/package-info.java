/// Changing the middle of a spool such that a crash at any call leaves the old octets or the new
/// ones: plans, the journal, and what the next start or open makes of one that was left.
///
/// Moves octets; knows nothing of messages, users and the state directory.
@NullMarked
package org.popinjay.mailstore.mbox.rewrite;

import org.jspecify.annotations.NullMarked;
