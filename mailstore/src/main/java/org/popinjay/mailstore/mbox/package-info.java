/// The engine over classic mbox spools that delivery agents and other programs keep writing to.
///
/// The only code that knows what a spool looks like. A spool is never mapped, never replaced by
/// rename, and never written without its locks.
@NullMarked
package org.popinjay.mailstore.mbox;

import org.jspecify.annotations.NullMarked;
