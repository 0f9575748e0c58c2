/// Octets on their way from and to files: whole transfers, files that are replaced, scratch files,
/// digests, and what a file looked like.
///
/// Knows nothing of messages, mailboxes and users.
@NullMarked
package org.popinjay.mailstore.mbox.disk;

import org.jspecify.annotations.NullMarked;
