package org.popinjay.mailstore.mbox.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.popinjay.config.Escape;
import org.popinjay.config.IdTemplate;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.FileCalls;

/// Ids of messages out of a file that an operator made: a line a message, `user TAB digest TAB id`
/// ([TextDigest]). Empty lines and those that begin with `#` are passed over.
final class IdList {
  private static final int DIGEST_DIGITS = 64;

  private final Map<String, Map<String, String>> byUser = new HashMap<>();

  private IdList() {}

  /// Reads a list.
  ///
  /// @throws IOException when it cannot be read, or a line is not of that form; the message says
  ///   which
  static IdList read(FileCalls files, String path) throws IOException {
    var list = new IdList();
    int number = 0;
    var text = new String(octets(files, path), ISO_8859_1);
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      number++;
      var line = text.substring(at, end);
      if (!line.isBlank() && !line.startsWith("#") && !list.take(line)) {
        throw new IOException(
            "%s:%d: %s (expected user, SHA-256 in hexadecimal digits and id, with tabs between)"
                .formatted(path, number, Escape.text(line)));
      }
      at = end + 1;
    }
    return list;
  }

  private static byte[] octets(FileCalls files, String path) throws IOException {
    int descriptor = files.open(path, READ | NON_BLOCKING, 0);
    try {
      long size = files.stat(descriptor).size();
      if (size > Integer.MAX_VALUE - 8) {
        throw new IOException(path + ": " + size + " octets (expected less than 2 GiB)");
      }
      var buffer = ByteBuffer.allocateDirect((int) size);
      Replacement.readFully(files, descriptor, buffer, 0);
      var octets = new byte[buffer.flip().remaining()];
      buffer.get(octets);
      return octets;
    } finally {
      Replacement.quietly(() -> files.close(descriptor));
    }
  }

  private boolean take(String line) {
    int first = line.indexOf('\t');
    int second = line.indexOf('\t', first + 1);
    if (first <= 0 || second < 0) {
      return false;
    }
    var user = new String(line.substring(0, first).getBytes(ISO_8859_1), UTF_8);
    var digest = line.substring(first + 1, second).toLowerCase(Locale.ROOT);
    var id = line.substring(second + 1).stripTrailing();
    if (digest.length() != DIGEST_DIGITS || !IdTemplate.isId(id)) {
      return false;
    }
    byUser.computeIfAbsent(user, _ -> new HashMap<>()).putIfAbsent(digest, id);
    return true;
  }

  /// The ids of a user's messages, by their digests.
  Map<String, String> of(String user) {
    return byUser.getOrDefault(user, Map.of());
  }
}
