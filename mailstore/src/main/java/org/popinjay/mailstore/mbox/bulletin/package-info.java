/// Bulletins as users meet them: put into INBOX, once, or as a mailbox that all share to read.
///
/// Where they come from is the matter of `mailstore.bulletin`.
@NullMarked
package org.popinjay.mailstore.mbox.bulletin;

import org.jspecify.annotations.NullMarked;
