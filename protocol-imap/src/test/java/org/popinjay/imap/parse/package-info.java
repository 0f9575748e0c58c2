/// Tests of the parsers.
@NullMarked
package org.popinjay.imap.parse;

import org.jspecify.annotations.NullMarked;
