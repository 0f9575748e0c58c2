package org.popinjay.config.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import org.popinjay.config.Setting;
import org.popinjay.config.UserSettings;

/// What differs for one user, as it would be written.
public final class OwnSettings {
  private OwnSettings() {}

  /// The value of each key that is not everybody's, in the order of the reference.
  public static Map<String, String> differing(UserSettings own, UserSettings everybody) {
    var differing = new LinkedHashMap<String, String>();
    compare("", own, everybody, differing);
    return differing;
  }

  private static void compare(
      String block, Record own, Record everybody, Map<String, String> differing) {
    for (var component : own.getClass().getRecordComponents()) {
      var key = Site.below(block, component.getName());
      var value = Records.get(own, component);
      var usual = Records.get(everybody, component);
      if (value instanceof Record part && !ValueTypes.isSingle(part.getClass())) {
        compare(key, part, (Record) usual, differing);
      } else if (!value.equals(usual)) {
        differing.put(key, ValueTypes.print(value, component.getAnnotation(Setting.class)));
      }
    }
  }
}
