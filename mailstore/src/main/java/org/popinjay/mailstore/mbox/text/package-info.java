/// What stands in a spool: From_ lines, headers, quoting, the fields in which mail programs keep
/// what they know, and the scanner that makes a [MessageTable] of all that.
///
/// Knows nothing of users, locks and the state directory; takes descriptors and opens no file.
@NullMarked
package org.popinjay.mailstore.mbox.text;

import org.jspecify.annotations.NullMarked;
