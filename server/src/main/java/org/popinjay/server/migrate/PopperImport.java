package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.List;

/// Says the arguments of popper, as they stand in inetd.conf, in our settings.
///
/// Those of qpopper that are not popper's are named; what they set can be set in its file, too,
/// which [QpopperImport] reads.
public final class PopperImport {
  private static final String WITH_VALUE = "bTteflLpyD";

  private final SettingsText ours = new SettingsText();

  private PopperImport() {}

  /// Says them.
  ///
  /// @param arguments the words behind the name of the program
  public static Translation of(List<String> arguments) {
    var popper = new PopperImport();
    popper.ours.item("listeners", "protocol: pop3, bind: \"*:110\"", "what inetd listened on");
    popper.ours.word("log.syslog", "local0", "where popper wrote unless it was built otherwise");
    var left = new ArrayList<>(arguments);
    while (!left.isEmpty()) {
      popper.take(left.removeFirst(), left);
    }
    return popper.ours.translation("popper " + String.join(" ", arguments));
  }

  private void take(String word, List<String> left) {
    if (!word.startsWith("-") || word.length() < 2) {
      // inetd.conf begins with the name of the program.
      if (!word.endsWith("popper")) {
        ours.miss(word, "no option of popper");
      }
      return;
    }
    for (int i = 1; i < word.length(); i++) {
      char option = word.charAt(i);
      if (WITH_VALUE.indexOf(option) < 0) {
        flag(option);
        continue;
      }
      var attached = word.substring(i + 1);
      if (attached.isEmpty() && left.isEmpty()) {
        ours.miss("-" + option, "its value is missing");
      } else {
        value(option, attached.isEmpty() ? left.removeFirst() : attached);
      }
      return;
    }
  }

  private void flag(char option) {
    switch (option) {
      case 'd' -> ours.word("log.level", "debug", "-d");
      case 's' -> ours.word("log.statistics", "true", "-s");
      case 'R' -> ours.word("dns.reverse", "off", "-R");
      case 'S' -> ours.miss("-S", "not needed: a maildrop is never copied");
      default -> ours.miss("-" + option, "no option of popper; set it by hand");
    }
  }

  private void value(char option, String value) {
    switch (option) {
      case 'b' -> ours.text("bulletins.dir", value, "-b");
      case 't' -> ours.text("log.traceFile", value, "-t");
      case 'T' -> timeout(ours, value, "-T");
      case 'f' -> ours.miss("-f " + value, "popinjay import qpopper " + value + " reads that file");
      default -> ours.miss("-" + option + " " + value, "no option of popper; set it by hand");
    }
  }

  /// Seconds of silence, of which we take 15 at least.
  static void timeout(SettingsText ours, String value, String from) {
    boolean number = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number || value.length() > 6) {
      ours.miss(from + " " + value, "no number of seconds");
    } else if (Integer.parseInt(value) < 15) {
      ours.word("pop3.idleTimeout", "15s", from + " " + value + ", of which 15 s is the least");
    } else {
      ours.word("pop3.idleTimeout", value + "s", from + "; RFC 1939 demands 10m at least");
    }
  }
}
