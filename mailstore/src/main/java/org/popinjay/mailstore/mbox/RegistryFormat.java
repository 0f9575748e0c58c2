package org.popinjay.mailstore.mbox;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.mbox.MailboxRegistry.Entry;

/// The text of a registry, in UTF-8:
///
/// ```
/// popinjay registry 1
/// uid 1000
/// mailbox 9f86d081884c7d659a2feaa0c55ad015 1700000000 INBOX
/// crc 1a2b3c4d
/// ```
///
/// Controls, surrogates and percent signs in a name are written as `%` and four hex digits. The crc
/// (CRC-32C) is that of all octets before its line. The first line means the same in every version.
final class RegistryFormat {
  private static final int VERSION = 1;
  private static final String FIRST = "popinjay registry ";
  private static final String UID = "uid ";
  private static final String MAILBOX = "mailbox ";
  private static final String CRC = "crc ";

  private RegistryFormat() {}

  /// What a file says.
  sealed interface Content {
    /// A registry.
    ///
    /// @param uid the user's
    record Entries(int uid, Map<MailboxName, Entry> entries) implements Content {
      /// Copies the map, whose order does not matter.
      public Entries {
        entries = Map.copyOf(entries);
      }
    }

    /// A registry of a newer program.
    record Newer(int version) implements Content {}

    /// No registry any more.
    record Damaged() implements Content {}
  }

  /// Writes a registry.
  static byte[] print(int uid, Map<MailboxName, Entry> entries) {
    var text = new StringBuilder(FIRST).append(VERSION).append('\n');
    text.append(UID).append(Integer.toUnsignedString(uid)).append('\n');
    for (var entry : entries.values()) {
      text.append(MAILBOX).append(entry.id()).append(' ').append(entry.lastUidValidity());
      text.append(' ').append(escape(entry.name().text())).append('\n');
    }
    return (text + CRC + crc(text.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// Reads a registry. Pure; never throws.
  static Content parse(byte[] octets) {
    var text = new String(octets, StandardCharsets.UTF_8);
    try {
      int version = version(text);
      if (version > VERSION) {
        return new Content.Newer(version);
      }
      int last = text.lastIndexOf(CRC);
      if (last < 1 || !text.substring(last).equals(CRC + crc(text.substring(0, last)) + "\n")) {
        return new Content.Damaged();
      }
      return entries(text.substring(0, last));
    } catch (IllegalArgumentException _) {
      return new Content.Damaged();
    }
  }

  private static int version(String text) {
    int end = text.indexOf('\n');
    if (end < 0 || !text.startsWith(FIRST)) {
      throw new IllegalArgumentException("no registry");
    }
    return Integer.parseInt(text, FIRST.length(), end, 10);
  }

  private static Content entries(String text) {
    var entries = new LinkedHashMap<MailboxName, Entry>();
    @Nullable Integer uid = null;
    for (var line : text.lines().skip(1).toList()) {
      if (line.startsWith(UID)) {
        uid = Integer.parseUnsignedInt(line.substring(UID.length()));
      } else {
        var entry = entry(line);
        entries.put(entry.name(), entry);
      }
    }
    return uid == null ? new Content.Damaged() : new Content.Entries(uid, entries);
  }

  private static Entry entry(String line) {
    int idEnd = line.indexOf(' ', MAILBOX.length());
    int numberEnd = line.indexOf(' ', idEnd + 1);
    if (!line.startsWith(MAILBOX) || idEnd < 0 || numberEnd < 0) {
      throw new IllegalArgumentException("no mailbox");
    }
    return new Entry(
        new MailboxName(unescape(line.substring(numberEnd + 1))),
        line.substring(MAILBOX.length(), idEnd),
        Long.parseLong(line, idEnd + 1, numberEnd, 10));
  }

  private static String crc(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  private static String escape(String name) {
    var out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '%') {
        out.append('%').append("%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String unescape(String written) {
    var out = new StringBuilder();
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == '%') {
        out.append(
            (char) HexFormat.fromHexDigits(written, i + 1, Math.min(i + 5, written.length())));
        i += 4;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
