/// What is said on a connection, line by line and live, for an operator who looks on: masked here
/// and nowhere else.
///
/// A [org.popinjay.wire.trace.Tap] overhears one connection, under TLS and compression. It knows
/// lines and words, and no protocol: a [org.popinjay.wire.trace.Language] tells it what may be
/// shown.
@NullMarked
package org.popinjay.wire.trace;

import org.jspecify.annotations.NullMarked;
