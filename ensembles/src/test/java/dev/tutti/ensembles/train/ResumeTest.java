package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Expect;
import dev.tutti.ensembles.Packed;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.DataError;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A training that is cut off at any step and goes on from its checkpoint ends with the bits, and
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
            "coupled, averaged",
            Runs.ensemble(),
            shared.averaging(WeightAveraging.swa(1)),
            EnsembleLoss.SUMMED_LOGITS),
        Arguments.of("deep, coupled", Runs.ensemble(), shared, EnsembleLoss.SUMMED_LOGITS),
        Arguments.of(
            "packed",
            Packed.mlp(key, size, 16, 4, new Packing(2, 3)),
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

  /// The model in a checkpoint is a state dict under `network.`, and its loss of precision none.
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

  private String refusal(Recipe recipe, Ensemble start, EnsembleLoss loss) {
    return assertThrows(
            DataError.class,
            () -> trainer(recipe, Progress.Listener.NONE, 0).fit(start, Runs.batches(), loss))
        .getMessage()
        .replace(folder + "/", "");
  }

  @Test
  void anotherRunsCheckpointIsRefused() {
    EnsembleLoss sum = EnsembleLoss.SUM_OVER_MEMBERS;
    trainer(Runs.recipe(2), Progress.Listener.NONE, 0).fit(Runs.ensemble(), Runs.batches());
    Recipe other = Runs.recipe(2);
    assertEquals(
        "run.safetensors: was saved by a training with optimizer DecoupledDecay, now it is Sgd",
        refusal(
            new Recipe(
                new Sgd(), other.lr(), other.schedules(), 2, other.objective(), other.key(), null),
            Runs.ensemble(),
            sum));
    assertEquals(
        "run.safetensors: was saved with another recipe (optimizer.rate); resume with the recipe that it"
            + " was made with",
        refusal(
            new Recipe(
                new Adam().decay(0.01, 0.02, 0.1),
                other.lr(),
                other.schedules(),
                2,
                other.objective(),
                other.key(),
                null),
            Runs.ensemble(),
            sum));
    assertEquals(
        "run.safetensors: was saved with another key (bits); resume with the recipe that it was"
            + " made with",
        refusal(other.key(Key.of(1)), Runs.ensemble(), sum));
    assertTrue(
        refusal(other.lr(1, 2, 3), Runs.ensemble(), sum)
            .startsWith("run.safetensors: was saved by a training with learning rates "));
    assertEquals(
        "run.safetensors: was saved by a training with loss members apart, now it is members"
            + " together by SUMMED_LOGITS",
        refusal(other.forMember(0, 3), Runs.ensemble(), EnsembleLoss.SUMMED_LOGITS));
    DeepEnsemble mlps = DeepEnsemble.init(Key.of(1), 3, k -> Mlp.init(k, 36, 8, 4));
    assertTrue(refusal(other, mlps, sum).startsWith("run.safetensors: "));
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
