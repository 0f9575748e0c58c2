package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.ledger.UidMirror;
import org.popinjay.mailstore.mbox.rewrite.MboxRewriter;
import org.popinjay.mailstore.mbox.rewrite.SpoolGuard;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolReader;
import org.popinjay.mailstore.mbox.text.FromLine;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.StatusHeaders;

/// Keeps the base of a spool true (its `X-IMAPbase` field, where it has one), so that the UIDs are
/// known again on the day that the state directory is lost.
///
/// Used under the gate of its mailbox.
public final class BaseUpkeep {
  /// The header of a pseudo message ends before this.
  private static final int MAX_PSEUDO_OCTETS = 64 << 10;

  private final MboxEnvironment environment;
  private final SpoolFile spool;
  private final SpoolReader reader;
  private final SpoolKnowledge known;

  /// @param known what the base is to say
  BaseUpkeep(
      MboxEnvironment environment, SpoolFile spool, SpoolReader reader, SpoolKnowledge known) {
    this.environment = environment;
    this.spool = spool;
    this.reader = reader;
    this.known = known;
  }

  /// What a rewrite is to mirror into the spool.
  UidMirror mirror() {
    return mirror(known.ledger().uidNext());
  }

  private UidMirror mirror(long uidNext) {
    return UidMirror.of(known.head(), known.table(), known.ledger().uidValidity().value(), uidNext);
  }

  /// Whether the spool has no base of ours, or one from which the UIDs could be told as they are.
  public boolean isTrue() {
    var base = known.head().imapBase();
    return base == null
        || mirror().base() == null
        || UidMirror.isTrue(base, known.table(), known.ledger().uidNext());
  }

  /// Brings the base of the spool up to date, in place, if it would not be true of what is to stand
  /// there. It may be ahead of that, so this comes first.
  ///
  /// @param next what the spool will hold
  /// @param guard whether the locks are still ours
  public @Nullable StoreFailure freshen(MessageTable next, SpoolGuard guard) throws IOException {
    var there = known.head().imapBase();
    var wanted = mirror().base();
    boolean isTrue =
        there == null
            || wanted == null
            || (UidMirror.isTrue(there, next, known.ledger().uidNext())
                && there.declared().equals(wanted.declared()));
    return isTrue ? null : freshen(known.ledger().uidNext(), guard);
  }

  /// As [#freshen(MessageTable,SpoolGuard)], for messages that will have UIDs below one.
  @Nullable StoreFailure freshen(long uidNext, SpoolGuard guard) throws IOException {
    var there = known.head().imapBase();
    var wanted = mirror(uidNext).base();
    if (there == null || wanted == null || there.equals(wanted)) {
      return null;
    }
    boolean pseudo = known.head().pseudoEnd() > 0;
    long at = pseudo ? pseudoHeader() : known.table().headerStart(0);
    var header =
        pseudo
            ? reader.octets(at, (int) Math.min(MAX_PSEUDO_OCTETS, known.head().pseudoEnd() - at))
            : reader.header(known.table(), 0);
    var patch = StatusHeaders.patchBase(header, wanted);
    if (patch.isEmpty()) {
      return null;
    }
    var octets = patch.get().octets();
    boolean whole = octets.length >= wanted.print().length();
    var now =
        whole ? wanted : new ImapBase(wanted.uidValidity(), wanted.uidLast(), there.keywords());
    if (now.equals(there)) {
      return null;
    }
    if (environment
            .rewriter()
            .patch(
                spool.descriptor(),
                List.of(new MboxRewriter.Replaced(at + patch.get().offset(), octets)),
                guard)
        instanceof StoreResult.Failed<Long>(StoreFailure failure)) {
      known.forget();
      return failure;
    }
    known.baseWritten(now);
    known.keepMailLookingNew(known.table());
    known.restamp();
    return null;
  }

  /// Where the header of the pseudo message begins: behind its From_ line.
  private long pseudoHeader() throws IOException {
    long start = known.head().skippedOctets();
    var line =
        reader.octets(
            start, (int) Math.min(FromLine.JUDGED_OCTETS, known.head().pseudoEnd() - start));
    int end = 0;
    while (end < line.length && line[end] != '\n') {
      end++;
    }
    return start + Math.min(line.length, end + 1);
  }
}
