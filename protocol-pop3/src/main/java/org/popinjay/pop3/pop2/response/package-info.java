/// What the server can say in POP2 (RFC 937), as records, and the encoder that writes them.
///
/// The text of a message comes with what is put around it: one class knows its octets and how many
/// there are.
@NullMarked
package org.popinjay.pop3.pop2.response;

import org.jspecify.annotations.NullMarked;
