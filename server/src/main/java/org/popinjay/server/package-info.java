/// The program: command line, wiring, listeners, shutdown, metrics.
@NullMarked
package org.popinjay.server;

import org.jspecify.annotations.NullMarked;
