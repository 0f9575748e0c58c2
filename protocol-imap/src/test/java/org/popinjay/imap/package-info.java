/// Tests of IMAP as a client sees it.
@NullMarked
package org.popinjay.imap;

import org.jspecify.annotations.NullMarked;
