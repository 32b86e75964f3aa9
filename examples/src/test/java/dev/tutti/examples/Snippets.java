package dev.tutti.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Layer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Statements from documentation, compiled and run.
final class Snippets {
  /// The names that a snippet may use without an import.
  private static final String HEADER =
      """
      // %s
      import static dev.tutti.engine.Transforms.*;

      import dev.tutti.engine.*;
      import dev.tutti.ensembles.*;
      import dev.tutti.ensembles.isolation.*;
      import dev.tutti.ensembles.methods.*;
      import dev.tutti.ensembles.metrics.*;
      import dev.tutti.ensembles.search.*;
      import dev.tutti.ensembles.train.*;
      import dev.tutti.nn.*;
      import dev.tutti.nn.Linear;
      import dev.tutti.nn.attention.*;
      import dev.tutti.nn.data.*;
      import dev.tutti.nn.data.glyph.*;
      import dev.tutti.nn.data.image.*;
      import dev.tutti.nn.data.read.*;
      import dev.tutti.nn.fit.*;
      import dev.tutti.nn.init.*;
      import dev.tutti.nn.io.*;
      import dev.tutti.nn.loss.*;
      import dev.tutti.nn.models.*;
      import dev.tutti.nn.optim.*;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.ArrayList;
      import java.util.List;
      import java.util.Map;
      import java.util.function.Function;

      public class %s {
        public static void main(String... args) throws Exception {
      %s
        }
      }
      """;

  private Snippets() {}

  /// Some statements.
  ///
  /// @param where file and line, for error messages
  record Snippet(String where, String code) {}

  /// {@return what each snippet prints}
  static List<String> run(List<Snippet> snippets, Path folder)
      throws IOException, ReflectiveOperationException, URISyntaxException {
    List<String> command = new ArrayList<>(List.of("-proc:none", "-cp", classPath()));
    command.addAll(List.of("-d", folder.toString()));
    for (int i = 0; i < snippets.size(); i++) {
      Snippet s = snippets.get(i);
      Path file = folder.resolve("Snippet" + i + ".java");
      Files.writeString(file, HEADER.formatted(s.where, "Snippet" + i, s.code));
      command.add(file.toString());
    }
    StringWriter messages = new StringWriter();
    PrintWriter to = new PrintWriter(messages, true);
    int status =
        ToolProvider.findFirst("javac").orElseThrow().run(to, to, command.toArray(String[]::new));
    assertEquals(0, status, () -> snippets + "\n" + messages);

    List<String> printed = new ArrayList<>();
    ClassLoader parent = Snippets.class.getClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, parent)) {
      for (int i = 0; i < snippets.size(); i++) {
        Class<?> type = loader.loadClass("Snippet" + i);
        Runnable main = () -> invoke(type);
        printed.add(Printed.by(main));
      }
    }
    return printed;
  }

  private static void invoke(Class<?> type) {
    try {
      type.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e.getCause() == null ? e : e.getCause());
    }
  }

  /// The classes of the modules that examples are written with.
  private static String classPath() throws URISyntaxException {
    List<Path> places = new ArrayList<>();
    for (Class<?> type : List.of(Tensor.class, Layer.class, Ensemble.class)) {
      places.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    return Stream.of(places.toArray())
        .map(Object::toString)
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }
}
