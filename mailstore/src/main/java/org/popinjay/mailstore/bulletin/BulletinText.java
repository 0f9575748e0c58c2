package org.popinjay.mailstore.bulletin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.message.HeaderReader;

/// A bulletin, taken apart: who posted it when, and the message itself.
///
/// What users read is the message without the fields that stores and servers keep books in, so that
/// no bulletin can forge any. Line ends are those of the file.
public final class BulletinText {
  private static final Set<String> BOOKKEEPING =
      Set.of(
          "status",
          "x-status",
          "x-uid",
          "x-imap",
          "x-imapbase",
          "x-keywords",
          "x-uidl",
          "x-popinjay",
          "content-length");

  private final byte[] octets;
  private final int from;
  private final int to;
  private final SeparatorReader.Posting posting;

  private BulletinText(byte[] octets, int from, int to, SeparatorReader.Posting posting) {
    this.octets = octets;
    this.from = from;
    this.to = to;
    this.posting = posting;
  }

  /// Takes the octets of a file apart.
  ///
  /// @return null if the first line does not separate messages
  public static @Nullable BulletinText of(byte[] octets, SeparatorReader separators) {
    int from = 0;
    while (from < octets.length && octets[from] != '\n') {
      from++;
    }
    from = Math.min(from + 1, octets.length);
    var posting = separators.read(octets, from);
    return posting == null
        ? null
        : new BulletinText(octets, from, withoutSeparator(octets, from), posting);
  }

  /// A blank line at the end separates messages and belongs to none.
  private static int withoutSeparator(byte[] octets, int from) {
    int end = octets.length;
    int blank = lineEndBefore(octets, from, end);
    return blank > 0 && lineEndBefore(octets, from, end - blank) > 0 ? end - blank : end;
  }

  private static int lineEndBefore(byte[] octets, int from, int end) {
    if (end - 1 < from || octets[end - 1] != '\n') {
      return 0;
    }
    return end - 2 >= from && octets[end - 2] == '\r' ? 2 : 1;
  }

  /// Who posted it.
  public String sender() {
    return posting.sender();
  }

  /// When.
  public InternalDate date() {
    return posting.date();
  }

  /// The message as everybody may read it.
  public byte[] shared() {
    return text(null);
  }

  /// The message as it is sent to one user: the first `To:` names him and others are left out; if
  /// there is none it stands at the end of the header.
  ///
  /// @param address of the user, safe to stand in a header
  public byte[] addressedTo(String address) {
    return text(address);
  }

  private byte[] text(@Nullable String address) {
    var out = new ByteArrayOutputStream(octets.length + 128);
    var lineEnd = from > 1 && octets[from - 2] == '\r' ? "\r\n" : "\n";
    var field = new HeaderReader(octets, from, to);
    boolean isAddressed = address == null;
    byte last = '\n';
    while (field.next()) {
      var name = field.name().toLowerCase(Locale.ROOT);
      if (BOOKKEEPING.contains(name)) {
        continue;
      }
      if (address != null && name.equals("to")) {
        if (!isAddressed) {
          out.writeBytes(("To: " + address + lineEnd).getBytes(ISO_8859_1));
          last = '\n';
        }
        isAddressed = true;
      } else {
        out.write(octets, field.start(), field.end() - field.start());
        last = octets[field.end() - 1];
      }
    }
    if (!isAddressed) {
      var line = (last == '\n' ? "" : lineEnd) + "To: " + address + lineEnd;
      out.writeBytes(line.getBytes(ISO_8859_1));
    }
    out.write(octets, field.start(), to - field.start());
    return out.toByteArray();
  }
}
