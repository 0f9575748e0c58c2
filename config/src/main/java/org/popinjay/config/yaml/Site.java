package org.popinjay.config.yaml;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Locale;
import org.popinjay.config.Setting;

/// A place in the schema: the key with its path, and what belongs there.
///
/// @param key `pop3.idleTimeout`, `listeners[0].bind`
/// @param type what its value is
/// @param setting what is said of it; that of the list for an item of a list
/// @param alternative the word besides a value of the type, `auto`, or empty
record Site(String key, Type type, Setting setting, String alternative) {

  /// A component of the record that stands at `block`.
  static Site of(String block, RecordComponent component) {
    var setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(component + " has no @Setting");
    }
    return new Site(below(block, component.getName()), component.getGenericType(), setting, "");
  }

  /// A key of a block; the file itself is the block without a name.
  static String below(String block, String key) {
    return block.isEmpty() ? key : block + '.' + key;
  }

  /// The class of the value, without type arguments.
  Class<?> raw() {
    return ValueTypes.raw(type);
  }

  /// The value inside an `Optional`, under the same key.
  Site inner() {
    var word = setting.empty().equals("null") ? "" : setting.empty();
    return new Site(key, ValueTypes.inner(type), setting, word);
  }

  /// An item of a list.
  Site item(int index) {
    return new Site(key + '[' + index + ']', ValueTypes.inner(type), setting, "");
  }

  /// The value of a key that the operator chose.
  Site entry(String name) {
    return new Site(below(key, name), ValueTypes.inner(type), setting, "");
  }

  /// One of the records that a sealed type permits.
  Site variant(Class<?> chosen) {
    return new Site(below(key, variantWord(chosen)), chosen, setting, "");
  }

  /// How a permitted record is called in the file: its name without `Source`.
  static String variantWord(Class<?> chosen) {
    var name = chosen.getSimpleName();
    return name.substring(0, name.length() - "Source".length()).toLowerCase(Locale.ROOT);
  }

  /// Whether a record is written as its only value, `file: PATH`, instead of as a mapping.
  static boolean isInline(Class<?> chosen) {
    var components = chosen.getRecordComponents();
    return components.length == 1 && components[0].getAnnotation(Setting.class).required();
  }

  /// What is expected, to follow that word.
  String expected(String words) {
    return alternative.isEmpty() ? words : words + " or " + alternative;
  }

  /// A text as it may be shown.
  String shown(String text) {
    return setting.secret() ? "<hidden>" : text;
  }
}
