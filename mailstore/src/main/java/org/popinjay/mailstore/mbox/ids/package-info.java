/// Unique-ids that messages keep because an older server gave them: what they are made of, by which
/// rules, and which message has which.
///
/// Knows nothing of where they are kept and of the mailbox around the messages.
@NullMarked
package org.popinjay.mailstore.mbox.ids;

import org.jspecify.annotations.NullMarked;
