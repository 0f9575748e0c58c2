/// Where IMAP meets the network: the pipeline of a connection, sign-in, the session and its output.
@NullMarked
package org.popinjay.imap.netty;

import org.jspecify.annotations.NullMarked;
