package org.popinjay.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.QuotaConfig;

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
    boolean quota =
        Stream.concat(Stream.of(config.forEverybody()), config.overrides().values().stream())
            .anyMatch(user -> !user.mail().quota().equals(QuotaConfig.DEFAULTS));
    add(names, "mail.quota", quota);
    return names;
  }

  private static void add(List<String> names, String name, boolean used) {
    if (used) {
      names.add(name);
    }
  }
}
