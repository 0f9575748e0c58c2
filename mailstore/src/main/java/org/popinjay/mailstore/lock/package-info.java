/// The lock chain of a spool: dotlock, open-file-description lock, flock, in the configured order.
///
/// Nothing here waits inside the kernel or holds one lock while waiting for another.
@NullMarked
package org.popinjay.mailstore.lock;

import org.jspecify.annotations.NullMarked;
