package org.popinjay.config;

import java.util.List;

/// Extensions of POP3 that popper had (RFC 1082).
public record XtndConfig(@Setting("Sending mail by XTND XMIT.") XmitConfig xmit) {

  /// Nothing that does more than read.
  public static final XtndConfig DEFAULTS = new XtndConfig(XmitConfig.DEFAULTS);

  /// How XTND XMIT sends mail.
  public record XmitConfig(
      @Setting(
              "Let users send mail by XTND XMIT, which is what SMTP is for. Under TLS, from this"
                  + " machine and from `auth.cleartextNetworks` alone.")
          boolean enabled,
      @Setting(
              value =
                  "What takes the message on its standard input: an absolute path and its"
                      + " arguments, which no shell sees. `{user}` and `{domain}` are those of who"
                      + " is signed in, the domain else `host`. Runs as that user where"
                      + " `mail.identity` is `user`, else as the server, and without an"
                      + " environment.",
              range = "1..64")
          List<String> command,
      @Setting(value = "Longest message.", range = "1KiB..1GiB") ByteSize maxBytes,
      @Setting(
              value =
                  "Recipients of a message: addresses in To, Cc, Bcc and their like. A program that"
                      + " finds others has to bound their number itself.",
              range = "1..1000")
          int maxRecipients,
      @Setting(value = "Messages that a user may send in an hour.", range = "1..1000000")
          int ratePerUserPerHour) {

    /// Off; with the arguments of every sendmail.
    public static final XmitConfig DEFAULTS =
        new XmitConfig(
            false,
            List.of("/usr/sbin/sendmail", "-t", "-i", "-oem", "-f", "{user}@{domain}"),
            ByteSize.ofMiB(10),
            25,
            60);

    /// Copies the list, and checks the ranges and that the program has an absolute path.
    public XmitConfig {
      command = List.copyOf(command);
      SettingRange.check(
          "xtnd.xmit",
          XmitConfig.class,
          enabled,
          command,
          maxBytes,
          maxRecipients,
          ratePerUserPerHour);
      if (!command.getFirst().startsWith("/")) {
        throw new SettingException("xtnd.xmit.command", command.getFirst(), "an absolute path");
      }
    }
  }
}
