/// A store engine in memory, for the tests of the store's users.
///
/// Real enough to hold every promise of the API but durability: what it holds is gone with it. It
/// passes the contract that all engines pass, and lets a test play the delivery agent, the program
/// that removes a message behind a session's back, and the failing disk.
@NullMarked
package org.popinjay.mailstore.memory;

import org.jspecify.annotations.NullMarked;
