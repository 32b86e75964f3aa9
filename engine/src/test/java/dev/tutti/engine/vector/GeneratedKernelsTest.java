package dev.tutti.engine.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The generated kernels are what the generators write, except for the formatter's line breaks.
class GeneratedKernelsTest {

  @ParameterizedTest
  @ValueSource(strings = {"Strips", "WideConvTiles"})
  void areWhatTheGeneratorWrites(String generator, @TempDir Path fresh)
      throws IOException, InterruptedException, URISyntaxException {
    Path sources = sources();
    Path source = sources.resolve("generate/java/" + generator + ".java");
    assumeTrue(Files.exists(source), "the generators are not next to the classes");
    Path log = fresh.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                source.toString(),
                fresh.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> read(log));
    Files.delete(log);
    List<Path> written;
    try (Stream<Path> files = Files.list(fresh)) {
      written = files.toList();
    }
    assertTrue(written.size() > 1, () -> generator + " wrote " + written);
    for (Path file : written) {
      Path committed =
          sources.resolve("main/java/dev/tutti/engine/vector").resolve(file.getFileName());
      assertEquals(dense(file), dense(committed), () -> committed + " is not what it generates");
    }
    try (Stream<Path> kernels = Files.list(sources.resolve("main/java/dev/tutti/engine/vector"))) {
      long named =
          kernels.filter(k -> read(k).contains("generate/java/" + generator + ".java")).count();
      assertEquals(written.size(), named, "files that name " + generator);
    }
  }

  /// `src` of the module whose `target/classes` holds the kernels.
  private static Path sources() throws URISyntaxException {
    Path file = Path.of(VectorBackend.class.getResource("VectorBackend.class").toURI());
    for (int i = 0; i < 7; i++) {
      file = file.getParent();
    }
    return file.resolve("src");
  }

  /// The text without the formatter's choices: white space, and the marks at the start of a
  /// comment's lines.
  private static String dense(Path file) {
    return read(file).replaceAll("\\s+(///)?", "");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return file + ": " + e.getMessage();
    }
  }
}
