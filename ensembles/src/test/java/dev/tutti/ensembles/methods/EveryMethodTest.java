package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.isolation.Isolation;
import dev.tutti.ensembles.metrics.OutOfDistribution;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every method has to do: be trained, resumed, saved, loaded, evaluated, with the same bits
/// for any number of threads and any size of a test batch.
@ResourceLock(Tasks.THREADS)
class EveryMethodTest {
  private static final int EPOCHS = 3;
  private static final Dataset DATA = Tasks.quadrants(26, MethodRow.IMAGE);
  private static final Dataset UNSEEN =
      Tasks.quadrants(40, MethodRow.IMAGE).select(new int[] {26, 27, 28, 29, 30, 31, 32});

  @TempDir Path folder;

  static List<MethodRow> methods() {
    return MethodRow.all();
  }

  /// Five steps an epoch, the last one of two rows.
  private static Batches batches() {
    return Tasks.batches(DATA, 6);
  }

  private static Batches test(Dataset data, int size) {
    return Batches.of(data, size).transformed(Tasks.normalized());
  }

  private static Recipe recipe(int epochs) {
    return new Recipe(new Adam().decay(0.01), 0.01, Schedule.constant(), epochs).key(Key.of(99));
  }

  private static Ensemble trained(MethodRow method) {
    return new Trainer(recipe(EPOCHS)).fit(method.start().apply(Key.of(1)), batches());
  }

  private static void same(String what, Ensemble a, Ensemble b) {
    List<Tensor> as = Tree.tensors(a);
    List<Tensor> bs = Tree.tensors(b);
    assertEquals(as.size(), bs.size());
    for (int i = 0; i < as.size(); i++) {
      Expect.sameBits(what + " " + Tree.leaves(a).get(i).path(), as.get(i), bs.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsAndGivesEveryMembersLogits(MethodRow method) {
    Ensemble start = method.start().apply(Key.of(1));
    Ensemble end = trained(method);
    assertEquals(start.getClass(), end.getClass());
    Tensor logits = Evaluator.logits(end, test(UNSEEN, 3));
    assertEquals(Shape.of(end.members(), UNSEEN.size(), MethodRow.CLASSES), logits.shape());
    Predictions seen = Evaluator.predictions(end, test(DATA, 10));
    double nll = Report.of(seen, DATA.labels()).nll();
    assertTrue(nll < Math.log(MethodRow.CLASSES), "NLL after training " + nll);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void membersDiffer(MethodRow method) {
    Tensor logits = Evaluator.logits(trained(method), test(UNSEEN, 7));
    for (int m = 1; m < logits.dim(0); m++) {
      assertFalse(
          Arrays.equals(logits.get(0).toFloats(), logits.get(m).toFloats()), "members 0 and " + m);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void predictionsDoNotDependOnTheBatch(MethodRow method) {
    Ensemble end = trained(method);
    Tensor all = Evaluator.logits(end, test(UNSEEN, 7));
    Expect.sameBits("one by one", all, Evaluator.logits(end, test(UNSEEN, 1)));
    Expect.sameBits("by threes", all, Evaluator.logits(end, test(UNSEEN, 3)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsTheSameOnAnyNumberOfThreads(MethodRow method) {
    Ensemble[] ends = new Ensemble[2];
    Tasks.withThreads(1, () -> ends[0] = trained(method));
    Tasks.withThreads(3, () -> ends[1] = trained(method));
    same("three threads", ends[0], ends[1]);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void resumesWithTheSameBits(MethodRow method) {
    Checkpointing where = new Checkpointing(folder.resolve("run"), 2, true);
    Ensemble whole =
        new Trainer(recipe(EPOCHS))
            .validating(test(UNSEEN, 4), EarlyStopping.never())
            .fit(method.start().apply(Key.of(1)), batches());
    int[] epochs = {0};
    try {
      new Trainer(recipe(EPOCHS))
          .validating(test(UNSEEN, 4), EarlyStopping.never())
          .checkpointing(where)
          .calling((report, current) -> {
            if (epochs[0]++ == 1) {
              throw new IllegalStateException("cut off");
            }
          })
          .fit(method.start().apply(Key.of(1)), batches());
    } catch (IllegalStateException e) {
      assertEquals("cut off", e.getMessage());
    }
    Ensemble resumed =
        new Trainer(recipe(EPOCHS))
            .validating(test(UNSEEN, 4), EarlyStopping.never())
            .checkpointing(where)
            .fit(method.start().apply(Key.of(1)), batches());
    same("resumed", whole, resumed);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void savedAndLoadedItPredictsTheSame(MethodRow method) {
    Ensemble end = trained(method);
    Path file = folder.resolve("weights.safetensors");
    new SafeTensors(StateDict.of(end)).write(file);
    Ensemble loaded =
        StateDict.load(method.start().apply(Key.of(2)), SafeTensors.read(file).tensors());
    Batches test = test(UNSEEN, 7);
    Expect.sameBits("loaded", Evaluator.logits(end, test), Evaluator.logits(loaded, test));
  }

  /// Methods that say so, with what training has made of them.
  @ParameterizedTest
  @MethodSource("methods")
  void isolatedMembersDoNotReachEachOther(MethodRow method) {
    Ensemble end = trained(method);
    Assumptions.assumeTrue(end.isolated());
    Tensor x = test(UNSEEN, 7).batch(0, 0).x();
    assertTrue(
        Isolation.check(end, x, Key.of(5)).isolated(),
        () -> Isolation.check(end, x, Key.of(5)).toString());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void unfamiliarExamplesAreScored(MethodRow method) {
    Ensemble end = trained(method);
    Predictions seen = Evaluator.predictions(end, test(UNSEEN, 7));
    Dataset noise = Tasks.noise(9, MethodRow.IMAGE);
    Predictions other = Evaluator.predictions(end, test(noise, 4));
    double auroc =
        OutOfDistribution.auroc(
            OutOfDistribution.scores(OutOfDistribution.Criterion.ENTROPY, seen),
            OutOfDistribution.scores(OutOfDistribution.Criterion.ENTROPY, other));
    assertTrue(auroc >= 0 && auroc <= 1, "AUROC " + auroc);
  }
}
