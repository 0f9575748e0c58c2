package org.popinjay.config.yaml;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ByteSize;
import org.popinjay.config.Cidr;
import org.popinjay.config.Durations;
import org.popinjay.config.Setting;
import org.popinjay.config.SettingException;
import org.popinjay.config.Template;

/// The types a single value can have: how each is read, printed and described.
final class ValueTypes {
  /// @param name in a word, for a table
  /// @param words what has to be written
  private record Kind(String name, String words) {}

  private static final Kind NUMBER = new Kind("number", "a whole number");
  private static final Map<Class<?>, Kind> KINDS =
      Map.ofEntries(
          Map.entry(boolean.class, new Kind("true or false", "true or false")),
          Map.entry(int.class, NUMBER),
          Map.entry(long.class, NUMBER),
          Map.entry(String.class, new Kind("text", "a text")),
          Map.entry(Path.class, new Kind("path", "a path")),
          Map.entry(Duration.class, new Kind("duration", "a duration such as 30s, 10m or 24h")),
          Map.entry(ByteSize.class, new Kind("size", "a size such as 64KiB, 10MiB or 1GiB")),
          Map.entry(
              ZoneId.class, new Kind("time zone", "a time zone such as Europe/Berlin or +01:00")),
          Map.entry(
              BindAddress.class,
              new Kind("address", "an address such as *:110, 127.0.0.1:110 or [::1]:110")),
          Map.entry(
              Cidr.class, new Kind("network", "a network such as 192.0.2.0/24 or 2001:db8::/32")),
          Map.entry(
              Template.class,
              new Kind("path with variables", "a path with variables such as {user} or {home}")));

  private ValueTypes() {}

  /// Whether a text can be read as this type, rather than a mapping or a list.
  static boolean isSingle(Class<?> type) {
    return type.isEnum() || KINDS.containsKey(type);
  }

  /// The type inside an `Optional` or a `List`, and of the values of a `Map`; others are their own.
  static Type inner(Type type) {
    if (type instanceof ParameterizedType generic) {
      var arguments = generic.getActualTypeArguments();
      var last = arguments[arguments.length - 1];
      return last == Boolean.class ? boolean.class : last;
    }
    if (type == OptionalInt.class) {
      return int.class;
    }
    return type == OptionalLong.class ? long.class : type;
  }

  /// The class of a type without its arguments.
  static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /// What has to be written for a value of this type; nothing for a record or a list.
  static String words(Class<?> type) {
    var kind = KINDS.get(type);
    return type.isEnum() ? alternatives(enumWords(type)) : kind == null ? "" : kind.words;
  }

  /// The type in a word or two; an enum is its words.
  static String name(Class<?> type) {
    var kind = KINDS.get(type);
    return type.isEnum() ? alternatives(enumWords(type)) : kind == null ? "" : kind.name;
  }

  /// The words of an enum as they stand in the file.
  static List<String> enumWords(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
  }

  /// `a, b or c`.
  static String alternatives(List<String> words) {
    int last = words.size() - 1;
    return last <= 0
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /// Reads a text.
  ///
  /// @param folder what a relative path counts from
  /// @throws SettingException saying what was expected
  static Object read(Class<?> type, String text, Path folder) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new SettingException("text", text, "a text without control characters");
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> constant.toString().equalsIgnoreCase(text))
          .findFirst()
          .orElseThrow(() -> new SettingException("word", text, words(type)));
    }
    if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    if (type == int.class || type == long.class) {
      return number(type, text);
    }
    if (type == String.class) {
      return text;
    }
    if (type == Path.class) {
      return path(text, folder);
    }
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    if (type == ByteSize.class) {
      return ByteSize.parse(text);
    }
    if (type == ZoneId.class) {
      return zone(text);
    }
    if (type == BindAddress.class) {
      return BindAddress.parse(text);
    }
    if (type == Cidr.class) {
      return Cidr.parse(text);
    }
    if (type == Template.class) {
      return Template.parse(text).from(folder);
    }
    throw new SettingException("value", text, words(type));
  }

  /// Prints a value as an operator would write it.
  static String print(Object value, Setting setting) {
    return switch (value) {
      case Optional<?> optional ->
          optional.isPresent() ? print(optional.get(), setting) : setting.empty();
      case OptionalInt optional ->
          optional.isPresent() ? Integer.toString(optional.getAsInt()) : setting.empty();
      case OptionalLong optional ->
          optional.isPresent() ? Long.toString(optional.getAsLong()) : setting.empty();
      case Collection<?> none when none.isEmpty() && !setting.empty().equals("null") ->
          setting.empty();
      case Collection<?> items ->
          items.stream()
              .map(item -> print(item, setting))
              .collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> entries ->
          entries.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + print(entry.getValue(), setting))
              .sorted()
              .collect(Collectors.joining(", ", "{", "}"));
      case Duration duration -> Durations.print(duration);
      default -> String.valueOf(value);
    };
  }

  private static Object number(Class<?> type, String text) {
    int sign = text.startsWith("-") ? 1 : 0;
    boolean digits =
        text.length() > sign
            && text.length() <= 18
            && text.chars().skip(sign).allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw new SettingException("number", text, NUMBER.words);
    }
    long number = Long.parseLong(text);
    if (type == long.class) {
      return number;
    }
    if (number != (int) number) {
      throw new SettingException("number", text, NUMBER.words + " up to " + Integer.MAX_VALUE);
    }
    return (int) number;
  }

  private static Path path(String text, Path folder) {
    try {
      if (!text.isEmpty()) {
        return folder.resolve(text).toAbsolutePath().normalize();
      }
    } catch (InvalidPathException _) {
      // Told below, like an empty one.
    }
    throw new SettingException("path", text, "a path");
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException _) {
      throw new SettingException("zone", text, words(ZoneId.class));
    }
  }
}
