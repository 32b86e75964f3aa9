package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ctrl-C, sent to a JVM of its own.
class InterruptTest {
  @TempDir Path folder;

  private ChildJvm jvm;

  @BeforeEach
  void signalsMustArrive() throws IOException {
    ChildJvm.assumeSignalsArrive();
  }

  @AfterEach
  void end() {
    if (jvm != null) {
      jvm.close();
    }
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
    List<String> arguments = new ArrayList<>(List.of("compare"));
    arguments.addAll(List.of(options));
    jvm = ChildJvm.start(folder, arguments);
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
    jvm.waitUntil(errors -> errors.contains("single: trained in "));
    assertEquals(130, jvm.interrupt(), jvm.err());

    String last = jvm.lastError();
    assertTrue(
        last.matches(
            "tutti: interrupted; deep was cut off( in epoch \\d+ of 50)?; not started: batch;"
                + " finished and kept: single"),
        jvm.err());
    String tables = jvm.out();
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
    jvm.waitUntil(errors -> errors.contains("seed 42"));
    assertEquals(130, jvm.interrupt(), jvm.err());
    String last = jvm.lastError();
    assertTrue(
        last.matches(
            "tutti: interrupted; (single was cut off.*|not started: single);"
                + " nothing was finished"),
        jvm.err());
    assertEquals("", jvm.out());
    assertTrue(Files.notExists(json));
  }
}
