/// Tests: What a session knows between commands, by itself.
@NullMarked
package org.popinjay.imap.session;

import org.jspecify.annotations.NullMarked;
