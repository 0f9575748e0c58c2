package org.popinjay.mailstore;

/// What is known of a message without opening it.
///
/// @param uid its identifier
/// @param octets size on the wire, line ends counted as CRLF; exact
/// @param flags its system flags
/// @param internalDate when it arrived, in seconds since 1970
public record MessageMeta(Uid uid, long octets, FlagSet flags, long internalDate) {}
