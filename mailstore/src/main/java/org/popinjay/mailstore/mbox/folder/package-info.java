/// The folders of a user: which names they can have, where they lie, how they are made, renamed,
/// removed, subscribed to and found by their use.
///
/// Knows nothing of the messages in them.
@NullMarked
package org.popinjay.mailstore.mbox.folder;

import org.jspecify.annotations.NullMarked;
