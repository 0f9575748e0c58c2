package org.popinjay.pop3.response;

import java.util.stream.Stream;
import org.popinjay.config.Pop3Config;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// The answers to HELP, for people at telnet: what may be given now, and with which arguments.
public final class Help {
  private final Lines afterIt;

  /// @param settings what is switched on
  /// @param own the same of POP3, as it is for the user
  public Help(PopinjayConfig settings, Pop3Config own) {
    boolean boards = settings.bboards().dir().isPresent();
    boolean sending = settings.xtnd().xmit().enabled();
    this.afterIt =
        Wording.help(
            Stream.of(
                    Stream.of("CAPA", "DELE message", "HELP", "LANG [language]"),
                    Stream.of("LAST").filter(_ -> own.last()),
                    Stream.of(
                        "LIST [message]",
                        "NOOP",
                        "QUIT",
                        "RETR message",
                        "RSET",
                        "STAT",
                        "TOP message lines",
                        "UIDL [message]"),
                    Stream.of("XDELE message [message]", "XOVER").filter(_ -> own.xover()),
                    Stream.of("XTND ARCHIVE board", "XTND BBOARDS [board]", "XTND X-BBOARDS board")
                        .filter(_ -> boards),
                    Stream.of("XTND XLST field [message]"),
                    Stream.of("XTND XMIT").filter(_ -> sending))
                .flatMap(some -> some)
                .toList());
  }

  /// What may be given until somebody is signed in.
  ///
  /// @param upgradable whether the connection can turn to TLS
  public static Lines beforeSignIn(boolean upgradable) {
    return Wording.help(
        Stream.of(
                "AUTH [mechanism [response]]",
                "CAPA",
                "HELP",
                "LANG [language]",
                "PASS password",
                "QUIT",
                "STLS",
                "USER name",
                "UTF8")
            .filter(command -> upgradable || !command.equals("STLS"))
            .toList());
  }

  /// What may be given with an open maildrop.
  public Lines afterIt() {
    return afterIt;
  }
}
