/// What a POP3 server says, as records, and how that becomes octets.
///
/// The encoder decides nothing: whatever is printed was decided by a handler.
@NullMarked
package org.popinjay.pop3.response;

import org.jspecify.annotations.NullMarked;
