/// What a session knows between commands, and where its answers go.
@NullMarked
package org.popinjay.pop3.session;

import org.jspecify.annotations.NullMarked;
