package org.popinjay.mailstore.mbox.maintenance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.mbox.text.ImapBase;

/// What an examination found of a spool and of what is kept of it.
///
/// @param file what the system says of it; empty if there is none, which is an empty INBOX
/// @param contents its messages; empty if it could not be read as a spool
/// @param kept what the state says of the mailbox; empty if it was not looked at, or knows nothing
/// @param findings in the order of the file, what is not in the file last
/// @param findingsLeftOut how many more there were than are kept here
/// @param notes what could not be looked at, and why
public record SpoolReport(
    String path,
    Optional<Inode> file,
    Optional<Contents> contents,
    Optional<Kept> kept,
    List<SpoolFinding> findings,
    long findingsLeftOut,
    List<String> notes) {

  /// Copies the lists.
  public SpoolReport {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /// Whether nothing is wrong.
  public boolean isClean() {
    return findings.isEmpty();
  }

  /// What the system says of a file.
  ///
  /// @param mode the low twelve bits
  public record Inode(long octets, Instant modified, int mode, long uid, long gid, int links) {}

  /// The messages of a spool.
  ///
  /// @param messages without the pseudo message
  /// @param first the earliest date in a separator line
  /// @param last the latest one
  /// @param flags messages with each flag, as the server would show them
  /// @param separators forms of the separator lines
  /// @param fields messages with each of the bookkeeping fields, by their names
  /// @param base state of the mailbox as the spool itself tells it
  /// @param hasPseudoMessage whether the base stands in a message of its own
  /// @param bareFromLines lines that begin with `From ` and separate nothing
  /// @param quotedFromLines lines that begin with `>From `
  /// @param deeperQuotedFromLines lines that begin with `>>From ` (the rules of mboxrd)
  /// @param longestLineOctets length of the longest line, its end included
  /// @param longestLineAt where that line begins
  /// @param eightBit messages with an octet above 127
  /// @param nul messages with a NUL
  public record Contents(
      int messages,
      Optional<Instant> first,
      Optional<Instant> last,
      Map<Flag, Integer> flags,
      Separators separators,
      Map<String, Integer> fields,
      Optional<ImapBase> base,
      boolean hasPseudoMessage,
      long bareFromLines,
      long quotedFromLines,
      long deeperQuotedFromLines,
      long longestLineOctets,
      long longestLineAt,
      int eightBit,
      int nul) {}

  /// How the messages are told apart.
  ///
  /// @param strict separators in the form `From sender Thu Nov 9 22:33:52 2023`
  /// @param lenient those with another date
  /// @param dateless those without any, which only the first message may have
  /// @param crlf those that end in CRLF
  /// @param withoutBlankLine those with no blank line before them
  public record Separators(int strict, int lenient, int dateless, int crlf, int withoutBlankLine) {}

  /// What the state says of a mailbox.
  ///
  /// @param known messages that have a UID
  /// @param arrived messages of the spool that have none yet
  /// @param vanished messages that have a UID and are not in the spool any more
  /// @param pending messages whose flags the spool does not hold yet
  /// @param logOctets length of the state log
  /// @param indexOctets length of the index; 0 if there is none
  public record Kept(
      boolean serverRuns,
      OptionalInt serverProcess,
      String mailboxId,
      long uidValidity,
      long uidNext,
      int known,
      int arrived,
      int vanished,
      int pending,
      long logOctets,
      long indexOctets,
      IndexState index) {}

  /// What the index is worth.
  public enum IndexState {
    /// There is none.
    ABSENT,
    /// It cannot be used: damaged, or of another version.
    UNUSABLE,
    /// It is of an earlier state of the spool or of the log, as after every delivery.
    BEHIND,
    /// It says what the spool holds.
    FRESH
  }
}
