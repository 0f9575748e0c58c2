/// POP3: RFC 1939 with the extensions of RFC 2449, 3206 and 5034.
///
/// The way of a command: octets to a record (`command`), the record to its handler (`session`,
/// `handler`), an answer as a record (`response`), and octets again. Netty is met in `netty` only.
@NullMarked
package org.popinjay.pop3;

import org.jspecify.annotations.NullMarked;
