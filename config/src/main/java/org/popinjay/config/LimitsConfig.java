package org.popinjay.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// What one client, one user or all together may use up. A limit that is reached is counted in
/// `popinjay_limit_total` and logged once a connection.
public record LimitsConfig(
    @Setting(
            value =
                "Connections in all. `auto`: 70 % of the descriptor limit. More than "
                    + "that limit carries is lowered with a warning.",
            range = "1..1000000",
            empty = "auto",
            common = true)
        OptionalInt connections,
    @Setting(
            value = "Connections of one address that have not signed in.",
            range = "1..1000000",
            common = true)
        int unauthenticatedPerAddress,
    @Setting(value = "Connections of one address.", range = "1..1000000", common = true)
        int connectionsPerAddress,
    @Setting(
            value = "Connections of one user; the longest idle one gives way.",
            range = "1..1000000")
        int connectionsPerUser,
    @Setting(
            value = "Connections of one user from one address. Mail clients open five each.",
            range = "1..1000000")
        int connectionsPerUserAddress,
    @Setting(
            value = "Time from connecting to being signed in, however slowly the octets trickle.",
            range = "1s..10m",
            common = true)
        Duration loginTimeout,
    @Setting(
            value = "Time in which a client has to read something while output waits for it.",
            range = "1s..1h")
        Duration writeStallTimeout,
    @Setting(
            value = "Longest IMAP command line after sign-in, literals not counted.",
            range = "8KiB..16MiB")
        ByteSize lineOctets,
    @Setting(value = "Longest message of APPEND; announced (RFC 7889).", range = "64KiB..2TiB")
        ByteSize appendOctets,
    @Setting(
            value =
                "Longest POP3 command line with its line end. RFC 2449, section 4, "
                    + "gives 255, UTF-8 needs more.",
            range = "255B..64KiB",
            common = true)
        ByteSize pop3LineOctets,
    @Setting(
            value = "Longest line of a SASL exchange; tokens are long.",
            range = "1KiB..64KiB",
            common = true)
        ByteSize saslLineOctets,
    @Setting(
            value =
                "Commands of one connection that wait for an answer; above it nothing "
                    + "is read from it.",
            range = "1..1000")
        int queuedCommands,
    @Setting(
            value =
                "Octets that one signed-in connection holds: commands that wait, one that was"
                    + " begun, answers on their way; above it nothing is read from it.",
            range = "512KiB..64MiB")
        ByteSize connectionOctets,
    @Setting(
            value =
                "Commands before sign-in; one more closes the connection. Mail programs need"
                    + " less than ten.",
            range = "10..100000",
            common = true)
        int commandsBeforeLogin,
    @Setting(
            value = "Bad commands in a row before sign-in that close the connection.",
            range = "1..1000",
            common = true)
        int badCommandsBeforeLogin,
    @Setting(
            value = "Bad commands in a row after sign-in that close the connection.",
            range = "1..1000")
        int badCommandsAfterLogin,
    @Setting(
            value = "Output waiting for one client above which its session pauses.",
            range = "64KiB..16MiB")
        ByteSize outputHighWater,
    @Setting(
            value =
                "Password checks that wait for a processor; above it sign-in is "
                    + "answered as temporarily unavailable.",
            range = "1..100000",
            restart = true,
            common = true)
        int authQueue,
    @Setting(
            value = "Calls on the disk at once. `auto`: four per processor, at least 16.",
            range = "1..10000",
            empty = "auto",
            restart = true,
            common = true)
        OptionalInt diskPermits,
    @Setting(
            value =
                "How many of them for one user, so that a disk that does not answer holds up the"
                    + " mail on it and nobody else's.",
            range = "1..100",
            restart = true,
            common = true)
        int diskPermitsPerUser,
    @Setting(value = "Time that one SEARCH of IMAP may take; then it is refused.", range = "1s..1h")
        Duration searchTime,
    @Setting(
            value =
                "Memory of all connections together for what came in and what waits to go out."
                    + " `auto`: a quarter of the direct memory of the JVM. At nine tenths new"
                    + " connections are refused.",
            range = "4MiB..1TiB",
            empty = "auto",
            restart = true,
            common = true)
        Optional<ByteSize> bufferMemory,
    @Setting("How much one command of IMAP may be and hold.") ImapCommandLimits imapCommand) {

  /// For a machine of a few processors and a few thousand users.
  public static final LimitsConfig DEFAULTS =
      new LimitsConfig(
          OptionalInt.empty(),
          50,
          500,
          200,
          50,
          Duration.ofSeconds(60),
          Duration.ofSeconds(120),
          ByteSize.ofKiB(64),
          ByteSize.ofMiB(64),
          new ByteSize(512),
          ByteSize.ofKiB(12),
          32,
          ByteSize.ofMiB(1),
          100,
          3,
          20,
          ByteSize.ofKiB(256),
          256,
          OptionalInt.empty(),
          2,
          Duration.ofSeconds(60),
          Optional.empty(),
          ImapCommandLimits.DEFAULTS);

  /// Checks the ranges.
  public LimitsConfig {
    SettingRange.check(
        "limits",
        LimitsConfig.class,
        connections,
        unauthenticatedPerAddress,
        connectionsPerAddress,
        connectionsPerUser,
        connectionsPerUserAddress,
        loginTimeout,
        writeStallTimeout,
        lineOctets,
        appendOctets,
        pop3LineOctets,
        saslLineOctets,
        queuedCommands,
        connectionOctets,
        commandsBeforeLogin,
        badCommandsBeforeLogin,
        badCommandsAfterLogin,
        outputHighWater,
        authQueue,
        diskPermits,
        diskPermitsPerUser,
        searchTime,
        bufferMemory,
        imapCommand);
  }
}
