package org.popinjay.imap;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.UserSettings;
import org.popinjay.imap.handler.ImapDispatcher;
import org.popinjay.imap.parse.ImapCommandParser;
import org.popinjay.mailstore.StoreTraits;

/// What holds in the sessions of a user: the settings, with what differs for him, and what follows
/// from them.
///
/// @param settings what is set for IMAP
/// @param limits what he may use up
/// @param announced what is announced
/// @param parser reads commands
/// @param dispatcher knows all commands
public record ImapTerms(
    ImapConfig settings,
    LimitsConfig limits,
    Announced announced,
    ImapCommandParser parser,
    ImapDispatcher dispatcher) {

  /// Makes what follows from settings.
  ///
  /// @param nanoTime as [System#nanoTime], for what searches take
  static ImapTerms of(
      UserSettings settings, StoreTraits traits, InstantSource clock, LongSupplier nanoTime) {
    var imap = settings.imap();
    var limits = settings.limits();
    long appendOctets = limits.appendOctets().octets();
    var announced = new Announced(imap, traits, appendOctets);
    return new ImapTerms(
        imap,
        limits,
        announced,
        new ImapCommandParser(
            announced.switchedOn(), imap.obsolete(), imap.lenient8bit(), limits.imapCommand()),
        new ImapDispatcher(
            ImapService.IDENTITY,
            appendOctets,
            imap.renameSubscriptions(),
            imap.namePrefixAliases(),
            limits.searchTime(),
            clock,
            nanoTime));
  }
}
