/// Names of clients, for the log alone: looked up in the DNS once a client was greeted, and
/// believed only where they lead back. Nothing waits for them, and nothing is allowed or refused by
/// them.
@NullMarked
package org.popinjay.wire.names;

import org.jspecify.annotations.NullMarked;
