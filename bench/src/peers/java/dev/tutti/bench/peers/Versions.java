package dev.tutti.bench.peers;

import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Versions of the peers, from the names of their jars on the class path.
final class Versions {
  private static final Pattern JAR =
      Pattern.compile("(pytorch-native-cpu|pytorch-engine|ejml-fdense|nd4j-native)-([0-9].*?)"
          + "(-linux.*|-windows.*|-osx.*|-macosx.*)?\\.jar");

  private Versions() {}

  /// {@return versions by name}
  static Map<String, String> all() {
    Map<String, String> found = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Matcher jar = JAR.matcher(new File(entry).getName());
      if (jar.matches()) {
        found.put(jar.group(1), jar.group(2));
      }
    }
    return found;
  }
}
