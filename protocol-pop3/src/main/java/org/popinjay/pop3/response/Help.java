package org.popinjay.pop3.response;

import java.util.List;
import java.util.stream.Stream;
import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// The answers to HELP, for people at telnet: what may be given now, and with which arguments.
public final class Help {
  private final Lines beforeSignIn;
  private final Lines afterIt;

  /// @param settings what is switched on
  public Help(Pop3Config settings) {
    this.beforeSignIn =
        Wording.help(
            List.of(
                "AUTH [mechanism [response]]",
                "CAPA",
                "HELP",
                "LANG [language]",
                "PASS password",
                "QUIT",
                "STLS",
                "USER name",
                "UTF8"));
    this.afterIt =
        Wording.help(
            Stream.of(
                    Stream.of("CAPA", "DELE message", "HELP", "LANG [language]"),
                    Stream.of("LAST").filter(_ -> settings.last()),
                    Stream.of(
                        "LIST [message]",
                        "NOOP",
                        "QUIT",
                        "RETR message",
                        "RSET",
                        "STAT",
                        "TOP message lines",
                        "UIDL [message]"),
                    Stream.of("XDELE message [message]", "XOVER").filter(_ -> settings.xover()),
                    Stream.of("XTND XLST field [message]"))
                .flatMap(some -> some)
                .toList());
  }

  /// What may be given until somebody is signed in.
  public Lines beforeSignIn() {
    return beforeSignIn;
  }

  /// What may be given with an open maildrop.
  public Lines afterIt() {
    return afterIt;
  }
}
