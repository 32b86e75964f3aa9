package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ctrl-C, sent to a JVM of its own.
class InterruptTest {
  private static final int SIGINT = 2;

  @TempDir Path folder;

  private Process process;

  /// A process that was started with the signal ignored hands that on; then there is nothing to
  /// test.
  @BeforeEach
  void signalsMustArrive() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.isReadable(status), "needs Linux");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        long ignored = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        assumeTrue((ignored >> (SIGINT - 1) & 1) == 0, "SIGINT is ignored here");
      }
    }
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /// The modules' places, as this JVM knows them.
  private static String modulePath() {
    List<String> places = new ArrayList<>();
    ModuleLayer.boot()
        .configuration()
        .modules()
        .forEach(module ->
            module
                .reference()
                .location()
                .filter(uri -> uri.getScheme().equals("file"))
                .ifPresent(uri -> places.add(Path.of(uri).toString())));
    return String.join(File.pathSeparator, places);
  }

  /// A table of twenty columns and two classes.
  private Path table() throws IOException {
    StringBuilder csv = new StringBuilder();
    for (int column = 0; column < 20; column++) {
      csv.append('x').append(column).append(',');
    }
    csv.append("label\n");
    for (int row = 0; row < 320; row++) {
      for (int column = 0; column < 20; column++) {
        csv.append((row * (column + 3)) % 17).append(',');
      }
      csv.append(row % 2).append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), csv);
  }

  private void start(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--module-path",
                modulePath(),
                "--module",
                "dev.tutti.cli/dev.tutti.cli.Main",
                "compare"));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private void waitUntil(Predicate<String> errors) throws IOException, InterruptedException {
    for (int i = 0; i < 6_000 && !errors.test(err()); i++) {
      assertTrue(process.isAlive(), err());
      Thread.sleep(20);
    }
    assertTrue(errors.test(err()), err());
  }

  private int interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    return process.exitValue();
  }

  @Test
  void finishedMethodsAreKept() throws IOException, InterruptedException {
    Path json = folder.resolve("a.json");
    Path weights = folder.resolve("weights");
    // One network is trained in a moment, four hundred are not.
    start(
        "--data=csv:" + table(),
        "--methods=single,deep,batch",
        "--members=400",
        "--epochs=50",
        "--json=" + json,
        "--out=" + weights);
    waitUntil(errors -> errors.contains("single: trained in "));
    assertEquals(130, interrupt(), err());

    String last = err().lines().reduce("", (former, line) -> line);
    assertTrue(
        last.matches(
            "tutti: interrupted; deep was cut off( in epoch \\d+ of 50)?; not started: batch;"
                + " finished and kept: single"),
        err());
    String tables = Files.readString(folder.resolve("out"));
    assertTrue(tables.contains("single"), tables);
    assertTrue(!tables.contains("deep"), tables);
    JsonNode results = JsonMapper.shared().readTree(json.toFile());
    assertEquals(1, results.get("methods").size());
    assertEquals("single", results.get("methods").get(0).get("name").asString());
    JsonNode run = JsonMapper.shared().readTree(weights.resolve("run.json").toFile());
    assertEquals("[\"deep\",\"batch\"]", run.get("unfinished").toString());
    assertEquals(List.of("run.json", "single.safetensors"), names(weights));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whereNothingIsFinishedNothingIsWritten() throws IOException, InterruptedException {
    Path json = folder.resolve("a.json");
    start("--data=csv:" + table(), "--methods=single", "--epochs=1000000", "--json=" + json);
    waitUntil(errors -> errors.contains("seed 42"));
    assertEquals(130, interrupt(), err());
    String last = err().lines().reduce("", (former, line) -> line);
    assertTrue(
        last.matches(
            "tutti: interrupted; (single was cut off.*|not started: single);"
                + " nothing was finished"),
        err());
    assertEquals("", Files.readString(folder.resolve("out")));
    assertTrue(Files.notExists(json));
  }
}
