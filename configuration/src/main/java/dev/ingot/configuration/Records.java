package dev.ingot.configuration;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records by reflection, package-private ones too. */
final class Records {
  private Records() {}

  static @Nullable Object get(RecordComponent component, Object value) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /**
   * Makes the record.
   *
   * @throws IllegalArgumentException as the record's own constructor throws it
   */
  static Object make(Class<?> type, @Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("cannot make " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }

  /** The record's own {@code DEFAULT}, null when it has none. */
  static @Nullable Object defaults(Class<?> type) {
    try {
      Field field = type.getDeclaredField("DEFAULT");
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == type) {
        field.setAccessible(true);
        return field.get(null);
      }
      return null;
    } catch (NoSuchFieldException none) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot read the defaults of " + type, e);
    }
  }
}
