/// Tests of the parser.
@NullMarked
package org.popinjay.pop3.pop2.command;

import org.jspecify.annotations.NullMarked;
