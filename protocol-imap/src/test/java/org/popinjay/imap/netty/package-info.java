/// Tests of the pipeline and its parts.
@NullMarked
package org.popinjay.imap.netty;

import org.jspecify.annotations.NullMarked;
