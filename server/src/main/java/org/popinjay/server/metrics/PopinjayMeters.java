package org.popinjay.server.metrics;

import java.util.List;

/// Every meter of our own: name, kind, labels and meaning. `docs/metrics.md` is printed from this.
///
/// Names follow Prometheus: `popinjay_`, the subject, the unit; counters end in `_total`. Beside
/// these the page has Micrometer's meters of the JVM and the process.
public enum PopinjayMeters {
  /// Says which build this is; always 1.
  BUILD(
      Kind.INFO,
      "popinjay_build_info",
      "Version, commit and JDK of this server; always 1.",
      "version",
      "commit",
      "jdk"),

  /// Whether it can serve.
  READY(
      Kind.GAUGE,
      "popinjay_ready",
      "1 if the server serves and the folder of the spools can be used, as `/ready` says; else 0."
          + " Looked at every 5 s."),

  /// Open client connections.
  CONNECTIONS(Kind.GAUGE, "popinjay_connections", "Client connections that are open now."),
  /// Connections let in.
  CONNECTIONS_OPENED(
      Kind.COUNTER, "popinjay_connections_opened_total", "Client connections that were let in."),
  /// Octets from clients.
  RECEIVED(
      Kind.COUNTER,
      "popinjay_received_bytes_total",
      "Octets received from clients, under TLS as they came."),
  /// Octets to clients.
  SENT(
      Kind.COUNTER,
      "popinjay_sent_bytes_total",
      "Octets handed to the network for clients, under TLS as they went."),
  /// Memory that connections take.
  BUFFERS(
      Kind.GAUGE,
      "popinjay_buffer_bytes",
      "Memory that connections take for what came in and what waits to go out; see"
          + " `limits.bufferMemory`."),
  /// Memory that Netty took from the system.
  NETTY_BUFFERS(
      Kind.GAUGE,
      "popinjay_netty_buffer_bytes",
      "Memory that the pools of network buffers took from the system, used or not.",
      "memory"),
  /// How late event loops are.
  LOOP_LAG(
      Kind.HISTOGRAM,
      "popinjay_event_loop_lag_seconds",
      "How late an event loop came to what was due, asked four times a second; each of its clients"
          + " waits that long.",
      "loops"),
  /// Limits that clients ran into.
  LIMITS(
      Kind.COUNTER,
      "popinjay_limit_total",
      "Times that a limit was reached and something was refused, ended or kept waiting; see"
          + " `security.md`.",
      "limit"),

  /// Names of clients.
  NAMES_NOT_KNOWN(
      Kind.COUNTER,
      "popinjay_dns_mismatch_total",
      "Look-ups of a client's name by which it is not known, with `dns.reverse` alone: its address"
          + " has none, its name does not lead back (mismatch), or no answer came in 2 s.",
      "kind"),

  /// Handshakes by how they ended.
  TLS_HANDSHAKES(
      Kind.COUNTER,
      "popinjay_tls_handshakes_total",
      "TLS handshakes by how they ended: the version that was agreed upon, or what went wrong.",
      "result"),
  /// Changed certificate files that were read.
  TLS_RELOADS(
      Kind.COUNTER,
      "popinjay_tls_reloads_total",
      "Changed certificate files that were read anew: taken, or refused so that the old ones stay.",
      "result"),
  /// How long the certificates last.
  TLS_EXPIRY(
      Kind.GAUGE,
      "popinjay_tls_certificate_expiry_seconds",
      "Seconds until the first of the certificates ends; negative behind its end."),

  /// Sign-ins by what they came to.
  SIGN_INS(Kind.COUNTER, "popinjay_auth_total", "Sign-ins that were tried.", "mechanism", "result"),
  /// How long a sign-in takes.
  SIGN_IN_TIME(
      Kind.HISTOGRAM,
      "popinjay_auth_seconds",
      "From the last octet that a sign-in needed to its result, without the delay of failures.",
      "mechanism"),

  /// Sign-ins that failed, and why.
  DENIED(
      Kind.COUNTER,
      "popinjay_auth_denied_total",
      "Sign-ins that were denied, by the reason that the log gives.",
      "reason"),
  /// Sign-ins that nobody could judge.
  UNAVAILABLE(
      Kind.COUNTER,
      "popinjay_auth_unavailable_total",
      "Sign-ins that could not be judged, by the reason that the log gives; `backend` is a source"
          + " of users that does not answer.",
      "reason"),
  /// Passwords hashed.
  HASHES(
      Kind.COUNTER,
      "popinjay_auth_hashes_total",
      "Passwords hashed for a comparison, decoys for unknown names among them."),
  /// Passwords that needed no hashing.
  REMEMBERED(
      Kind.COUNTER,
      "popinjay_auth_remembered_total",
      "Sign-ins granted without hashing, because the same password was right a moment ago."),

  /// POP3 commands.
  POP3_COMMANDS(
      Kind.COUNTER,
      "popinjay_pop3_commands_total",
      "POP3 commands carried out, by whether they were answered with +OK (done) or -ERR (refused).",
      "command",
      "outcome"),
  /// How long POP3 commands take.
  POP3_COMMAND_TIME(
      Kind.HISTOGRAM,
      "popinjay_pop3_command_seconds",
      "Time to carry out a POP3 command, in RETR and TOP with the sending.",
      "command"),
  /// POP2 commands.
  POP2_COMMANDS(
      Kind.COUNTER,
      "popinjay_pop2_commands_total",
      "POP2 commands carried out behind HELO, by whether the session went on or ended as it should"
          + " (done) or not (refused). Its sessions and messages count as those of POP3.",
      "command",
      "outcome"),
  /// How long POP2 commands take.
  POP2_COMMAND_TIME(
      Kind.HISTOGRAM,
      "popinjay_pop2_command_seconds",
      "Time to carry out a POP2 command, in RETR with the sending.",
      "command"),
  /// POP3 sessions that had a maildrop.
  POP3_SESSIONS(
      Kind.COUNTER,
      "popinjay_pop3_sessions_total",
      "POP3 sessions that had a maildrop open, by how they ended.",
      "end"),
  /// How long POP3 sessions last.
  POP3_SESSION_TIME(
      Kind.HISTOGRAM, "popinjay_pop3_session_seconds", "From sign-in to the end of a session."),
  /// Messages fetched by POP3.
  POP3_RETRIEVED_MESSAGES(
      Kind.COUNTER,
      "popinjay_pop3_messages_retrieved_total",
      "Messages sent to POP3 clients to their end, by RETR."),
  /// Octets fetched by POP3.
  POP3_RETRIEVED_OCTETS(
      Kind.COUNTER, "popinjay_pop3_retrieved_bytes_total", "Octets of those messages."),
  /// Messages deleted by POP3.
  POP3_DELETED_MESSAGES(
      Kind.COUNTER,
      "popinjay_pop3_messages_deleted_total",
      "Messages removed from mailboxes by a QUIT that was carried out."),
  /// Octets deleted by POP3.
  POP3_DELETED_OCTETS(
      Kind.COUNTER, "popinjay_pop3_deleted_bytes_total", "Octets of those messages."),
  /// Messages left by POP3 sessions.
  POP3_LEFT_MESSAGES(
      Kind.SUMMARY,
      "popinjay_pop3_messages_left",
      "Messages that were still there when a session ended: how many sessions, and the sum."),
  /// Sign-ins before their time.
  POP3_TOO_SOON(
      Kind.COUNTER,
      "popinjay_pop3_too_soon_total",
      "Good sign-ins that were refused since `pop3.loginDelay` was not over."),
  /// Maildrops that could not be opened.
  POP3_NOT_OPENED(
      Kind.COUNTER,
      "popinjay_pop3_maildrops_not_opened_total",
      "Good sign-ins whose maildrop could not be opened, by the reason; `claimed` is another"
          + " session of the same user.",
      "reason"),
  /// Trouble with an open maildrop.
  POP3_STORE_FAILURES(
      Kind.COUNTER,
      "popinjay_pop3_store_failures_total",
      "Times that the store failed a session with a maildrop, by the reason.",
      "reason"),
  /// Silent sessions replaced.
  POP3_TAKEOVERS(
      Kind.COUNTER,
      "popinjay_pop3_takeovers_total",
      "Sessions that took the maildrop of a silent one."),

  /// IMAP commands.
  IMAP_COMMANDS(
      Kind.COUNTER,
      "popinjay_imap_commands_total",
      "IMAP commands carried out, by whether they were completed with OK (done) or not (refused); a"
          + " command and its UID form count as one.",
      "command",
      "outcome"),
  /// How long IMAP commands take.
  IMAP_COMMAND_TIME(
      Kind.HISTOGRAM,
      "popinjay_imap_command_seconds",
      "Time to carry out an IMAP command, with the sending of what it answers.",
      "command"),
  /// IMAP sessions.
  IMAP_SESSIONS(
      Kind.COUNTER,
      "popinjay_imap_sessions_total",
      "IMAP sessions that were signed in, by how they ended.",
      "end"),
  /// How long IMAP sessions last.
  IMAP_SESSION_TIME(
      Kind.HISTOGRAM, "popinjay_imap_session_seconds", "From sign-in to the end of a session."),
  /// IMAP sessions that wait for news.
  IMAP_IDLING(Kind.GAUGE, "popinjay_imap_idling", "IMAP sessions that are in IDLE now."),
  /// How long news takes.
  IMAP_ANNOUNCED(
      Kind.HISTOGRAM,
      "popinjay_imap_idle_announcement_seconds",
      "From when the store knew of a change to when a client in IDLE was told; see"
          + " `popinjay_store_notice_seconds`, too."),
  /// Texts fetched by IMAP.
  IMAP_FETCHED_MESSAGES(
      Kind.COUNTER,
      "popinjay_imap_texts_fetched_total",
      "Messages, or parts of them, whose text was sent to IMAP clients."),
  /// Octets fetched by IMAP.
  IMAP_FETCHED_OCTETS(Kind.COUNTER, "popinjay_imap_fetched_bytes_total", "Octets of those texts."),
  /// Messages appended by IMAP.
  IMAP_APPENDED_MESSAGES(
      Kind.COUNTER,
      "popinjay_imap_messages_appended_total",
      "Messages that IMAP clients appended or copied into mailboxes."),
  /// Messages expunged by IMAP.
  IMAP_EXPUNGED_MESSAGES(
      Kind.COUNTER,
      "popinjay_imap_messages_expunged_total",
      "Messages that IMAP clients removed from mailboxes for good."),
  /// Trouble of IMAP sessions.
  IMAP_STORE_FAILURES(
      Kind.COUNTER,
      "popinjay_imap_store_failures_total",
      "Times that the store did not do what an IMAP session asked for, by the reason.",
      "reason"),
  /// IMAP sessions replaced.
  IMAP_REPLACED(
      Kind.COUNTER,
      "popinjay_imap_replaced_total",
      "IMAP sessions that gave way to a newer one of the same user."),

  /// Waiting for the locks of a spool.
  LOCK_WAIT(
      Kind.HISTOGRAM,
      "popinjay_store_lock_wait_seconds",
      "Time to take all locks of a mailbox, or to give up.",
      "taken"),
  /// Locks that were not had in time.
  LOCK_TIMEOUTS(
      Kind.COUNTER,
      "popinjay_store_lock_timeouts_total",
      "Times that another program kept a mailbox locked for the whole time allowed."),
  /// How long it takes to notice others.
  NOTICED(
      Kind.HISTOGRAM,
      "popinjay_store_notice_seconds",
      "From the first sign that another program changed a mailbox that is waited for to when the"
          + " store knew what it did; foreign locks count."),
  /// Reading to find messages.
  SCANNED(
      Kind.COUNTER,
      "popinjay_store_scanned_bytes_total",
      "Octets of mailboxes read to find their messages."),
  /// Writing to remove messages.
  REWRITTEN(
      Kind.COUNTER,
      "popinjay_store_rewritten_bytes_total",
      "Octets of mailboxes moved to remove messages or to write flags."),
  /// How mailboxes are opened.
  OPENS(
      Kind.COUNTER,
      "popinjay_store_opens_total",
      "Mailboxes opened, by where their index came from: memory, disk, tail (only what is new was"
          + " read), full (all of it was).",
      "index"),
  /// Crashed rewrites.
  RECOVERIES(
      Kind.COUNTER,
      "popinjay_store_recoveries_total",
      "Crashed rewrites found and settled: dropped (not begun), finished, set_aside (an operator"
          + " has to look).",
      "outcome"),
  /// Doubtful separators.
  BARE_FROM_LINES(
      Kind.COUNTER,
      "popinjay_store_bare_from_lines_total",
      "Lines in mailboxes that began like a separator and were none."),
  /// Bookkeeping sent by strangers.
  FORGED_FIELDS(
      Kind.COUNTER,
      "popinjay_store_forged_fields_total",
      "Bookkeeping fields that arrived inside delivered messages and were ignored."),
  /// Mail that older servers left.
  DROPS(
      Kind.COUNTER,
      "popinjay_recovery_pending_total",
      "Sessions that found mail in `.USER.pop`, where an older server left it: recovered (it is"
          + " back in the spool), waits (no room, or the spool was locked; POP3 shows both where"
          + " they lie, and deletes nothing meanwhile), busy (a session of that server has it),"
          + " refused (not as such a file has to be; the log says why).",
      "outcome"),
  /// Bulletins put into mailboxes.
  BULLETINS(
      Kind.COUNTER, "popinjay_bulletins_delivered_total", "Bulletins put into mailboxes of users."),
  /// Bulletins that cannot be shown.
  BULLETIN_FAULTS(
      Kind.COUNTER,
      "popinjay_bulletin_faults_total",
      "Times that a bulletin, their folder, or the number of the last one that a user had could not"
          + " be used; the log says why."),
  /// What did not fit.
  DISK_FULL(
      Kind.COUNTER,
      "popinjay_disk_full_total",
      "Times that something could not be written since the disk or a quota was full, what waits in"
          + " memory for room included. Users can still read and delete."),
  /// Sizes of file systems.
  DISK_SIZE(
      Kind.GAUGE,
      "popinjay_disk_size_bytes",
      "Size of the file system that holds `mail.state`, the folder of the spools, or that of the"
          + " other mailboxes unless it depends on the user. Looked at every 5 s, 0 when it cannot"
          + " be reached; the same holds for the next three.",
      "place"),
  /// Room on file systems.
  DISK_FREE(Kind.GAUGE, "popinjay_disk_free_bytes", "Room that is left on it for us.", "place"),
  /// How many files fit.
  DISK_INODES(
      Kind.GAUGE,
      "popinjay_disk_inodes",
      "Files that it can hold; 0 where it has no such limit.",
      "place"),
  /// How many more files fit.
  DISK_FREE_INODES(
      Kind.GAUGE, "popinjay_disk_free_inodes", "Files that it can hold besides.", "place"),
  /// Room for work on disk.
  DISK_PERMITS(
      Kind.GAUGE,
      "popinjay_store_disk_permits_available",
      "Sessions that could start to work on disk now without waiting."),

  /// Lines that the log had to let go.
  LOG_DROPPED(
      Kind.COUNTER,
      "popinjay_log_dropped_lines_total",
      "Log lines of level info and below that were dropped because the log could not keep up.");

  private final Kind kind;
  private final String series;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type cannot say so
  private final List<String> labels;

  PopinjayMeters(Kind kind, String series, String meaning, String... labels) {
    this.kind = kind;
    this.series = series;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  /// What kind of series it is.
  public Kind kind() {
    return kind;
  }

  /// The full name on the page.
  public String series() {
    return series;
  }

  /// What it counts, for operators; the unit is part of the name.
  public String meaning() {
    return meaning;
  }

  /// Names of its labels, in the order in which their values are given.
  public List<String> labels() {
    return labels;
  }

  /// Kinds of series.
  public enum Kind {
    /// Only rises.
    COUNTER,
    /// Rises and falls.
    GAUGE,
    /// Counts by how long something took.
    HISTOGRAM,
    /// How many, and how much they came to.
    SUMMARY,
    /// Carries its news in the labels.
    INFO
  }
}
