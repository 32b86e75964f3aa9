package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of a folder of results are of one run.
class ResultsFolderTest {
  private static final String SMALL =
      "compare --quiet --limit 48 --test-limit 30 --epochs 1 --batch 16 --model mlp --ood none";

  @TempDir Path folder;

  private Outcome compare(String options) {
    List<String> words = new ArrayList<>(List.of(SMALL.split(" ")));
    words.addAll(List.of(options.split(" ")));
    words.addAll(List.of("--out", folder.toString()));
    return Cli.run(words.toArray(String[]::new));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anotherRunsResultsAreNotMixedWithNewOnes() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    Files.writeString(folder.resolve("mine.safetensors"), "mine");
    assertEquals(0, compare("--methods single,deep --members 2 --seed 1").status());
    byte[] run = Files.readAllBytes(folder.resolve("run.json"));
    Outcome second = compare("--methods single --seed 2");
    assertEquals(1, second.status());
    assertEquals(
        "tutti: --out %s: holds run.json of another run; name another folder, or replace them with"
                .formatted(folder)
            + " --force",
        second.err().strip());
    assertEquals(new String(run), Files.readString(folder.resolve("run.json")));

    assertEquals(0, compare("--methods single --seed 2 --force").status());
    assertEquals(
        List.of("mine.safetensors", "notes.txt", "run.json", "single.safetensors"), names());
  }

  @Test
  void weightsWithoutTheirRunAreAnothersToo() throws IOException {
    Files.writeString(folder.resolve("deep.safetensors"), "");
    Outcome outcome = compare("--methods single");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("holds deep.safetensors of another run"), outcome.err());
  }

  @Test
  void ofManyRunsThatBeginAtOnceOneGetsTheFolder() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tries.add(
            threads.submit(() -> {
              try {
                RunClaim.take(folder, true).check();
                return true;
              } catch (DataError e) {
                return false;
              }
            }));
      }
      int taken = 0;
      for (Future<Boolean> one : tries) {
        taken += one.get() ? 1 : 0;
      }
      assertEquals(1, taken);
    }
  }

  @Test
  void aRunThatGoesOnKeepsItsFolderEvenByForce() throws IOException {
    RunClaim running = RunClaim.take(folder, false);
    for (boolean force : new boolean[] {false, true}) {
      DataError error = assertThrows(DataError.class, () -> RunClaim.take(folder, force));
      assertEquals(
          "--out %s: process %d is writing its results there; name another folder"
              .formatted(folder, ProcessHandle.current().pid()),
          error.getMessage());
    }
    running.release();
    assertEquals(List.of(), names());
  }

  @Test
  void aRunThatWasKilledIsReplacedByForce() throws IOException {
    RunClaim.take(folder, false);
    Path claim = folder.resolve("run.json");
    // The same number, of a process that began at another time.
    Files.writeString(
        claim, Files.readString(claim).replaceFirst("\"started\": ", "\"started\": 1"));
    assertThrows(DataError.class, () -> RunClaim.take(folder, false));
    RunClaim.take(folder, true).check();
  }

  @Test
  void whoLostTheFolderWritesNothingMore() throws IOException {
    RunClaim lost = RunClaim.take(folder, false);
    Files.delete(folder.resolve("run.json"));
    RunClaim other = RunClaim.take(folder, false);
    assertTrue(
        assertThrows(DataError.class, lost::check).getMessage().contains("another run has taken"));
    lost.release();
    other.check();
  }

  @Test
  void aForcedRunThatFailsLeavesTheFormerResults() throws IOException {
    assertEquals(0, compare("--methods single --seed 1").status());
    byte[] run = Files.readAllBytes(folder.resolve("run.json"));
    byte[] weights = Files.readAllBytes(folder.resolve("single.safetensors"));
    Outcome outcome =
        compare("--force --methods single --data csv:" + folder.resolve("none.csv") + "#y");
    assertEquals(1, outcome.status(), outcome.err());
    assertArrayEquals(run, Files.readAllBytes(folder.resolve("run.json")));
    assertArrayEquals(weights, Files.readAllBytes(folder.resolve("single.safetensors")));
  }

  @Test
  void aRunThatFailsBeforeItsFirstResultLeavesNothing() throws IOException {
    Outcome outcome = compare("--methods single --data csv:" + folder.resolve("none.csv") + "#y");
    assertEquals(1, outcome.status(), outcome.err());
    assertFalse(names().contains("run.json"), names().toString());
  }
}
