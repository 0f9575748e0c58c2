package org.popinjay.imap.parse;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.StoreAction;
import org.popinjay.imap.parse.FlagLists.Recent;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.ModSeq;

/// STORE and UID STORE (RFC 9051, section 6.4.6; RFC 7162, section 3.1.3).
final class StoreParser {
  private StoreParser() {}

  /// `store = "STORE" SP sequence-set [store-modifiers] SP store-att-flags`.
  static ImapCommand parse(ImapLexer in, boolean uid) {
    in.gap();
    var messages = NumberSets.set(in, uid);
    in.gap();
    @Nullable ModSeq unchangedSince = null;
    if (in.at('(')) {
      unchangedSince = unchangedSince(in);
      in.gap();
    }
    var word = in.word();
    boolean silent = word.endsWith(".SILENT");
    var operation = silent ? word.substring(0, word.length() - ".SILENT".length()) : word;
    if (!operation.equals("FLAGS") && !operation.equals("+FLAGS") && !operation.equals("-FLAGS")) {
      in.expected("FLAGS, +FLAGS or -FLAGS");
    }
    in.gap();
    var flags =
        in.at('(') ? FlagLists.list(in, Recent.REFUSED) : FlagLists.bare(in, Recent.REFUSED);
    var action = new StoreAction(change(operation, flags), silent, unchangedSince);
    return new ImapCommand.Store(messages, action);
  }

  private static FlagChange change(String operation, Flags flags) {
    return switch (operation) {
      case "+FLAGS" -> new FlagChange.Add(flags);
      case "-FLAGS" -> new FlagChange.Remove(flags);
      default -> new FlagChange.Replace(flags);
    };
  }

  /// `store-modifiers`: RFC 7162, section 7.
  private static ModSeq unchangedSince(ImapLexer in) {
    in.need('(');
    if (!in.takeWord("UNCHANGEDSINCE")) {
      in.expected("UNCHANGEDSINCE");
    }
    in.belongsTo(Capability.CONDSTORE);
    in.need(' ');
    var modSeq = new ModSeq(in.number64());
    in.need(')');
    return modSeq;
  }
}
