package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            + ": holds deep.checkpoint of a former run; --resume goes on from its checkpoint, or name"
            + " another folder",
        again.lastError());
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
        other.lastError().contains("was saved by a training with another objective: CrossEntropy"),
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
