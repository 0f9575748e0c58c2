/// The file of a spool: where it lies, opened with the rights of its user, locked, read and
/// watched; and what all parts of the engine share to do so.
///
/// Knows nothing of sessions and UIDs.
@NullMarked
package org.popinjay.mailstore.mbox.spool;

import org.jspecify.annotations.NullMarked;
