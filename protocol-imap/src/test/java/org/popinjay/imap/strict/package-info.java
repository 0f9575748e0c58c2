/// Reads what the server writes as an unforgiving client would (RFC 9051, section 9; RFC 3501,
/// section 9), written from the RFCs and not from the server.
@NullMarked
package org.popinjay.imap.strict;

import org.jspecify.annotations.NullMarked;
