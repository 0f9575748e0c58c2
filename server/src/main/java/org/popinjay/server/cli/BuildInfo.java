package org.popinjay.server.cli;

import java.io.IOException;
import java.util.Properties;

/// What the build wrote down about itself.
///
/// @param version of the project
/// @param commit abbreviated, or `unknown` where it was built without git
public record BuildInfo(String version, String commit) {
  private static final String UNKNOWN = "unknown";

  /// Reads what the build wrote.
  public static BuildInfo read() {
    var properties = new Properties();
    try (var in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException("build.properties in the jar", e);
    }
    var commit = properties.getProperty("commit", UNKNOWN);
    // Without git nobody filled in the name of the property.
    return new BuildInfo(
        properties.getProperty("version", UNKNOWN), commit.startsWith("$") ? UNKNOWN : commit);
  }
}
