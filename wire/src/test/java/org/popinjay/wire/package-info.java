/// Tests of the plumbing, each part alone on an embedded channel.
@NullMarked
package org.popinjay.wire;

import org.jspecify.annotations.NullMarked;
