/// What a session knows between commands, where its answers go, and what it tells unasked.
@NullMarked
package org.popinjay.imap.session;

import org.jspecify.annotations.NullMarked;
