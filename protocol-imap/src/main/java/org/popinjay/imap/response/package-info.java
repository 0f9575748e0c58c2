/// What the server can say, as records, and the one place that writes them as octets.
///
/// Knows no session and no channel; what a string or a mailbox name looks like follows from the
/// [org.popinjay.imap.command.ImapDialect] alone.
@NullMarked
package org.popinjay.imap.response;

import org.jspecify.annotations.NullMarked;
