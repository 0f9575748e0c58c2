/// Tests of what becomes octets.
@NullMarked
package org.popinjay.pop3.response;

import org.jspecify.annotations.NullMarked;
