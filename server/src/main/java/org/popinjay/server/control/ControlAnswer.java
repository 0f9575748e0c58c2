package org.popinjay.server.control;

import org.jspecify.annotations.Nullable;

/// What the server answers. Times are text as of ISO 8601, in UTC.
public sealed interface ControlAnswer {

  /// Something that was asked for.
  sealed interface Item extends ControlAnswer {}

  /// The last answer.
  sealed interface End extends ControlAnswer {}

  /// An open connection.
  ///
  /// @param port of the client; 0 behind a proxy
  /// @param tls the version; null in the clear
  /// @param state `signing-in`, `authenticated`, `selected`, `idling`, `transaction`, `update`
  /// @param idleSeconds since the client last sent something or took output
  /// @param receivedOctets from the client, without TLS and compression
  /// @param sentOctets to the client, likewise
  record Session(
      String id,
      String protocol,
      @Nullable String user,
      String address,
      int port,
      @Nullable String tls,
      String state,
      @Nullable String mailbox,
      String since,
      long idleSeconds,
      long receivedOctets,
      long sentOctets)
      implements Item {}

  /// So many clients were sent home.
  record Kicked(int sessions) implements Item {}

  /// Something was said.
  ///
  /// @param speaker `C:` the client, `S:` the server, `--` nobody
  /// @param text masked, escaped and cut
  record Traced(String at, String session, String speaker, String text) implements Item {}

  /// So many lines of a trace were lost, since whoever reads them did not keep up.
  record Lost(long lines) implements Item {}

  /// Something found out about a user.
  ///
  /// @param section what it belongs to
  /// @param subject what was looked at
  /// @param hinders whether a sign-in fails by it
  record Finding(String section, String subject, String words, boolean hinders) implements Item {}

  /// What a sign-in would come to.
  record Verdict(boolean works, String words) implements Item {}

  /// What is in a mailbox that was opened.
  record Reopened(long messages, long uidValidity, long uidNext) implements Item {}

  /// A figure.
  ///
  /// @param unit `octets`, `s`, `1/s`, `days`, or empty for a plain number
  record Figure(String group, String name, double value, String unit) implements Item {}

  /// A setting that is different now.
  ///
  /// @param change `key: before -> after`
  /// @param restart whether it holds only after the next start
  record Changed(String change, boolean restart) implements Item {}

  /// The request is not carried out, or not to its end.
  ///
  /// @param why a sentence for the operator
  record Refused(Reason reason, String why) implements End {

    /// Kinds of reasons, by which a program may go.
    public enum Reason {
      /// What was asked makes no sense.
      USAGE,
      /// Whoever asks may not.
      NO_PERMISSION,
      /// There is nobody whom it could be about.
      NOBODY,
      /// The settings are wrong.
      SETTINGS,
      /// Not now.
      UNAVAILABLE,
      /// A fault of the server.
      FAULT
    }
  }

  /// That was all.
  record Done() implements End {}
}
