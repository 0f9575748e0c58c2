package org.popinjay.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What an operator has to know of one setting. Stands on a record component; the key is the
/// component's name, the type is the component's type and the default is what the record's
/// `DEFAULTS` holds.
///
/// This is the one home of a setting's meaning and range: the constructor of the record checks it
/// by [SettingRange], the reader of the file reports it with its place, and `docs/configuration.md`
/// is printed from it. To add a key, add a component with this annotation and its default.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /// The meaning in a sentence or two: unit, reason, RFC and section where there is one.
  String value();

  /// The range as `least..most`, where either end may be missing: `15s..`, `1..32`, `..1GiB`. For a
  /// list it counts entries, for a text characters. Empty: whatever the type allows.
  String range() default "";

  /// The word that stands in the file for an empty value, such as `auto` or `never`.
  String empty() default "null";

  /// True where no default makes sense and the file has to say something.
  boolean required() default false;

  /// True for a value that is never printed.
  boolean secret() default false;

  /// True where a running server does not take a change; of a block, for all that is in it.
  boolean restart() default false;

  /// True where a value holds for all users alike, since it counts before anybody is known or for
  /// the server as a whole: such a key cannot stand in `overrides`.
  boolean common() default false;
}
