/// Netty plumbing that both protocols share: lines, lanes, sign-in, idle time, connection limits.
///
/// Ignorant of both protocols; what a protocol looks like is told to it by small interfaces.
@NullMarked
package org.popinjay.wire;

import org.jspecify.annotations.NullMarked;
