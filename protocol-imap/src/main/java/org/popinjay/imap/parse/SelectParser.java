package org.popinjay.imap.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.Qresync;
import org.popinjay.imap.command.Qresync.Match;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;

/// SELECT and EXAMINE (RFC 9051, sections 6.3.2 and 6.3.3; RFC 7162, sections 3.1.8 and 3.2.5).
final class SelectParser {
  private boolean condstore;
  private @Nullable Qresync qresync;

  private SelectParser() {}

  /// `select = "SELECT" SP mailbox [select-params]`.
  static ImapCommand parse(ImapLexer in, boolean readOnly) {
    in.gap();
    var mailbox = Mailboxes.name(in);
    var parameters = new SelectParser();
    if (in.more()) {
      parameters.read(in);
    }
    return new ImapCommand.Select(
        mailbox, readOnly, parameters.condstore || parameters.qresync != null, parameters.qresync);
  }

  /// `select-params`: RFC 4466, section 2.1; RFC 7162, section 7.
  private void read(ImapLexer in) {
    in.need('(');
    do {
      switch (in.word()) {
        case "CONDSTORE" -> {
          in.belongsTo(Capability.CONDSTORE);
          condstore = true;
        }
        case "QRESYNC" -> {
          if (!in.grammar().dialect().qresync()) {
            in.refuse("QRESYNC before ENABLE, ending");
          }
          qresync = qresync(in);
        }
        default -> in.refuse("unknown parameter");
      }
    } while (in.take(' '));
    in.need(')');
  }

  /// `select-param =/ "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP
  /// seq-match-data] ")"`.
  private static Qresync qresync(ImapLexer in) {
    in.need(' ');
    in.need('(');
    var uidValidity = new UidValidity(in.nzNumber());
    in.need(' ');
    var modSeq = new ModSeq(in.nzNumber64());
    @Nullable UidSet known = null;
    @Nullable Match match = null;
    if (in.take(' ')) {
      if (!in.at('(')) {
        known = NumberSets.plainUids(in);
      }
      if (known == null || in.take(' ')) {
        match = match(in);
      }
    }
    in.need(')');
    return new Qresync(uidValidity, modSeq, known, match);
  }

  /// `seq-match-data = "(" known-sequence-set SP known-uid-set ")"`.
  private static Match match(ImapLexer in) {
    in.need('(');
    var positions = NumberSets.sequence(in);
    in.need(' ');
    var uids = NumberSets.sequence(in);
    in.need(')');
    if (!ascends(positions.ranges()) || !ascends(uids.ranges()) || !alike(positions, uids)) {
      in.refuse("match data that does not match, ending");
      return new Match(new NumberSet.Sequence(List.of()), UidSet.EMPTY);
    }
    var set = new UidSet.Builder();
    uids.ranges().forEach(range -> set.add(range.first(), range.last()));
    return new Match(positions, set.build());
  }

  private static boolean ascends(List<Range> ranges) {
    long before = 0;
    for (var range : ranges) {
      if (range.first() <= before || range.last() < range.first()) {
        return false;
      }
      before = range.last();
    }
    return true;
  }

  private static boolean alike(NumberSet one, NumberSet other) {
    return count(one) == count(other);
  }

  private static long count(NumberSet set) {
    return set.ranges().stream().mapToLong(range -> range.last() - range.first() + 1).sum();
  }
}
