/// What a client can say, and the pure functions that read it.
///
/// Records of commands hold no buffer; a line that no rule matches is a value. What is read depends
/// on the octets and on an [ImapDialect], and on nothing else.
@NullMarked
package org.popinjay.imap.command;

import org.jspecify.annotations.NullMarked;
