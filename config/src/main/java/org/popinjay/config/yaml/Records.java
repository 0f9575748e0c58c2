package org.popinjay.config.yaml;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.popinjay.config.SettingException;

/// What reflection is asked about records.
final class Records {
  private Records() {}

  /// The value of a component.
  static Object get(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("reading " + component, e);
    }
  }

  /// The constant `DEFAULTS` of a record, if it has one.
  static Optional<Record> defaults(Class<?> type) {
    try {
      return Optional.of((Record) type.getField("DEFAULTS").get(null));
    } catch (NoSuchFieldException _) {
      return Optional.empty();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("reading DEFAULTS of " + type, e);
    }
  }

  /// A new record.
  ///
  /// @throws SettingException what its constructor threw
  static Record make(Class<?> type, List<Object> values) {
    var types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return (Record) type.getDeclaredConstructor(types).newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SettingException fault) {
        throw fault;
      }
      throw new IllegalStateException("making " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("making " + type, e);
    }
  }
}
