package dev.tutti.ensembles;

import java.net.URI;
import java.nio.file.Path;

/// Where classes were loaded from, for the class path of a JVM that a test starts.
public final class ClassFolder {
  private ClassFolder() {}

  /// {@return the folder or archive that a class was loaded from, on the class path or patched into
  /// a module}
  public static String of(Class<?> type) {
    String file = type.getName().replace('.', '/') + ".class";
    String resource = type.getResource("/" + file).toString();
    String root = resource.substring(0, resource.length() - file.length());
    return Path.of(
            URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root))
        .toString();
  }
}
