package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import org.popinjay.config.IdTemplate;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.UidValidity;

/// How a unique-id is made from what the store knows of a message (RFC 1939, section 7).
///
/// An id that the store keeps with a message is that message's. All others are made of UID and
/// UIDVALIDITY, and keep their value as long as those do: through rewriting, flags and delivery.
public final class UidlFormat {

  /// Longest id in octets (RFC 1939, section 7).
  public static final int ID_OCTETS_MAX = IdTemplate.LONGEST_ID;

  /// Writes the ids of one maildrop.
  public static final class Writer {
    private final byte[] before;
    private final IdTemplate.Conversion uid;
    private final byte[] after;

    private Writer(byte[] before, IdTemplate.Conversion uid, byte[] after) {
      this.before = before;
      this.uid = uid;
      this.after = after;
    }

    /// Writes the id of a message, at most [#ID_OCTETS_MAX] octets; returns where it ended.
    public int write(Maildrop maildrop, int number, byte[] into, int at) {
      var kept = maildrop.keptId(number);
      if (kept != null) {
        return Ascii.text(kept, into, at);
      }
      System.arraycopy(before, 0, into, at, before.length);
      int end = write(maildrop.uid(number).value(), into, at + before.length);
      System.arraycopy(after, 0, into, end, after.length);
      return end + after.length;
    }

    private int write(long value, byte[] into, int at) {
      int digits = uid.radix() == 16 ? hexDigits(value) : Ascii.digits(value);
      int start = at;
      for (int i = digits; i < uid.width(); i++) {
        into[start++] = '0';
      }
      return uid.radix() == 16
          ? Ascii.hex(value, digits, uid.capitals(), into, start)
          : Ascii.decimal(value, into, start);
    }

    private static int hexDigits(long value) {
      return Math.max(1, (67 - Long.numberOfLeadingZeros(value)) / 4);
    }

    /// The id of a message as text.
    public String text(Maildrop maildrop, int number) {
      var octets = new byte[ID_OCTETS_MAX];
      return new String(octets, 0, write(maildrop, number, octets, 0), US_ASCII);
    }
  }

  private final List<IdTemplate.Part> parts;
  private final int uidAt;

  private UidlFormat(List<IdTemplate.Part> parts) {
    this.parts = parts;
    uidAt = parts.indexOf(parts.stream().filter(UidlFormat::isUid).findFirst().orElseThrow());
  }

  /// The format of ids that are not kept.
  ///
  /// @param template as the settings have it; of one that reads messages the ids are kept, and all
  ///   others are those of the default
  public static UidlFormat of(IdTemplate template) {
    return new UidlFormat((template.readsMessage() ? IdTemplate.POPINJAY : template).parts());
  }

  private static boolean isUid(IdTemplate.Part part) {
    return part instanceof IdTemplate.Part.Variable(var sources, _)
        && sources.getFirst() == IdTemplate.Source.UID;
  }

  /// The ids of a maildrop.
  public Writer in(UidValidity validity) {
    var uid = (IdTemplate.Part.Variable) parts.get(uidAt);
    return new Writer(
        fixed(parts.subList(0, uidAt), validity),
        uid.conversion(),
        fixed(parts.subList(uidAt + 1, parts.size()), validity));
  }

  private static byte[] fixed(List<IdTemplate.Part> parts, UidValidity validity) {
    var octets = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case IdTemplate.Part.Text(var text) -> octets.append(text);
        case IdTemplate.Part.Variable(_, var conversion) ->
            octets.append(conversion.print(validity.value()));
      }
    }
    return octets.toString().getBytes(US_ASCII);
  }
}
