/// The one switch over all commands, and those that are more than a line: straight-line code on the
/// session's own thread, which knows no octets and no channel.
@NullMarked
package org.popinjay.imap.handler;

import org.jspecify.annotations.NullMarked;
