package org.popinjay.imap.parse;

import java.util.Set;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapDialect;

/// What the parsers know besides the octets.
///
/// @param dialect how the connection speaks
/// @param capabilities what is switched on; the syntax of all else is not known
/// @param obsolete whether what older versions of IMAP have is known ([ObsoleteParser])
/// @param lenient8bit whether quoted strings may hold UTF-8 though the dialect has no place for it,
///   as clients send it all the same
/// @param limits how much a command may hold
/// @param nesting lists that may stand within each other
record Grammar(
    ImapDialect dialect,
    Set<Capability> capabilities,
    boolean obsolete,
    boolean lenient8bit,
    ImapCommandLimits limits,
    int nesting) {

  boolean has(Capability capability) {
    return capabilities.contains(capability);
  }

  /// Whether quoted strings may hold UTF-8.
  boolean utf8Quoted() {
    return lenient8bit || dialect.unicode();
  }
}
