/// The engine over classic mbox spools that delivery agents and other programs keep writing to.
///
/// Its folders are the only code that knows what a spool looks like, which is never mapped, never
/// replaced by rename, and never written without its locks. Here is the front of it all: the store
/// and its accounts, and what is settled when a server starts. No folder but `maintenance` knows
/// this one.
@NullMarked
package org.popinjay.mailstore.mbox;

import org.jspecify.annotations.NullMarked;
