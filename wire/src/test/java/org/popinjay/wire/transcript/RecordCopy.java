package org.popinjay.wire.transcript;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/// Copies of settings for tests that want one key to be another.
public final class RecordCopy {
  private RecordCopy() {}

  /// The same record with another value for one component of a block, which is a record itself.
  public static <R extends Record> R changed(R record, String block, String key, Object value) {
    return changed(record, block, changed(component(record, block), key, value));
  }

  private static Record component(Record record, String name) {
    try {
      return (Record) record.getClass().getMethod(name).invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  /// The same record with another value for one component.
  @SuppressWarnings("unchecked")
  public static <R extends Record> R changed(R record, String key, Object value) {
    try {
      var components = record.getClass().getRecordComponents();
      var arguments = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        arguments[i] =
            components[i].getName().equals(key)
                ? value
                : components[i].getAccessor().invoke(record);
      }
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
      Constructor<?> canonical = record.getClass().getDeclaredConstructor(types);
      return (R) canonical.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(key, e);
    }
  }
}
