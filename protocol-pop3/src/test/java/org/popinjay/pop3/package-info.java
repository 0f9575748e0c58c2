/// Tests of POP3 as a client sees it.
@NullMarked
package org.popinjay.pop3;

import org.jspecify.annotations.NullMarked;
