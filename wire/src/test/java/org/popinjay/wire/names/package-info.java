/// Tests of the names of clients.
@NullMarked
package org.popinjay.wire.names;

import org.jspecify.annotations.NullMarked;
