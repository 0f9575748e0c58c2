/// A file layer that breaks on demand, and a runner that breaks it at every call.
///
/// [FaultyFileCalls] numbers the calls of a piece of code, fails or cuts one of them, or stops the
/// world; [FaultScenario] does so for each call in turn and has the outcome checked. After the
/// manner of the I/O-error and crash tests of SQLite, with the unsynced writes lost at random.
@NullMarked
package org.popinjay.mailstore.faults;

import org.jspecify.annotations.NullMarked;
