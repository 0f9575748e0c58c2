package org.popinjay.imap.handler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.SearchProgram;
import org.popinjay.imap.command.SearchProgram.SearchReturn;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.search.SearchEvaluator;
import org.popinjay.mailstore.search.SearchKey;
import org.popinjay.wire.SessionEvents.Limit;

/// Answers SEARCH and UID SEARCH (RFC 9051, section 6.4.4; RFC 4731; RFC 7162, section 3.1.5). May
/// block on the store.
public final class SearchHandler {
  private static final Outcome UNKNOWN_CHARSET =
      Outcome.no(
          new ResponseCode.BadCharset(List.of("UTF-8", "US-ASCII")), "this charset is not known");

  private static final Outcome TOO_LONG = Outcome.no(Plain.LIMIT, "this search takes too long");

  private final long mostNanos;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /// @param most time that one search may take. Elapsed, since a lane has no clock of its own for
  ///   what it computes; what the client needs to read the answer does not count.
  /// @param clock says what YOUNGER and OLDER count from (RFC 5032)
  /// @param nanoTime as [System#nanoTime]
  public SearchHandler(Duration most, InstantSource clock, LongSupplier nanoTime) {
    this.mostNanos = most.toNanos();
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /// Finds messages and tells which, in ascending order; that there are none is told, too.
  ///
  /// @param tag of the command, for the answer
  public Outcome search(
      ImapSession session, String tag, ImapCommand.Search command, ImapOutput out) {
    return switch (command.program()) {
      case SearchProgram.UnknownCharset _ -> UNKNOWN_CHARSET;
      case SearchProgram.Keys(var returned, var key) -> {
        if (session.view().count() > 0 && key.mentions(one -> isBeyond(session, one))) {
          yield Outcome.bad("no message has this number");
        }
        boolean modSeq = key.mentions(SearchKey.ChangedSince.class::isInstance);
        var unusable = modSeq ? session.useModSeq(out) : null;
        if (unusable != null) {
          yield unusable;
        }
        try (var search = new SearchEvaluator(session.view(), key, clock.instant())) {
          var refusal = carryOut(search, session, out);
          yield refusal == null
              ? answer(session, tag, command.uid(), returned, search.found(), modSeq, out)
              : refusal;
        }
      }
    };
  }

  private static boolean isBeyond(ImapSession session, SearchKey key) {
    return key instanceof SearchKey.Numbers(NumberSet set)
        && Addressed.refusal(session, set) != null;
  }

  /// Looks at all messages. Between two slices it notices that the client is gone, or that this is
  /// enough.
  ///
  /// @return why it was given up, or null
  private @Nullable Outcome carryOut(SearchEvaluator search, ImapSession session, ImapOutput out) {
    long began = nanoTime.getAsLong();
    while (search.slice()) {
      if (out.gone()) {
        return Outcome.CutOff.CUT_OFF;
      }
      if (nanoTime.getAsLong() - began > mostNanos) {
        session.limitReached(Limit.SEARCH_TIME);
        return TOO_LONG;
      }
    }
    return null;
  }

  private static Outcome answer(
      ImapSession session,
      String tag,
      boolean uid,
      Set<SearchReturn> returned,
      BitSet found,
      boolean modSeq,
      ImapOutput out) {
    boolean extended = !returned.isEmpty() || session.dialect().rev2();
    var response =
        extended
            ? extended(session.view(), found, tag, uid, returned, modSeq)
            : plain(session.view(), found, uid, modSeq);
    return out.send(response) ? Outcome.ok("SEARCH completed") : Outcome.CutOff.CUT_OFF;
  }

  private static ImapResponse plain(MailboxView view, BitSet found, boolean uid, boolean modSeq) {
    return new ImapResponse.Search(
        Addressed.numbers(view, found, uid), modSeq ? highest(view, found) : null);
  }

  /// What was asked for in RETURN; in RFC 9051's dialect all numbers if nothing was.
  private static ImapResponse extended(
      MailboxView view,
      BitSet found,
      String tag,
      boolean uid,
      Set<SearchReturn> returned,
      boolean modSeq) {
    boolean all = returned.isEmpty() || returned.contains(SearchReturn.ALL);
    boolean count = returned.contains(SearchReturn.COUNT);
    boolean any = !found.isEmpty();
    int first = found.nextSetBit(0);
    int last = found.length() - 1;
    // The mod-sequence is that of what is told (RFC 7162, section 3.1.10).
    var told = new BitSet();
    if (all || count) {
      told = found;
    } else if (any) {
      told.set(first, returned.contains(SearchReturn.MIN));
      told.set(last, told.get(last) || returned.contains(SearchReturn.MAX));
    }
    return new ImapResponse.Esearch(
        tag,
        uid,
        any && returned.contains(SearchReturn.MIN) ? number(view, first, uid) : null,
        any && returned.contains(SearchReturn.MAX) ? number(view, last, uid) : null,
        any && all ? Addressed.numbers(view, found, uid) : null,
        count ? (long) found.cardinality() : null,
        modSeq ? highest(view, told) : null);
  }

  private static @Nullable Long number(MailboxView view, int position, boolean uid) {
    return uid ? view.message(position).uid().value() : (long) position;
  }

  /// The highest mod-sequence among messages; null if there are none.
  private static @Nullable ModSeq highest(MailboxView view, BitSet positions) {
    return positions.stream()
        .mapToObj(position -> view.message(position).modSeq())
        .max(ModSeq::compareTo)
        .orElse(null);
  }
}
