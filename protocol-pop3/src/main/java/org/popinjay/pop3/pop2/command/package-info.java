/// What a POP2 client can say (RFC 937), as records, and the pure parser that makes them.
///
/// Knows no session and no channel. A line that no rule matches is a value too.
@NullMarked
package org.popinjay.pop3.pop2.command;

import org.jspecify.annotations.NullMarked;
