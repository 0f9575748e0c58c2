/// The command line: one class a subcommand, the exit codes, the demo's folder, and the checks of
/// paths and ports that are made before a start.
///
/// Wires nothing itself; the running server is handed in as a [org.popinjay.server.cli.ServerRun].
@NullMarked
package org.popinjay.server.cli;

import org.jspecify.annotations.NullMarked;
