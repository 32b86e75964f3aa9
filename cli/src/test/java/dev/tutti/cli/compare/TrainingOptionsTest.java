package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.ChildJvm;
import dev.tutti.cli.Cli;
import dev.tutti.nn.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the options of training change in a run of the command.
class TrainingOptionsTest {
  private static final List<String> SMALL =
      List.of(
          "compare",
          "--limit=90",
          "--test-limit=40",
          "--methods=deep",
          "--members=2",
          "--model=mlp",
          "--quiet");

  @TempDir Path folder;

  private Cli.Outcome run(String... more) {
    List<String> arguments = new ArrayList<>(SMALL);
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(a -> a.startsWith("--epochs"))) {
      arguments.add("--epochs=3");
    }
    return Cli.run(arguments.toArray(String[]::new));
  }

  /// The trained weights of the deep ensemble, one after another.
  private float[] weights(String... more) {
    Path out = folder.resolve("out" + System.nanoTime());
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--out", out.toString()));
    Cli.Outcome outcome = run(arguments.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    return SafeTensors.read(out.resolve("deep.safetensors")).tensors().get("fc1.weight").toFloats();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss=focal",
        "--label-smoothing=0.1",
        "--augment=crop",
        "--augment=flip",
        "--augment=affine",
        "--augment=erasing",
        "--augment=mixup",
        "--augment=cutmix",
        "--augment=crop,flip,cutmix",
        "--validation=0.2",
      })
  void changesTheWeights(String option) {
    assertFalse(Arrays.equals(weights(), weights(option)), option);
  }

  @Test
  void theDefaultsMayBeWrittenOut() {
    assertArrayEquals(weights(), weights("--loss=cross-entropy"));
  }

  /// A rate at which losses grow: the first epoch stays the best.
  @Test
  void patienceStopsAndTheBestEpochIsTaken() throws IOException {
    String[] wild = {
      "--validation=0.3", "--optimizer=sgd", "--schedule=constant", "--lr=3", "--epochs=20"
    };
    List<String> all = new ArrayList<>(List.of(wild));
    all.addAll(List.of("--patience=2", "--history", folder.resolve("h").toString()));
    weights(all.toArray(String[]::new));
    List<String> lines = Files.readAllLines(folder.resolve("h/deep.jsonl"));
    assertTrue(lines.size() < 20, lines.size() + " epochs");
    assertTrue(lines.getLast().contains("\"stopped\":[true,true]"), lines.getLast());
    assertTrue(lines.getFirst().contains("\"validation_loss\":["), lines.getFirst());
  }

  @Test
  void resumedTrainingEndsWithTheSameBits() {
    String place = folder.resolve("c").toString();
    float[] whole = weights("--epochs=4", "--schedule=constant");
    weights("--epochs=2", "--schedule=constant", "--checkpoint", place);
    assertArrayEquals(
        whole, weights("--epochs=4", "--schedule=constant", "--checkpoint", place, "--resume"));
    Cli.Outcome again = run("--checkpoint", place);
    assertEquals(1, again.status());
    assertEquals(
        "tutti: --checkpoint "
            + place
            + ": holds deep.checkpoint of a former run; --resume goes on from it, or name another"
            + " folder",
        again.lastError());
  }

  /// The JVM is killed in the middle of the first method; dropped draws, the best epoch and mixed
  /// images go on as if it had not been.
  @Test
  void killedAndResumedTrainingEndsWithTheSameBits() throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            "compare",
            "--limit=120",
            "--test-limit=50",
            "--model=mlp",
            "--methods=packed,deep",
            "--members=2",
            "--epochs=60",
            "--validation=0.2",
            "--augment=crop,mixup",
            "--quiet");
    Path history = folder.resolve("killed/packed.jsonl");
    List<String> killed = places(arguments, "killed");
    try (ChildJvm jvm = ChildJvm.start(folder, killed)) {
      for (int i = 0; i < 6_000 && lines(history).size() < 3; i++) {
        Thread.sleep(10);
      }
      jvm.kill();
      int epochs = lines(history).size();
      assertTrue(epochs >= 3 && epochs < 60, epochs + " epochs when it was killed\n" + jvm.err());
    }
    List<String> resumed = new ArrayList<>(killed);
    resumed.addAll(List.of("--resume", "--force"));
    for (List<String> call : List.of(resumed, places(arguments, "whole"))) {
      Cli.Outcome outcome = Cli.run(call.toArray(String[]::new));
      assertEquals(0, outcome.status(), outcome.err());
    }
    for (String method : List.of("packed", "deep")) {
      for (String file : List.of(method + ".safetensors", method + ".jsonl")) {
        assertArrayEquals(
            Files.readAllBytes(folder.resolve("whole").resolve(file)),
            Files.readAllBytes(folder.resolve("killed").resolve(file)),
            file);
      }
    }
  }

  /// The arguments, with a folder for all that a run writes.
  private List<String> places(List<String> arguments, String name) {
    List<String> all = new ArrayList<>(arguments);
    for (String option : List.of("--out", "--history", "--checkpoint")) {
      all.add(option + "=" + folder.resolve(name));
    }
    return all;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void aHistoryAloneIsRefusedWithAWayThatWorks() {
    String place = folder.resolve("h").toString();
    weights("--history", place);
    assertEquals(
        "tutti: --history "
            + place
            + ": holds deep.jsonl of a former run; remove it, or name another folder",
        run("--history", place).lastError());
  }

  @Test
  void resumingDoesNotInventAHistory() {
    String place = folder.resolve("c").toString();
    weights("--checkpoint", place);
    Cli.Outcome outcome = run("--checkpoint", place, "--resume", "--history", place);
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.lastError().contains("deep.jsonl: does not exist; it should hold the first"),
        outcome.lastError());
  }

  @Test
  void aValidationPartOfNearlyNothingIsRefused() {
    Cli.Outcome outcome = run("--validation=0.001");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.lastError().contains("would be one of each class, 10 in all; ask for 0."),
        outcome.lastError());
  }

  @Test
  void focalLossNeedsLabels() {
    Cli.Outcome outcome = run("--loss=focal", "--augment=flip,mixup");
    assertEquals(2, outcome.status());
    assertTrue(outcome.lastError().contains("--loss focal needs one label for each example"));
  }

  @Test
  void anotherLossDoesNotResume() {
    String place = folder.resolve("c").toString();
    weights("--checkpoint", place);
    Cli.Outcome other = run("--checkpoint", place, "--resume", "--loss=focal");
    assertEquals(1, other.status());
    assertTrue(
        other.lastError().contains("saved by another training; its objective: CrossEntropy"),
        other.lastError());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--loss=hinge|unknown loss 'hinge'; valid: cross-entropy, focal",
        "--label-smoothing=1|--label-smoothing must be at least 0 and below 1, got 1.0",
        "--augment=crop,spin|unknown change 'spin'; valid: crop, flip, affine, erasing, mixup, cutmix",
        "--augment=crop,crop|--augment names crop twice",
        "--augment=mixup,cutmix|--augment takes one of mixup and cutmix",
        "--validation=1|--validation must be more than 0 and less than 1, got 1.0",
        "--patience=2|--patience needs a --validation part",
        "--resume|--resume needs a --checkpoint folder",
      })
  void refusesWhatMakesNoSense(String option, String message) {
    Cli.Outcome outcome = run(option);
    assertEquals(2, outcome.status());
    assertEquals("tutti: " + message + " (see 'tutti compare --help')", outcome.lastError());
  }
}
