package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.WeightAveraging;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A training that is cut off at any step and resumes from its checkpoint ends with the bits, and
/// the history, of one that was not.
@ResourceLock(Tasks.THREADS)
class ResumeTest {
  private static final int EPOCHS = 6;
  private static final int STEPS = 5;
  private static final EarlyStopping RULE = new EarlyStopping(2).smoothing(0.3);

  @TempDir private Path folder;

  private static final class Cut extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static Stream<Arguments> ensembles() {
    Key key = Key.of(8);
    int size = Runs.IMAGE.size();
    Recipe shared = Runs.recipe(EPOCHS).forMember(2, Runs.MEMBERS);
    return Stream.of(
        Arguments.of("deep", Runs.ensemble(), Runs.recipe(EPOCHS), EnsembleLoss.SUM_OVER_MEMBERS),
        Arguments.of(
            "deep, averaged",
            Runs.ensemble(),
            Runs.recipe(EPOCHS).averaging(WeightAveraging.ema(0.5, 0.7, 0.9)),
            EnsembleLoss.SUM_OVER_MEMBERS),
        Arguments.of(
            "batch with norms, averaged",
            BatchEnsemble.convert(key, Runs.network(key), 3),
            shared.averaging(WeightAveraging.ema(0.8)),
            EnsembleLoss.MEAN_OVER_MEMBERS),
        Arguments.of(
            "coupled, averaged",
            Runs.ensemble(),
            shared.averaging(WeightAveraging.swa(1)),
            EnsembleLoss.SUMMED_LOGITS),
        Arguments.of("deep, coupled", Runs.ensemble(), shared, EnsembleLoss.SUMMED_LOGITS),
        Arguments.of(
            "packed",
            new Packing(2, 3).convert(key, Mlp.init(key, size, 16, 4), Shape.of(size)),
            shared,
            EnsembleLoss.MEAN_OVER_ROWS),
        Arguments.of(
            "batch",
            BatchEnsemble.convert(key, Mlp.init(key, size, 16, 4), 3),
            shared,
            EnsembleLoss.SUM_OVER_MEMBERS));
  }

  private Trainer trainer(Recipe recipe, Progress.Listener listener, int everySteps) {
    return new Trainer(recipe, listener)
        .validating(Runs.validation(), RULE)
        .checkpointing(new Checkpointing(folder.resolve("run.safetensors"), everySteps, true))
        .calling(new History(folder.resolve("history.jsonl")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ensembles")
  void cutAnywhereChangesNoBit(String name, Ensemble start, Recipe recipe, EnsembleLoss loss)
      throws IOException {
    Path file = folder.resolve("run.safetensors");
    Path history = folder.resolve("history.jsonl");
    Ensemble whole = trainer(recipe, Progress.Listener.NONE, 0).fit(start, Runs.batches(), loss);
    byte[] end = Files.readAllBytes(file);
    String lines = Files.readString(history);
    assertTrue(lines.lines().count() > 1, lines);
    int stepsInAll = (int) lines.lines().count() * STEPS;
    for (int cut = 1; cut <= stepsInAll; cut += cut < 6 ? 1 : 7) {
      for (int everySteps : new int[] {0, 2}) {
        Files.delete(file);
        int[] done = {0};
        int at = cut;
        Progress.Listener cutter =
            p -> {
              if (++done[0] == at) {
                throw new Cut();
              }
            };
        assertThrows(
            Cut.class, () -> trainer(recipe, cutter, everySteps).fit(start, Runs.batches(), loss));
        Ensemble resumed =
            trainer(recipe, Progress.Listener.NONE, everySteps).fit(start, Runs.batches(), loss);
        String what = name + ", cut at step " + cut + ", saved every " + everySteps;
        Expect.sameLeaves(what, whole, resumed);
        assertEquals(lines, Files.readString(history), what);
        assertTrue(Arrays.equals(end, Files.readAllBytes(file)), what);
      }
    }
  }

  @Test
  void finishedTrainingIsNotRepeated() {
    Recipe recipe = Runs.recipe(2);
    DeepEnsemble first =
        trainer(recipe, Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    DeepEnsemble again =
        trainer(recipe, p -> assertEquals("no step", p), 0).fit(Runs.ensemble(), Runs.batches());
    Expect.sameLeaves("again", first, again);
  }

  /// The model in a checkpoint is a state dict under `network.`, with all its bits.
  @Test
  void checkpointHoldsTheNetworkByName() {
    Trainer trainer =
        new Trainer(Runs.recipe(1))
            .checkpointing(new Checkpointing(folder.resolve("run.safetensors")));
    DeepEnsemble trained = trainer.fit(Runs.ensemble(), Runs.batches());
    Checkpoint saved = Checkpoint.read(folder.resolve("run.safetensors"));
    assertEquals("1", saved.about().get("epoch"));
    assertEquals("0", saved.about().get("step"));
    assertTrue(saved.tensors().containsKey("network.1.running_var"), saved.tensors().toString());
    assertTrue(saved.tensors().containsKey("memory.moments.1.0.weight"));
    Expect.sameBits("fc", Tree.tensors(trained).getLast(), saved.tensors().get("network.5.bias"));
  }

  @Test
  void checkpointOfCoupledMembersHoldsTheNetworkByNameToo() {
    Recipe recipe = Runs.recipe(1).forMember(0, Runs.MEMBERS);
    new Trainer(recipe)
        .checkpointing(new Checkpointing(folder.resolve("run.safetensors")))
        .fit(Runs.ensemble(), Runs.batches(), EnsembleLoss.SUMMED_LOGITS);
    Checkpoint saved = Checkpoint.read(folder.resolve("run.safetensors"));
    assertTrue(saved.tensors().containsKey("network.1.running_var"), saved.tensors().toString());
  }

  private String refusal(Recipe recipe, Ensemble start, EnsembleLoss loss) {
    return assertThrows(
            DataError.class,
            () -> trainer(recipe, Progress.Listener.NONE, 0).fit(start, Runs.batches(), loss))
        .getMessage()
        .replace(folder + "/", "");
  }

  /// What differs, in the words of the refusal up to the colon.
  static Stream<Arguments> otherRuns() {
    Recipe recipe = Runs.recipe(2);
    Batches batches = Runs.batches();
    Optimizer nesterov = new Sgd().momentum(0.9).nesterov(true);
    return Stream.of(
        Arguments.of("optimizer", with(recipe, new Sgd()), batches, RULE),
        Arguments.of("optimizer", with(recipe, nesterov.decay(0.01, 0, 0.1)), batches, RULE),
        Arguments.of("averaging", recipe.averaging(WeightAveraging.swa(1)), batches, RULE),
        Arguments.of("learning rates", recipe.lr(0.01, 0.003, 0.031), batches, RULE),
        Arguments.of("early stopping", recipe, batches, new EarlyStopping(2)),
        Arguments.of("checksum of the first batches", recipe, batches.shuffled(Key.of(8)), RULE),
        Arguments.of(
            "checksum of the first batches", recipe, batches.transformed(Transform.none()), RULE),
        Arguments.of("steps per epoch", recipe, batches.dropLast(), RULE));
  }

  private static Recipe with(Recipe r, Optimizer optimizer) {
    return new Recipe(optimizer, r.lr(), r.schedules(), 2, r.objective(), r.key(), null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherRuns")
  void anotherRunsCheckpointIsRefused(
      String what, Recipe recipe, Batches batches, EarlyStopping rule) {
    trainer(Runs.recipe(2), Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    Trainer other =
        new Trainer(recipe)
            .validating(Runs.validation(), rule)
            .checkpointing(new Checkpointing(folder.resolve("run.safetensors")));
    String text =
        assertThrows(DataError.class, () -> other.fit(Runs.ensemble(), batches)).getMessage();
    String start = folder.resolve("run.safetensors") + ": saved by another training; its ";
    assertTrue(text.startsWith(start + what + ": "), text);
    assertTrue(text.contains("; this one's: "), text);
  }

  /// Hyper-parameters and keys are compared as tensors; 2^24 + 1 is not a float32.
  @Test
  void otherValuesAreRefused() {
    EnsembleLoss sum = EnsembleLoss.SUM_OVER_MEMBERS;
    Recipe recipe = Runs.recipe(2).key(Key.of(16_777_216));
    trainer(recipe, Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    assertEquals(
        "run.safetensors: was saved with another recipe (optimizer.rate); resume with the recipe"
            + " that it was made with",
        refusal(with(recipe, new Adam().decay(0.01, 0.02, 0.1)), Runs.ensemble(), sum));
    assertEquals(
        "run.safetensors: was saved with another key (bits); resume with the recipe that it was"
            + " made with",
        refusal(recipe.key(Key.of(16_777_217)), Runs.ensemble(), sum));
    assertTrue(
        refusal(recipe.forMember(0, 3), Runs.ensemble(), EnsembleLoss.SUMMED_LOGITS)
            .startsWith("run.safetensors: saved by another training; its members: "));
    DeepEnsemble mlps = DeepEnsemble.init(Key.of(1), 3, k -> Mlp.init(k, 36, 8, 4));
    assertTrue(refusal(recipe, mlps, sum).startsWith("run.safetensors: "));
  }

  @ParameterizedTest
  @CsvSource({"epoch, x", "epoch, 3", "epoch, -1", "step, 5", "step, ''"})
  void damagedPlacesAreRefused(String name, String text) {
    Path file = folder.resolve("run.safetensors");
    trainer(Runs.recipe(2), Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    SafeTensors saved = SafeTensors.read(file);
    Map<String, String> about = new LinkedHashMap<>(saved.metadata());
    about.put(name, text);
    new SafeTensors(saved.tensors(), about).write(file);
    int most = name.equals("epoch") ? 2 : 4;
    assertEquals(
        "run.safetensors: its " + name + " is " + text + ", not one of 0 to " + most,
        refusal(Runs.recipe(2), Runs.ensemble(), EnsembleLoss.SUM_OVER_MEMBERS));
  }

  @Test
  void historyShorterThanTheCheckpointIsRefused() throws IOException {
    trainer(Runs.recipe(2), Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    Path history = folder.resolve("history.jsonl");
    Files.write(history, List.of(Files.readAllLines(history).getFirst()));
    assertEquals(
        "history.jsonl: has 1 lines, the checkpoint is of epoch 2",
        refusal(Runs.recipe(2), Runs.ensemble(), EnsembleLoss.SUM_OVER_MEMBERS));
  }
}
