/// What an operator who looks on gets to see, and what not.
@NullMarked
package org.popinjay.wire.trace;

import org.jspecify.annotations.NullMarked;
