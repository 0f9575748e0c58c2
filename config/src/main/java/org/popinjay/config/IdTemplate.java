package org.popinjay.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// How an id of a message is put together: text with variables, each perhaps behind a printf-like
/// conversion, `%08x{uid}%08x{uidvalidity}`.
///
/// Conversions are `%d`, `%x` and `%X`, with or without a width that zeros fill, for the two
/// numbers; a number without one is decimal. Several names in one pair of braces, `{xuidl|uid}`,
/// mean the first that has a value.
///
/// @param parts texts and variables in their order
public record IdTemplate(List<Part> parts) {
  /// Longest id in octets (RFC 1939, section 7).
  public static final int LONGEST_ID = 70;

  /// Name of the default in the settings.
  public static final String POPINJAY_NAME = "popinjay";

  /// What `popinjay` stands for, the same as Dovecot's default.
  public static final IdTemplate POPINJAY = of("%08x{uid}%08x{uidvalidity}");

  private static final int UID_DIGITS = 10;
  private static final long MOST_UID = 0xFFFF_FFFFL;

  /// A piece of a template.
  public sealed interface Part {
    /// Stands for itself.
    record Text(String text) implements Part {}

    /// Stands for something of the message.
    ///
    /// @param sources at least one; the first that has a value is meant
    record Variable(List<Source> sources, Conversion conversion) implements Part {
      /// Copies the list.
      public Variable {
        sources = List.copyOf(sources);
      }
    }
  }

  /// What a variable stands for.
  public enum Source {
    /// UID of the message.
    UID,
    /// UIDVALIDITY of its mailbox.
    UIDVALIDITY,
    /// What qpopper wrote into the field `X-UIDL`. Anybody can write it: of value only where mail
    /// is known to come from an old server.
    XUIDL,
    /// The field `Message-ID`.
    MESSAGE_ID,
    /// What popa3d makes of the header.
    MD5_POPA3D,
    /// What qpopper 2 makes of the header, and later ones with `old-style-uid`.
    MD5_QPOPPER,
    /// What qpopper 4 makes of the header if it does not write it down.
    MD5_QPOPPER4,
    /// What Dovecot makes of the header of a message in an mbox (`%m`).
    MD5_DOVECOT;

    /// Its name in a template.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isNumber() {
      return this == UID || this == UIDVALIDITY;
    }

    private static Optional<Source> named(String name) {
      return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst();
    }
  }

  /// How a number is printed.
  ///
  /// @param radix 10 or 16
  /// @param width least number of digits
  public record Conversion(int radix, boolean capitals, int width) {
    /// Decimal digits.
    public static final Conversion DECIMAL = new Conversion(10, false, 0);

    /// The digits of a number from 0 to 2^32-1.
    public String print(long number) {
      var digits = Long.toString(number, radix);
      var zeros = "0".repeat(Math.max(0, width - digits.length()));
      return zeros + (capitals ? digits.toUpperCase(Locale.ROOT) : digits);
    }

    private int octetsMax() {
      return Math.max(width, radix == 16 ? 8 : UID_DIGITS);
    }
  }

  /// Knows the values of one message.
  @FunctionalInterface
  public interface Values {
    /// The value of a variable that is no number, if the message has one.
    Optional<String> of(Source source);
  }

  /// Copies the parts.
  public IdTemplate {
    parts = List.copyOf(parts);
  }

  /// Reads a template.
  ///
  /// @throws SettingException if it is none, names a variable that is not known, or could give an
  ///   id of UID and UIDVALIDITY that is too long
  public static IdTemplate parse(String key, String text) {
    try {
      return of(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(key, '"' + text + '"', String.valueOf(e.getMessage()));
    }
  }

  private static IdTemplate of(String text) {
    return new IdTemplate(new Reader(text).parts());
  }

  /// Whether an id depends on more than UID and UIDVALIDITY, so that the message has to be read for
  /// it.
  public boolean readsMessage() {
    return variables().stream()
        .anyMatch(variable -> !variable.sources().stream().allMatch(Source::isNumber));
  }

  /// How often the UID stands in it.
  public long uids() {
    return variables().stream().filter(variable -> variable.sources().contains(Source.UID)).count();
  }

  /// Whether it needs a source.
  public boolean reads(Source source) {
    return variables().stream().anyMatch(variable -> variable.sources().contains(source));
  }

  private List<Part.Variable> variables() {
    return parts.stream()
        .filter(Part.Variable.class::isInstance)
        .map(Part.Variable.class::cast)
        .toList();
  }

  /// The id of a message; empty if it lacks a value, or what comes of it is no id.
  public Optional<String> id(long uid, long uidValidity, Values values) {
    var id = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Part.Text(var text) -> id.append(text);
        case Part.Variable variable -> {
          var value = value(variable, uid, uidValidity, values);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          id.append(value.get());
        }
      }
    }
    return Optional.of(id.toString()).filter(IdTemplate::isId);
  }

  private static Optional<String> value(
      Part.Variable variable, long uid, long uidValidity, Values values) {
    for (var source : variable.sources()) {
      var value =
          switch (source) {
            case UID -> Optional.of(variable.conversion().print(uid));
            case UIDVALIDITY -> Optional.of(variable.conversion().print(uidValidity));
            case XUIDL, MESSAGE_ID, MD5_POPA3D, MD5_QPOPPER, MD5_QPOPPER4, MD5_DOVECOT ->
                values.of(source).filter(IdTemplate::isId);
          };
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  /// The UID of the message that an id of this template would be of; empty if it is no such id.
  ///
  /// Needs a template that does not read messages and names the UID once.
  public OptionalLong uidOf(String id, long uidValidity) {
    var before = new StringBuilder();
    var after = new StringBuilder();
    var side = before;
    var conversion = Conversion.DECIMAL;
    for (var part : parts) {
      switch (part) {
        case Part.Text(var text) -> side.append(text);
        case Part.Variable(var sources, var shown) -> {
          if (sources.getFirst() == Source.UID) {
            conversion = shown;
            side = after;
          } else {
            side.append(shown.print(uidValidity));
          }
        }
      }
    }
    int digits = id.length() - before.length() - after.length();
    if (digits < 1 || !id.startsWith(before.toString()) || !id.endsWith(after.toString())) {
      return OptionalLong.empty();
    }
    var number = id.substring(before.length(), before.length() + digits);
    long uid = number(number, conversion.radix());
    return uid >= 1 && uid <= MOST_UID && conversion.print(uid).equals(number)
        ? OptionalLong.of(uid)
        : OptionalLong.empty();
  }

  private static long number(String digits, int radix) {
    long number = 0;
    for (int i = 0; i < digits.length() && number <= MOST_UID; i++) {
      int digit = Character.digit(digits.charAt(i), radix);
      if (digit < 0) {
        return 0;
      }
      number = number * radix + digit;
    }
    return number;
  }

  /// Whether a text can be an id: 1 to 70 octets 0x21 to 0x7E (RFC 1939, section 7).
  public static boolean isId(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x21 || text.charAt(i) > 0x7E) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= LONGEST_ID;
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Part.Text(var literal) -> text.append(literal);
        case Part.Variable(var sources, var conversion) -> {
          if (!conversion.equals(Conversion.DECIMAL)) {
            text.append('%').append(conversion.width() > 0 ? "0" + conversion.width() : "");
            text.append(conversion.radix() == 10 ? 'd' : conversion.capitals() ? 'X' : 'x');
          }
          text.append(
              sources.stream().map(Source::toString).collect(Collectors.joining("|", "{", "}")));
        }
      }
    }
    return text.toString();
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
      int octetsMax = 0;
      while (at < template.length()) {
        char c = template.charAt(at);
        if (c == '{' || c == '%') {
          if (!text.isEmpty()) {
            parts.add(new Part.Text(text.toString()));
            text.setLength(0);
          }
          var variable = variable();
          octetsMax +=
              variable.sources().stream().allMatch(Source::isNumber)
                  ? variable.conversion().octetsMax()
                  : 1;
          parts.add(variable);
        } else {
          check(c > ' ' && c < 0x7F && c != '}', "printable US-ASCII");
          text.append(c);
          octetsMax++;
          at++;
        }
      }
      if (!text.isEmpty()) {
        parts.add(new Part.Text(text.toString()));
      }
      check(octetsMax <= LONGEST_ID, "ids of at most 70 octets, not " + octetsMax);
      return parts;
    }

    private Part.Variable variable() {
      var conversion = conversion();
      var sources = sources();
      check(
          conversion.equals(Conversion.DECIMAL) || sources.stream().allMatch(Source::isNumber),
          "no conversion before what is no number");
      return new Part.Variable(sources, conversion);
    }

    private Conversion conversion() {
      if (template.charAt(at) != '%') {
        return Conversion.DECIMAL;
      }
      int digits = ++at;
      while (at < template.length() && Character.isDigit(template.charAt(at))) {
        at++;
      }
      check(at - digits <= 3 && at < template.length(), "%d, %x or %X with a width");
      int width = at == digits ? 0 : Integer.parseInt(template, digits, at, 10);
      return switch (template.charAt(at++)) {
        case 'd', 'u' -> new Conversion(10, false, width);
        case 'x' -> new Conversion(16, false, width);
        case 'X' -> new Conversion(16, true, width);
        default -> throw expected("%d, %x or %X");
      };
    }

    private List<Source> sources() {
      int close = template.indexOf('}', at);
      check(close > 0 && template.charAt(at) == '{', "a variable in braces behind %");
      var sources = new ArrayList<Source>();
      int from = ++at;
      while (at <= close) {
        if (at == close || template.charAt(at) == '|') {
          var name = template.substring(from, at);
          sources.add(
              Source.named(name)
                  .orElseThrow(() ->
                      new IllegalArgumentException(
                          "variables out of "
                              + Arrays.toString(Source.values())
                              + ", not {"
                              + name
                              + "}")));
          from = at + 1;
        }
        at++;
      }
      return sources;
    }

    private static void check(boolean fine, String expected) {
      if (!fine) {
        throw expected(expected);
      }
    }

    private static IllegalArgumentException expected(String what) {
      return new IllegalArgumentException(what);
    }
  }
}
