/// Whoever started the server: systemd, which is told how it goes and may have opened the sockets,
/// or inetd, which hands over one socket. Knows neither settings nor protocols.
@NullMarked
package org.popinjay.server.supervisor;

import org.jspecify.annotations.NullMarked;
