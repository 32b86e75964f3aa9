package dev.tutti.engine;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Which fields of a class may lead to a tensor, found once per class.
///
/// @param free whether no instance can lead to one
/// @param fields those that can be read
/// @param closed the first that cannot be read, or null
record OpaqueType(boolean free, List<Field> fields, Field closed) {
  private static final ClassValue<OpaqueType> KNOWN =
      new ClassValue<>() {
        @Override
        protected OpaqueType computeValue(Class<?> type) {
          return found(type);
        }
      };

  private static final List<Class<?>> PLAIN =
      List.of(
          Number.class,
          CharSequence.class,
          Boolean.class,
          Character.class,
          Class.class,
          Locale.class,
          Charset.class,
          Pattern.class,
          UUID.class,
          URI.class,
          File.class,
          Path.class,
          TemporalAccessor.class,
          TemporalAmount.class,
          RandomGenerator.class);

  private static final List<Class<?>> CONTAINERS =
      List.of(Collection.class, Map.class, Optional.class, AtomicReference.class);

  static OpaqueType of(Class<?> type) {
    return KNOWN.get(type);
  }

  private static OpaqueType found(Class<?> type) {
    if (isPlain(type)) {
      return new OpaqueType(true, List.of(), null);
    }
    if (type.isArray()
        || type.isRecord()
        || Tensor.class.isAssignableFrom(type)
        || isOneOf(CONTAINERS, type)) {
      return new OpaqueType(false, List.of(), null);
    }
    List<Field> fields = new ArrayList<>();
    Field closed = null;
    for (Class<?> c = type; c != null && !isPlain(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || isPlain(field.getType())) {
          continue;
        }
        if (opened(field)) {
          fields.add(field);
        } else if (closed == null && !belongsToProgram(type, field)) {
          closed = field;
        }
      }
    }
    return new OpaqueType(fields.isEmpty() && closed == null, List.copyOf(fields), closed);
  }

  /// {@return whether what a field leads to is the program's and not a network's: an enum of a
  /// closed package may have fields of any type but a tensor's}
  private static boolean belongsToProgram(Class<?> type, Field field) {
    return Enum.class.isAssignableFrom(type) && !Tensor.class.isAssignableFrom(field.getType());
  }

  /// {@return whether two objects of one class are alike: equal, or with equal fields}
  static boolean alike(Object a, Object b) {
    if (Objects.deepEquals(a, b)) {
      return true;
    }
    for (Class<?> c = a.getClass(); c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !(opened(field) && alike(field, a, b))) {
          return false;
        }
      }
    }
    return !a.getClass().isArray() && !isOneOf(CONTAINERS, a.getClass());
  }

  private static boolean alike(Field field, Object a, Object b) {
    try {
      return Objects.deepEquals(field.get(a), field.get(b));
    } catch (IllegalAccessException e) {
      return false;
    }
  }

  /// {@return whether values of this type cannot lead to a tensor, as far as the type says}
  static boolean isPlain(Class<?> type) {
    if (type.isArray()) {
      Class<?> item = type.componentType();
      return item != float.class && item != double.class && isPlain(item);
    }
    return type.isPrimitive() || isOfJdk(type) && isOneOf(PLAIN, type);
  }

  /// {@return whether a class comes with Java: its fields are closed to others}
  static boolean isOfJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private static boolean isOneOf(List<Class<?>> types, Class<?> type) {
    return types.stream().anyMatch(t -> t.isAssignableFrom(type));
  }

  private static boolean opened(Field field) {
    try {
      field.setAccessible(true);
      return true;
    } catch (InaccessibleObjectException e) {
      return false;
    }
  }
}
