/// What an operator can do about a spool and what is kept of it: look at it, reopen it, take it
/// over from an older server.
///
/// The door of the command line into the engine. Knows no command and prints nothing.
@NullMarked
package org.popinjay.mailstore.mbox.maintenance;

import org.jspecify.annotations.NullMarked;
