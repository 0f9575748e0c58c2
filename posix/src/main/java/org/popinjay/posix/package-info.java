/// The one door to the system: files, locks, identities, accounts and password hashing.
///
/// A leaf. No other package may use jnr. Every call here may block unless it says otherwise, so
/// none is made on an event loop.
@NullMarked
package org.popinjay.posix;

import org.jspecify.annotations.NullMarked;
