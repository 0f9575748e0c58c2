package org.popinjay.mailstore.mbox.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.message.HeaderReader;

/// Header fields that mean something to the engine. The one list of the fields that are hidden from
/// clients.
///
/// A name counts in any case, with the colon right behind it; `Status :` is another field.
public enum KnownField {
  /// `R` seen, `O` not recent.
  STATUS("Status", true),
  /// `A` answered, `F` flagged, `T` draft, `D` deleted.
  X_STATUS("X-Status", true),
  /// Keywords of the message.
  X_KEYWORDS("X-Keywords", true),
  /// UID of the message.
  X_UID("X-UID", true),
  /// State of the mailbox, in the pseudo message.
  X_IMAP("X-IMAP", true),
  /// State of the mailbox, in the first message.
  X_IMAPBASE("X-IMAPbase", true),
  /// Octets of the body.
  CONTENT_LENGTH("Content-Length", true),
  /// What this program notes of a message that it stored.
  X_POPINJAY("X-Popinjay", true),
  /// Who took the message from whom.
  RECEIVED("Received", false),
  /// When it was written.
  DATE("Date", false),
  /// Its name in the world.
  MESSAGE_ID("Message-ID", false),
  /// Whom it was delivered to.
  DELIVERED_TO("Delivered-To", false),
  /// Lines of the body, as mutt notes them on its way.
  LINES("Lines", false),
  /// What it is about.
  SUBJECT("Subject", false),
  /// Who wrote it.
  FROM("From", false);

  /// Octets of the longest hidden name and its colon.
  public static final int LONGEST_HIDDEN = "Content-Length:".length();

  private static final List<List<KnownField>> BY_LETTER = byLetter();

  private final String fieldName;
  private final String lowerName;
  private final boolean hidden;

  KnownField(String fieldName, boolean hidden) {
    this.fieldName = fieldName;
    this.lowerName = fieldName.toLowerCase(Locale.ROOT);
    this.hidden = hidden;
  }

  private static List<List<KnownField>> byLetter() {
    var lists = new ArrayList<List<KnownField>>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      char first = letter;
      lists.add(
          Arrays.stream(values()).filter(field -> field.lowerName.charAt(0) == first).toList());
    }
    return List.copyOf(lists);
  }

  /// The name as it is written.
  public String fieldName() {
    return fieldName;
  }

  /// Whether clients never see it.
  public boolean isHidden() {
    return hidden;
  }

  /// Which one a field is; null if it is none of these.
  public static @Nullable KnownField of(HeaderReader field) {
    int letter = lower(field.firstOctet()) - 'a';
    if (letter >= 0 && letter < BY_LETTER.size()) {
      for (var known : BY_LETTER.get(letter)) {
        if (field.isNamed(known.fieldName)) {
          return known;
        }
      }
    }
    return null;
  }

  /// Whether a name, without a colon, is that of a hidden field.
  static boolean hides(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .anyMatch(field -> field.hidden && field.lowerName.equals(wanted));
  }

  /// What the first octets of a line tell about its being a hidden field.
  public enum Sight {
    /// It is one.
    HIDDEN,
    /// It is none.
    SHOWN,
    /// The next octet has to be seen.
    UNDECIDED
  }

  /// Judges the first octets of a line.
  public static Sight look(byte[] octets, int count) {
    if (count == 0) {
      return Sight.UNDECIDED;
    }
    int letter = lower(octets[0]) - 'a';
    if (letter >= 0 && letter < BY_LETTER.size()) {
      for (var known : BY_LETTER.get(letter)) {
        if (known.hidden && known.begins(octets, count)) {
          return count > known.lowerName.length() ? Sight.HIDDEN : Sight.UNDECIDED;
        }
      }
    }
    return Sight.SHOWN;
  }

  private boolean begins(byte[] octets, int count) {
    int length = lowerName.length();
    for (int i = 0; i < Math.min(count, length); i++) {
      if (lower(octets[i]) != lowerName.charAt(i)) {
        return false;
      }
    }
    return count <= length || octets[length] == ':';
  }

  private static byte lower(int octet) {
    return (byte) (octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet);
  }
}
