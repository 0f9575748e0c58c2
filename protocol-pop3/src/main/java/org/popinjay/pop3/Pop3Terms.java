package org.popinjay.pop3;

import org.popinjay.config.LimitsConfig;
import org.popinjay.config.Pop3Config;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.UserSettings;
import org.popinjay.mailstore.NamePrefixes;
import org.popinjay.pop3.handler.Pop3Dispatcher;
import org.popinjay.pop3.response.Help;
import org.popinjay.pop3.response.UidlFormat;

/// What holds in the sessions of a user: the settings, with what differs for him, and what follows
/// from them.
///
/// @param settings what is set for POP3
/// @param limits what he may use up
/// @param dispatcher knows all commands
/// @param uidlFormat how unique-ids are made
/// @param prefixes what may stand in front of names of mailboxes, which POP2 has
public record Pop3Terms(
    Pop3Config settings,
    LimitsConfig limits,
    Pop3Dispatcher dispatcher,
    UidlFormat uidlFormat,
    NamePrefixes prefixes) {

  /// Makes what follows from settings.
  ///
  /// @param all those of the server
  /// @param settings those of the user
  static Pop3Terms of(PopinjayConfig all, UserSettings settings) {
    var pop3 = settings.pop3();
    return new Pop3Terms(
        pop3,
        settings.limits(),
        new Pop3Dispatcher(pop3, new Help(all, pop3)),
        UidlFormat.of(pop3.idTemplate()),
        new NamePrefixes(settings.imap().namePrefixAliases()));
  }
}
