/// Where POP2 meets Netty: its pipeline, sign-in, the session's channel handler and the way of
/// texts to the socket; and the port on which the first command says whether POP2 or POP3 is
/// spoken.
@NullMarked
package org.popinjay.pop3.pop2.netty;

import org.jspecify.annotations.NullMarked;
