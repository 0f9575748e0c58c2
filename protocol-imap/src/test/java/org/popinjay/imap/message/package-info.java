/// Tests of what FETCH asks of the text of messages.
@NullMarked
package org.popinjay.imap.message;

import org.jspecify.annotations.NullMarked;
