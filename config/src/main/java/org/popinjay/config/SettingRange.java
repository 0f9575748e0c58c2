package org.popinjay.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The values a setting may have, as [Setting#range] writes them.
///
/// Numbers, durations, sizes, counts of entries and lengths of texts all compare as one `long`:
/// durations in milliseconds, sizes in octets.
public final class SettingRange {
  private static final String SEPARATOR = "..";

  private final String least;
  private final String most;

  private SettingRange(String least, String most) {
    this.least = least;
    this.most = most;
  }

  /// The range of a component, or none where every value of its type will do.
  public static Optional<SettingRange> of(RecordComponent component) {
    var setting = component.getAnnotation(Setting.class);
    if (setting == null || setting.range().isEmpty()) {
      return Optional.empty();
    }
    int cut = setting.range().indexOf(SEPARATOR);
    return Optional.of(
        new SettingRange(
            setting.range().substring(0, cut),
            setting.range().substring(cut + SEPARATOR.length())));
  }

  /// Checks every component of a record that has a range; called by its constructor.
  ///
  /// @param block where the record stands in the file, `mail.locks`
  /// @param type the record
  /// @param values its components, all of them, in their order
  /// @throws SettingException for the first that is out of range
  public static void check(String block, Class<? extends Record> type, Object... values) {
    var components = type.getRecordComponents();
    if (components.length != values.length) {
      throw new IllegalStateException(
          type + " has " + components.length + " components, got " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      var key = block.isEmpty() ? components[i].getName() : block + '.' + components[i].getName();
      var value = values[i];
      of(components[i])
          .filter(range -> !range.contains(value))
          .ifPresent(range -> {
            throw new SettingException(key, String.valueOf(print(value)), range.words(value));
          });
    }
  }

  /// Whether a value lies within; an empty one always does.
  public boolean contains(Object value) {
    var magnitude = magnitude(value);
    return magnitude.isEmpty()
        || ((least.isEmpty() || magnitude.getAsLong() >= bound(least))
            && (most.isEmpty() || magnitude.getAsLong() <= bound(most)));
  }

  /// The range in words, to follow "expected": `at least 15s`, `1 to 32 entries`.
  ///
  /// @param value any value of the setting; it decides what is counted
  public String words(Object value) {
    var words =
        least.isEmpty()
            ? "at most " + most
            : most.isEmpty()
                ? "at least " + least
                : least.equals(most) ? least : least + " to " + most;
    boolean single = (most.isEmpty() ? least : most).equals("1");
    return switch (value) {
      case Collection<?> _ -> words + (single ? " entry" : " entries");
      case String _ -> words + (single ? " character" : " characters");
      case Optional<?> optional when optional.isPresent() -> words(optional.get());
      default -> words;
    };
  }

  /// As in the annotation: `15s..`.
  @Override
  public String toString() {
    return least + SEPARATOR + most;
  }

  private static Object print(Object value) {
    return switch (value) {
      case Duration duration -> Durations.print(duration);
      case Optional<?> optional when optional.isPresent() -> print(optional.get());
      case OptionalInt optional when optional.isPresent() -> optional.getAsInt();
      case OptionalLong optional when optional.isPresent() -> optional.getAsLong();
      case Collection<?> collection ->
          collection.size() + (collection.size() == 1 ? " entry" : " entries");
      default -> value;
    };
  }

  private static OptionalLong magnitude(Object value) {
    return switch (value) {
      case Number number -> OptionalLong.of(number.longValue());
      case Duration duration -> OptionalLong.of(duration.toMillis());
      case ByteSize size -> OptionalLong.of(size.octets());
      case Collection<?> collection -> OptionalLong.of(collection.size());
      case String text -> OptionalLong.of(text.length());
      case OptionalInt optional when optional.isPresent() -> OptionalLong.of(optional.getAsInt());
      case OptionalLong optional -> optional;
      case Optional<?> optional when optional.isPresent() -> magnitude(optional.get());
      default -> OptionalLong.empty();
    };
  }

  private static long bound(String text) {
    char last = text.charAt(text.length() - 1);
    if (Character.isDigit(last)) {
      return Long.parseLong(text);
    }
    return last == 'B' ? ByteSize.parse(text).octets() : Durations.parse(text).toMillis();
  }
}
