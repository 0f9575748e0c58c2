/// Tests of TLS, and the certificates that they are made with.
@NullMarked
package org.popinjay.wire.tls;

import org.jspecify.annotations.NullMarked;
