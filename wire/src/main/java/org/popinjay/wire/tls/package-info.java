/// TLS for both protocols: certificates that are read anew when their files change, the choice
/// among them, the handshake, and what a session may know of it.
///
/// Everything here stands in the pipeline ahead of what cuts lines, so that no protocol can get
/// around it.
@NullMarked
package org.popinjay.wire.tls;

import org.jspecify.annotations.NullMarked;
