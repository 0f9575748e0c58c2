package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;

/// How a unique-id is made from what the store knows of a message (RFC 1939, section 7).
///
/// A format is text with variables, each perhaps behind a printf-like conversion: the default,
/// called `popinjay`, is `%08x{uid}%08x{uidvalidity}`, the same as Dovecot's. Conversions are `%d`,
/// `%x` and `%X`, with or without a width that zeros fill; a variable without one is decimal. An id
/// keeps its value as long as UID and UIDVALIDITY do: through rewriting, flags and delivery.
public final class UidlFormat {

  /// Name of the default in the settings.
  public static final String POPINJAY = "popinjay";

  /// Longest id in octets (RFC 1939, section 7).
  public static final int ID_OCTETS_MAX = 70;

  private static final String POPINJAY_TEMPLATE = "%08x{uid}%08x{uidvalidity}";

  private sealed interface Part {
    /// Most octets that it can have.
    int octetsMax();
  }

  private record Fixed(String text) implements Part {
    @Override
    public int octetsMax() {
      return text.length();
    }
  }

  private record Variable(Source source, Conversion conversion) implements Part {
    @Override
    public int octetsMax() {
      return Math.max(conversion.width, conversion.radix == 16 ? 8 : 10);
    }
  }

  private enum Source {
    UID,
    UIDVALIDITY
  }

  private record Conversion(int radix, boolean capitals, int width) {
    static final Conversion DECIMAL = new Conversion(10, false, 0);

    int write(long value, byte[] into, int at) {
      int digits = radix == 16 ? hexDigits(value) : Ascii.digits(value);
      int start = at;
      for (int i = digits; i < width; i++) {
        into[start++] = '0';
      }
      return radix == 16
          ? Ascii.hex(value, digits, capitals, into, start)
          : Ascii.decimal(value, into, start);
    }

    private static int hexDigits(long value) {
      return Math.max(1, (67 - Long.numberOfLeadingZeros(value)) / 4);
    }
  }

  /// Writes the ids of one maildrop.
  public static final class Writer {
    private final byte[] before;
    private final Conversion uid;
    private final byte[] after;

    private Writer(byte[] before, Conversion uid, byte[] after) {
      this.before = before;
      this.uid = uid;
      this.after = after;
    }

    /// Writes an id, at most [#ID_OCTETS_MAX] octets; returns where it ended.
    public int write(Uid message, byte[] into, int at) {
      System.arraycopy(before, 0, into, at, before.length);
      int end = uid.write(message.value(), into, at + before.length);
      System.arraycopy(after, 0, into, end, after.length);
      return end + after.length;
    }

    /// An id as text.
    public String text(Uid message) {
      var octets = new byte[ID_OCTETS_MAX];
      return new String(octets, 0, write(message, octets, 0), US_ASCII);
    }
  }

  private final List<Part> parts;
  private final int uidAt;

  private UidlFormat(List<Part> parts, int uidAt) {
    this.parts = List.copyOf(parts);
    this.uidAt = uidAt;
  }

  /// Reads a format of the settings.
  ///
  /// @throws IllegalArgumentException if it is none, names a variable that is not known, does not
  ///   name `uid` exactly once, or could give an id that RFC 1939 does not allow; the message says
  ///   which, for the operator
  public static UidlFormat of(String setting) {
    var template = setting.equals(POPINJAY) ? POPINJAY_TEMPLATE : setting;
    var parts = new Reader(template).parts();
    int uidAt = -1;
    int octetsMax = 0;
    for (int i = 0; i < parts.size(); i++) {
      octetsMax += parts.get(i).octetsMax();
      if (parts.get(i) instanceof Variable(Source source, _) && source == Source.UID) {
        check(uidAt < 0, setting, "{uid} once");
        uidAt = i;
      }
    }
    check(uidAt >= 0, setting, "{uid} in it, or all messages had the same id");
    check(octetsMax <= ID_OCTETS_MAX, setting, "ids of at most 70 octets, not " + octetsMax);
    return new UidlFormat(parts, uidAt);
  }

  /// The ids of a maildrop.
  public Writer in(UidValidity validity) {
    var uid = (Variable) parts.get(uidAt);
    return new Writer(
        fixed(parts.subList(0, uidAt), validity),
        uid.conversion,
        fixed(parts.subList(uidAt + 1, parts.size()), validity));
  }

  private static byte[] fixed(List<Part> parts, UidValidity validity) {
    var octets = new byte[ID_OCTETS_MAX];
    int end = 0;
    for (var part : parts) {
      switch (part) {
        case Fixed(String text) -> {
          System.arraycopy(text.getBytes(US_ASCII), 0, octets, end, text.length());
          end += text.length();
        }
        case Variable(_, Conversion conversion) ->
            end = conversion.write(validity.value(), octets, end);
      }
    }
    return Arrays.copyOf(octets, end);
  }

  private static void check(boolean fine, String setting, String expected) {
    if (!fine) {
      throw new IllegalArgumentException(
          "pop3.uidlFormat: \"" + setting + "\" (expected " + expected + ")");
    }
  }

  /// Takes a template apart.
  private static final class Reader {
    private final String template;
    private int at;

    Reader(String template) {
      this.template = template;
    }

    List<Part> parts() {
      var parts = new ArrayList<Part>();
      var text = new StringBuilder();
      while (at < template.length()) {
        char c = template.charAt(at);
        if (c == '{' || c == '%') {
          if (!text.isEmpty()) {
            parts.add(new Fixed(text.toString()));
            text.setLength(0);
          }
          var conversion = conversion();
          parts.add(new Variable(source(), conversion));
        } else {
          check(c > ' ' && c < 0x7F && c != '}', template, "printable US-ASCII");
          text.append(c);
          at++;
        }
      }
      if (!text.isEmpty()) {
        parts.add(new Fixed(text.toString()));
      }
      return parts;
    }

    private Conversion conversion() {
      if (template.charAt(at) != '%') {
        return Conversion.DECIMAL;
      }
      int digits = ++at;
      while (at < template.length() && Character.isDigit(template.charAt(at))) {
        at++;
      }
      check(at - digits <= 3 && at < template.length(), template, "%d, %x or %X with a width");
      int width = at == digits ? 0 : Integer.parseInt(template, digits, at, 10);
      return switch (template.charAt(at++)) {
        case 'd', 'u' -> new Conversion(10, false, width);
        case 'x' -> new Conversion(16, false, width);
        case 'X' -> new Conversion(16, true, width);
        default -> throw refused("%d, %x or %X");
      };
    }

    private Source source() {
      int close = template.indexOf('}', at);
      check(close > 0 && template.charAt(at) == '{', template, "a variable in braces behind %");
      var name = template.substring(at + 1, close);
      at = close + 1;
      return switch (name) {
        case "uid" -> Source.UID;
        case "uidvalidity" -> Source.UIDVALIDITY;
        default -> throw refused("{uid} and {uidvalidity}, not {" + name + "}");
      };
    }

    private IllegalArgumentException refused(String expected) {
      return new IllegalArgumentException(
          "pop3.uidlFormat: \"" + template + "\" (expected " + expected + ")");
    }
  }
}
