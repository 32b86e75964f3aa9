package dev.tutti.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;

/// Lists and maps of classes that do not come with Java. A [Tree] walks through their elements; a
/// tensor in a field of the class itself would be left out of parameters, gradients and files.
final class OwnFields {
  private static final ClassValue<String> FOUND =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          String found = found(type);
          return found == null ? "" : found;
        }
      };

  private OwnFields() {}

  /// {@return the first field that may hold something beside the elements, or null}
  static String of(Class<?> type) {
    String field = FOUND.get(type);
    return field.isEmpty() ? null : field;
  }

  /// A class that extends `ArrayList`, say, has its elements there, so any field is one beside
  /// them. One that keeps its elements itself does so in arrays, collections or fields of a general
  /// type.
  private static String found(Class<?> type) {
    Class<?> base = type;
    while (!OpaqueType.isOfJdk(base)) {
      base = base.getSuperclass();
    }
    boolean keepsElements = Modifier.isAbstract(base.getModifiers()) || base == Object.class;
    for (Class<?> c = type; c != base; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        boolean own =
            !Modifier.isStatic(field.getModifiers())
                && !field.isSynthetic()
                && !OpaqueType.isPlain(field.getType())
                && (!keepsElements || isBeside(field.getType()));
        if (own) {
          return field.getName();
        }
      }
    }
    return null;
  }

  private static boolean isBeside(Class<?> type) {
    return !type.isArray()
        && !OpaqueType.isOfJdk(type)
        && !Collection.class.isAssignableFrom(type)
        && !Map.class.isAssignableFrom(type);
  }
}
