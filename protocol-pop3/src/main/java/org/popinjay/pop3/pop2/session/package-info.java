/// A POP2 session with an open mailbox (RFC 937): which command may come when, the message that is
/// the current one, and mailboxes as POP2 sees them. Knows no octets of lines and no channel.
@NullMarked
package org.popinjay.pop3.pop2.session;

import org.jspecify.annotations.NullMarked;
