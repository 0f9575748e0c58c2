/// Who may sign in: users and where they come from, password hashes, SASL exchanges, throttling.
///
/// Knows no protocol and no mailbox. Checks block and run on their own bounded executor.
@NullMarked
package org.popinjay.auth;

import org.jspecify.annotations.NullMarked;
