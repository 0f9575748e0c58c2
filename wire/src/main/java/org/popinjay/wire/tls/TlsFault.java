package org.popinjay.wire.tls;

import java.nio.file.Path;

/// What is wrong with a file of TLS.
///
/// @param key the setting that names the file
/// @param file which file
/// @param what what is wrong with it
public record TlsFault(String key, Path file, String what) {

  /// As a log has it.
  @Override
  public String toString() {
    return key + " " + file + ": " + what;
  }
}
