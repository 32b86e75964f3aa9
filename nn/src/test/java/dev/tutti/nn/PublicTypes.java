package dev.tutti.nn;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The classes of this module, for tests that nothing is left out.
public final class PublicTypes {
  private PublicTypes() {}

  /// {@return the public classes that are a `type`, which has to be of this module itself}
  public static Set<Class<?>> of(Class<?> type) {
    Set<Class<?>> found = new TreeSet<>(Comparator.comparing(Class::getName));
    try {
      Path classes = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          String name = classes.relativize(file).toString().replaceAll("\\.class$", "");
          if (!name.equals("module-info")) {
            String dotted = name.replace(file.getFileSystem().getSeparator(), ".");
            Class<?> c = Class.forName(dotted, false, type.getClassLoader());
            if (Modifier.isPublic(c.getModifiers())
                && !c.isInterface()
                && type.isAssignableFrom(c)) {
              found.add(c);
            }
          }
        }
      }
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return found;
  }
}
