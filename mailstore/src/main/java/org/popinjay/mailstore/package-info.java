/// Mailboxes and their messages: the API that every engine implements and both protocols use.
///
/// Knows no protocol, no network and no file: there is no path, channel or lock in it, because an
/// engine over a distributed database would have none to offer.
@NullMarked
package org.popinjay.mailstore;

import org.jspecify.annotations.NullMarked;
