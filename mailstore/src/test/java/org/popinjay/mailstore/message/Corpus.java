package org.popinjay.mailstore.message;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/// Messages that all readers of mail are asked about: public samples, and made ones that are proper
/// or broken, always the same.
final class Corpus {
  private static final int MADE = 250;
  private static final int BROKEN = 250;

  private Corpus() {}

  /// Messages by name, line ends as CRLF.
  static Map<String, byte[]> messages() throws IOException, URISyntaxException {
    var messages = new TreeMap<String, byte[]>();
    var folder = Path.of(Objects.requireNonNull(Corpus.class.getResource("/corpus")).toURI());
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Corpus::isMessage).toList()) {
        messages.put(folder.relativize(file).toString(), presented(Files.readAllBytes(file)));
      }
    }
    for (int i = 0; i < MADE; i++) {
      messages.put("made/%03d".formatted(i), RandomMime.made(new Random(i)).octets());
    }
    for (int i = 0; i < BROKEN; i++) {
      messages.put("broken/%03d".formatted(i), presented(RandomMime.broken(new Random(i))));
    }
    return messages;
  }

  private static boolean isMessage(Path file) {
    var name = file.toString();
    return name.endsWith(".eml") || name.endsWith(".msg");
  }

  /// Each line end as CRLF, as the store presents it.
  private static byte[] presented(byte[] octets) {
    var text = new String(octets, StandardCharsets.ISO_8859_1);
    var lines = text.replace("\r\n", "\n").replace("\n", "\r\n");
    return lines.getBytes(StandardCharsets.ISO_8859_1);
  }
}
