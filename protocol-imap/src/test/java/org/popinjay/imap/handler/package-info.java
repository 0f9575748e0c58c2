/// Tests: Handlers' parts by themselves.
@NullMarked
package org.popinjay.imap.handler;

import org.jspecify.annotations.NullMarked;
