/// Where POP3 meets Netty: the pipeline, sign-in, the session's channel handler, and the way of
/// long answers to the socket.
@NullMarked
package org.popinjay.pop3.netty;

import org.jspecify.annotations.NullMarked;
