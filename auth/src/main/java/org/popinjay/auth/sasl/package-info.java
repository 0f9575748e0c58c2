/// The server's side of SASL mechanisms (RFC 4422), as pure state machines.
///
/// An exchange takes decoded responses and gives challenges or, in the end, credentials . It
/// verifies nothing, knows no protocol and no encoding of lines.
@NullMarked
package org.popinjay.auth.sasl;

import org.jspecify.annotations.NullMarked;
