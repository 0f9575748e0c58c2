/// Messages on their way to the end of a spool: what shape they come in, how they will stand there,
/// and the note by which an append that a crash cut short is taken back.
///
/// Knows nothing of the mailbox that they go to.
@NullMarked
package org.popinjay.mailstore.mbox.append;

import org.jspecify.annotations.NullMarked;
