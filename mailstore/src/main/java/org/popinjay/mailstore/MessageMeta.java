package org.popinjay.mailstore;

/// What is known of a message without opening it.
///
/// @param uid its identifier
/// @param octets size on the wire, line ends counted as CRLF; exact
/// @param flags its flags as they are now
/// @param recent whether this session was the first to be told of it (RFC 3501, section 2.3.2)
/// @param modSeq the last change of its flags, or its arrival
/// @param internalDate when it arrived
public record MessageMeta(
    Uid uid, long octets, Flags flags, boolean recent, ModSeq modSeq, InternalDate internalDate) {}
