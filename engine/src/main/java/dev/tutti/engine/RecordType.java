package dev.tutti.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// How to read and build one record class.
final class RecordType {
  private static final Map<Class<?>, RecordType> KNOWN =
      Collections.synchronizedMap(new HashMap<>());

  /// The capitals that begin a later word of a name in camel case.
  private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])[A-Z]+");

  final RecordComponent[] components;

  /// The components' names as PyTorch spells them: `runningMean` is called `running_mean`. Other
  /// capitals stay, `W_q` is `W_q`.
  final String[] names;

  private final Class<?> type;
  private final MethodHandle[] readers;
  private final MethodHandle builder;

  static RecordType of(Class<?> type) {
    RecordType known = KNOWN.get(type);
    if (known == null) {
      known = new RecordType(type);
      KNOWN.put(type, known);
    }
    return known;
  }

  private RecordType(Class<?> type) {
    this.type = type;
    components = type.getRecordComponents();
    names = new String[components.length];
    readers = new MethodHandle[components.length];
    Class<?>[] types = new Class<?>[components.length];
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        names[i] =
            WORD.matcher(components[i].getName())
                .replaceAll(word -> "_" + word.group().toLowerCase(Locale.ROOT));
        components[i].getAccessor().setAccessible(true);
        readers[i] = lookup.unreflect(components[i].getAccessor());
      }
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      builder = lookup.unreflectConstructor(constructor);
    } catch (InaccessibleObjectException | ReflectiveOperationException e) {
      throw new ShapeError(
          "tree: record "
              + type.getName()
              + " cannot be read; make it public in an exported"
              + " package, or add `opens "
              + type.getPackageName()
              + " to dev.tutti.engine;` to its module");
    }
  }

  Object read(int i, Object record) {
    try {
      return readers[i].invoke(record);
    } catch (Throwable e) {
      throw failed("read", e);
    }
  }

  Object build(Object[] values) {
    try {
      return builder.invokeWithArguments(values);
    } catch (ClassCastException e) {
      throw new ShapeError(
          "tree: a component of "
              + type.getSimpleName()
              + " is declared with a type that the"
              + " replacement does not have ("
              + e.getMessage()
              + "); declare it by its"
              + " interface");
    } catch (Throwable e) {
      throw failed("build", e);
    }
  }

  private RuntimeException failed(String what, Throwable e) {
    return e instanceof RuntimeException r
        ? r
        : new ShapeError("tree: cannot " + what + " record " + type.getName() + ": " + e);
  }
}
