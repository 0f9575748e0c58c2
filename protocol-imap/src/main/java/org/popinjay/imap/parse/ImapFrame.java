package org.popinjay.imap.parse;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One command as the client sent it: its line and the literals in it, without the line's end (RFC
/// 9051, section 2.2.1).
///
/// A literal stands there as it came: `{3}`, CRLF, three octets. Of an APPEND, whose messages come
/// while it is carried out, the frame ends with the mark of the first one, `{310}`. Octets may hold
/// a password; nobody may print them.
public final class ImapFrame implements ImapInput {
  private final byte[] octets;
  private final @Nullable MessageIntake messages;

  /// A frame that is complete.
  ///
  /// @param octets not copied; the caller keeps no other reference
  public ImapFrame(byte[] octets) {
    this(octets, null);
  }

  /// A frame that ends with the mark of a literal.
  ///
  /// @param octets not copied; the caller keeps no other reference
  /// @param messages where the literal and the rest of the command come from
  public ImapFrame(byte[] octets, @Nullable MessageIntake messages) {
    this.octets = octets;
    this.messages = messages;
  }

  /// The octets themselves, not a copy.
  public byte[] octets() {
    return octets;
  }

  /// Where the messages come from; null if the frame is complete. If the frame turns out not to be
  /// a command that is carried out, [MessageIntake#refuse] is due before the answer.
  public @Nullable MessageIntake messages() {
    return messages;
  }

  /// Whether the line is the one that ends IDLE (RFC 9051, section 6.3.13).
  public boolean done() {
    return octets.length == 4 && word(0).equals("DONE");
  }

  /// The word behind the tag in capitals, for those who have to look ahead; empty if there is none.
  public String verb() {
    int at = 0;
    while (at < octets.length && octets[at] != ' ') {
      at++;
    }
    while (at < octets.length && octets[at] == ' ') {
      at++;
    }
    return word(at);
  }

  /// At most sixteen letters, as the longest command has twelve.
  private String word(int from) {
    var letters = new StringBuilder();
    for (int at = from; at < octets.length && letters.length() <= 16; at++) {
      if (!Character.isLetter(octets[at] & 0x7F) || octets[at] < 0) {
        break;
      }
      letters.append((char) octets[at]);
    }
    return letters.toString().toUpperCase(Locale.ROOT);
  }

  /// Overwrites the octets.
  public void wipe() {
    Arrays.fill(octets, (byte) 0);
  }

  /// Without what was sent.
  @Override
  public String toString() {
    return "ImapFrame[" + octets.length + " octets]";
  }
}
