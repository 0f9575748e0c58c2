/// What an operator asks of the server that runs: a socket of the local machine, and the commands
/// behind it.
///
/// One request a connection, one JSON object a line in both directions. A [ControlRequest] is
/// answered by any number of [ControlAnswer]s. [ControlDesk] is the one switch over all requests;
/// [ControlSocket] knows none of them.
@NullMarked
package org.popinjay.server.control;

import org.jspecify.annotations.NullMarked;
