/// POP3: RFC 1939 with the extensions of RFC 2449, 3206 and 5034.
@NullMarked
package org.popinjay.pop3;

import org.jspecify.annotations.NullMarked;
