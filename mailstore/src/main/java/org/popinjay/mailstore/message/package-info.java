/// What is inside one message: its header fields, its parts, and what is asked of them.
///
/// Knows no mailbox and no file; works on octets that it is given and is bounded in all it keeps. A
/// raw string holds octets of the mail, one a character (ISO 8859-1): what the mail says, not yet
/// what it means.
@NullMarked
package org.popinjay.mailstore.message;

import org.jspecify.annotations.NullMarked;
