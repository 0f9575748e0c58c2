/// Plays written conversations against a real server and compares every line.
///
/// Knows no protocol; published in the test jar for all of them.
@NullMarked
package org.popinjay.wire.transcript;

import org.jspecify.annotations.NullMarked;
