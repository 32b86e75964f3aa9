package dev.tutti.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A class of the tests run in a JVM of its own, on the class path, with flags that this JVM cannot
/// try on itself.
final class ChildJvm {
  private static final String RECORD = "record ";

  /// What a child left.
  ///
  /// @param out the lines on standard output
  /// @param err the lines on standard error
  record Result(int exit, List<String> out, List<String> err) {
    /// {@return what was logged, one `LEVEL: message` each}
    List<String> records() {
      return err.stream()
          .filter(line -> line.startsWith(RECORD))
          .map(line -> line.substring(RECORD.length()))
          .toList();
    }

    /// {@return the lines on standard error but for records and the JVM's word about incubator
    /// modules}
    List<String> otherErrors() {
      return err.stream()
          .filter(line -> !line.startsWith(RECORD))
          .filter(line -> !line.contains("Using incubator modules"))
          .toList();
    }
  }

  private ChildJvm() {}

  /// Runs `main` with those of the `flags` that this JVM knows.
  static Result run(Class<?> main, List<String> flags, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Not every processor knows every flag.
    command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseSerialGC"));
    command.add("-Djava.util.logging.SimpleFormatter.format=" + RECORD + "%4$s: %5$s%n");
    command.add("-Duser.language=en"); // the names of levels are translated
    command.addAll(flags);
    command.addAll(List.of("-cp", folder(Tensor.class) + File.pathSeparator + folder(main)));
    command.add(main.getName());
    command.addAll(List.of(args));
    Path err = Files.createTempFile("tutti-child", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      int exit = process.waitFor();
      return new Result(exit, out.lines().toList(), Files.readAllLines(err, UTF_8));
    } finally {
      Files.delete(err);
    }
  }

  /// {@return the folder that a class was loaded from, whether on the class path or patched into a
  /// module}
  static Path folder(Class<?> type) {
    String file = type.getName().replace('.', '/') + ".class";
    try {
      Path path = Path.of(type.getResource("/" + file).toURI());
      for (String ignored : Arrays.asList(file.split("/"))) {
        path = path.getParent();
      }
      return path;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
