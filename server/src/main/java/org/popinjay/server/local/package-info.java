/// The way of a user of this machine to the server that runs, through a process of his own:
/// `popinjay preauth`.
///
/// Holds what that process needs and nothing more, so that it starts at once. Knows neither
/// settings nor the command line.
@NullMarked
package org.popinjay.server.local;

import org.jspecify.annotations.NullMarked;
