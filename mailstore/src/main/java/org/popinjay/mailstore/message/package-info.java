/// What is inside one message: its header fields, later its parts.
///
/// Knows no mailbox and no file; works on octets that it is given and is bounded in all it keeps.
@NullMarked
package org.popinjay.mailstore.message;

import org.jspecify.annotations.NullMarked;
