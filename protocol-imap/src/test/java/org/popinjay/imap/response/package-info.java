/// Tests: The writer by itself.
@NullMarked
package org.popinjay.imap.response;

import org.jspecify.annotations.NullMarked;
