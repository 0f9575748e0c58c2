/// Microbenchmarks, each beside the claim it supports.
@NullMarked
package org.popinjay.bench;

import org.jspecify.annotations.NullMarked;
