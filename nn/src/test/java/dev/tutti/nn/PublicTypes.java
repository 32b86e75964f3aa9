package dev.tutti.nn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The classes of this module that a user sees, for tests that ask for something of each.
public final class PublicTypes {
  private PublicTypes() {}

  /// {@return the names of the public classes, no interfaces, that are a `supertype`}
  public static Set<String> of(Class<?> supertype) {
    Set<String> found = new TreeSet<>();
    Path classes = classes();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString().replaceAll("\\.class$", "");
        if (!name.equals("module-info")) {
          Class<?> type = named(name.replace(file.getFileSystem().getSeparator(), "."));
          boolean visible = Modifier.isPublic(type.getModifiers()) && !type.isInterface();
          if (visible && supertype.isAssignableFrom(type)) {
            found.add(type.getName());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static Path classes() {
    try {
      return Path.of(Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name, false, Layer.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
