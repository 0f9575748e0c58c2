/// What a POP3 client can say, as records, and the pure parser that makes them.
///
/// Knows no session and no channel. A line that no rule matches is a value too.
@NullMarked
package org.popinjay.pop3.command;

import org.jspecify.annotations.NullMarked;
