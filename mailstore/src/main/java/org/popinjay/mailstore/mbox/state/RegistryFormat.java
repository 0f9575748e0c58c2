package org.popinjay.mailstore.mbox.state;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.mbox.state.MailboxRegistry.Entry;

/// The text of a registry, in UTF-8:
///
/// ```
/// popinjay registry 2
/// uid 1000
/// mailbox 9f86d081884c7d659a2feaa0c55ad015 1700000000 INBOX
/// deleted 9a2feaa0c55ad0159f86d081884c7d65 1700000000 19700 Old tea
/// modseq 9f86d081884c7d659a2feaa0c55ad015 1782579200001048576
/// use SENT Sent mail
/// from Work
/// to Work/Old
/// crc 1a2b3c4d
/// ```
///
/// `deleted` has the day of it, counted from 1970. `from` and `to` name a renaming that is going
/// on. `modseq` is what is reserved for a mailbox by its id. Version 1 had none of these four.
///
/// Controls, surrogates and percent signs in a name are written as `%` and four hex digits. The crc
/// (CRC-32C) is that of all octets before its line. The first line means the same in every version.
public final class RegistryFormat {
  private static final int VERSION = 2;
  private static final String FIRST = "popinjay registry ";
  private static final String UID = "uid ";
  private static final String MAILBOX = "mailbox ";
  private static final String DELETED = "deleted ";
  private static final String MOD_SEQ = "modseq ";
  private static final String USE = "use ";
  private static final String FROM = "from ";
  private static final String TO = "to ";
  private static final String CRC = "crc ";

  private RegistryFormat() {}

  /// What a file says.
  public sealed interface Content {
    /// A registry.
    record Whole(Register register) implements Content {}

    /// A registry of a newer program.
    record Newer(int version) implements Content {}

    /// No registry any more.
    record Damaged() implements Content {}
  }

  /// Writes a registry.
  static byte[] print(Register register) {
    var text = new StringBuilder(FIRST).append(VERSION).append('\n');
    text.append(UID).append(Integer.toUnsignedString(register.uid())).append('\n');
    for (var entry : register.entries().values()) {
      text.append(entry.isDeleted() ? DELETED : MAILBOX).append(entry.id()).append(' ');
      text.append(entry.lastUidValidity()).append(' ');
      if (entry.isDeleted()) {
        text.append(entry.deletedOnDay()).append(' ');
      }
      text.append(escape(entry.name().text())).append('\n');
      if (entry.modSeqReserved() != 0) {
        text.append(MOD_SEQ).append(entry.id()).append(' ');
        text.append(entry.modSeqReserved()).append('\n');
      }
    }
    register
        .uses()
        .forEach((use, name) ->
            text.append(USE).append(use).append(' ').append(escape(name.text())).append('\n'));
    var intent = register.intent();
    if (intent != null) {
      text.append(FROM).append(escape(intent.from().text())).append('\n');
      text.append(TO).append(escape(intent.to().text())).append('\n');
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
    var uses = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    var reserved = new HashMap<String, Long>();
    @Nullable Integer uid = null;
    @Nullable MailboxName from = null;
    @Nullable MailboxName to = null;
    for (var line : text.lines().skip(1).toList()) {
      int space = line.indexOf(' ') + 1;
      var rest = line.substring(space);
      switch (line.substring(0, space)) {
        case UID -> uid = Integer.parseUnsignedInt(rest);
        case USE -> {
          int end = end(rest, 0);
          uses.put(SpecialUse.valueOf(rest.substring(0, end)), name(rest.substring(end + 1)));
        }
        case FROM -> from = name(rest);
        case TO -> to = name(rest);
        case MOD_SEQ -> {
          int end = end(rest, 0);
          reserved.put(rest.substring(0, end), Long.parseLong(rest.substring(end + 1)));
        }
        case MAILBOX, DELETED -> {
          var entry = entry(rest, line.startsWith(DELETED));
          entries.put(entry.name(), entry);
        }
        default -> throw new IllegalArgumentException("no line of a registry");
      }
    }
    if (uid == null || (from == null) != (to == null)) {
      return new Content.Damaged();
    }
    entries.replaceAll((_, entry) -> entry.reserving(reserved.getOrDefault(entry.id(), 0L)));
    var intent = from == null || to == null ? null : new Register.Renaming(from, to);
    return new Content.Whole(new Register(uid, entries, uses, intent));
  }

  private static Entry entry(String text, boolean deleted) {
    int idEnd = end(text, 0);
    int numberEnd = end(text, idEnd + 1);
    int dayEnd = deleted ? end(text, numberEnd + 1) : numberEnd;
    return new Entry(
        name(text.substring(dayEnd + 1)),
        text.substring(0, idEnd),
        Long.parseLong(text, idEnd + 1, numberEnd, 10),
        deleted ? Long.parseLong(text, numberEnd + 1, dayEnd, 10) : 0,
        0);
  }

  private static int end(String text, int from) {
    int end = text.indexOf(' ', from);
    if (end < 0) {
      throw new IllegalArgumentException("a word is missing");
    }
    return end;
  }

  private static MailboxName name(String written) {
    return new MailboxName(unescape(written));
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
