/// Spools for tests, and the other programs that use them.
///
/// Shares no code with the engine: what is written and read here is how the rest of the world does
/// it, so that a mistake of the engine cannot hide behind the same mistake in its test.
@NullMarked
package org.popinjay.mailstore.mailbox;

import org.jspecify.annotations.NullMarked;
