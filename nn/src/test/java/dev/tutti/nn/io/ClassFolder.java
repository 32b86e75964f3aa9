package dev.tutti.nn.io;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// Class paths for child JVMs.
public final class ClassFolder {
  private ClassFolder() {}

  /// {@return the folder or archive that a class was loaded from, whether it is on the class path,
  /// in a module or patched into one}
  public static String of(Class<?> type) {
    String file = type.getName().replace('.', '/') + ".class";
    try {
      String resource = type.getResource("/" + file).toURI().toString();
      String root = resource.substring(0, resource.length() - file.length());
      return root.startsWith("jar:")
          ? Path.of(new URI(root.substring(4, root.length() - 2))).toString()
          : Path.of(new URI(root)).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
