/// Microbenchmarks, each beside the claim it supports.
///
/// `org.openjdk.jmh.Main` runs them, with the classes of all modules and their libraries on the
/// class path. A machine that does anything else meanwhile measures that as well.
@NullMarked
package org.popinjay.bench;

import org.jspecify.annotations.NullMarked;
