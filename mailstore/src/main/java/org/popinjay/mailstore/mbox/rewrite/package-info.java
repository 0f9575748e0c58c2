/// Changing the middle of a spool such that a crash at any call leaves the old octets or the new
/// ones: plans, the journal, and what the next start or open makes of one that was left.
///
/// Moves octets and knows nothing of messages. Whoever asks for it has the locks.
@NullMarked
package org.popinjay.mailstore.mbox.rewrite;

import org.jspecify.annotations.NullMarked;
