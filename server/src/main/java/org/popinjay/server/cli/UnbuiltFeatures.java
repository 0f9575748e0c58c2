package org.popinjay.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.PopinjayConfig;

/// Settings that are part of the contract and have no effect yet. Who builds one takes its line
/// out.
final class UnbuiltFeatures {
  private UnbuiltFeatures() {}

  /// Says once which of the settings in use have no effect yet.
  static void warn(PopinjayConfig config, PrintWriter err) {
    for (var name : inUse(config)) {
      err.println("popinjay: warning: " + name + " has no effect yet");
    }
    err.flush();
  }

  static List<String> inUse(PopinjayConfig config) {
    var names = new ArrayList<String>();
    add(names, "mail.quota", !config.mail().quota().equals(PopinjayConfig.DEFAULTS.mail().quota()));
    add(names, "overrides", !config.overrides().isEmpty());
    add(names, "pop3.loginDelay", !config.pop3().loginDelay().isZero());
    add(names, "pop3.expire", config.pop3().expire().isPresent());
    add(
        names,
        "log.statistics (-s)",
        config.log().statistics() != PopinjayConfig.DEFAULTS.log().statistics());
    return names;
  }

  private static void add(List<String> names, String name, boolean used) {
    if (used) {
      names.add(name);
    }
  }
}
