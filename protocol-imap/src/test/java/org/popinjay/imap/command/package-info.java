/// Tests of what a client can ask for.
@NullMarked
package org.popinjay.imap.command;

import org.jspecify.annotations.NullMarked;
