package org.popinjay.server.control;

import java.util.List;
import org.popinjay.auth.UserSource;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.MailStore;

/// What the server would do with somebody who comes now.
///
/// @param sources where users come from, in the order in which they are asked
/// @param imapCapabilities what IMAP announces after sign-in
/// @param pop3Capabilities what CAPA answers after sign-in
public record Standing(
    PopinjayConfig settings,
    List<UserSource> sources,
    MailStore store,
    List<String> imapCapabilities,
    List<String> pop3Capabilities) {
  /// Copies the lists.
  public Standing {
    sources = List.copyOf(sources);
    imapCapabilities = List.copyOf(imapCapabilities);
    pop3Capabilities = List.copyOf(pop3Capabilities);
  }
}
