package org.popinjay.wire;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// An open connection as it was at one moment.
///
/// @param protocol `pop3`, `imap`
/// @param address of the client
/// @param port of the client; 0 behind a proxy
/// @param tls the version; empty in the clear
/// @param age since it was let in
/// @param user who is signed in
/// @param mailbox that is open
/// @param silence since the client last sent something or took output
/// @param receivedOctets from the client, without TLS and compression
/// @param sentOctets to the client, likewise
public record SessionView(
    SessionId id,
    String protocol,
    InetAddress address,
    int port,
    Optional<String> tls,
    Duration age,
    Optional<String> user,
    Optional<String> mailbox,
    SessionState state,
    Duration silence,
    long receivedOctets,
    long sentOctets) {}
