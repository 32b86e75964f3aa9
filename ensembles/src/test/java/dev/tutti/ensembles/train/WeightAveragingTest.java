package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Window;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.BatchStatistics;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.WeightAveraging;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Averages of the parameters along a training.
@ResourceLock(Tasks.THREADS)
class WeightAveragingTest {
  private static final int EPOCHS = 6;

  static Stream<Arguments> ensembles() {
    Recipe one = Runs.recipe(EPOCHS).forMember(0, Runs.MEMBERS);
    return Stream.of(
        Arguments.of("deep", Runs.ensemble(), Runs.recipe(EPOCHS), EnsembleLoss.SUM_OVER_MEMBERS),
        Arguments.of("coupled", Runs.ensemble(), one, EnsembleLoss.SUMMED_LOGITS),
        Arguments.of(
            "packed",
            new Packing(2, 3)
                .convert(
                    Key.of(3),
                    Mlp.init(Key.of(3), Runs.IMAGE.size(), 16, 4),
                    Shape.of(Runs.IMAGE.size())),
            one,
            EnsembleLoss.MEAN_OVER_ROWS));
  }

  /// The ensemble after every epoch.
  private static List<Ensemble> path(
      Ensemble start, Recipe recipe, Batches batches, EnsembleLoss loss) {
    List<Ensemble> after = new ArrayList<>();
    new Trainer(recipe)
        .calling((report, current) -> after.add(current.get()))
        .fit(start, batches, loss);
    return after;
  }

  /// The mean of four models in double is theirs in float32 but for a few roundings.
  @ParameterizedTest(name = "{0}")
  @MethodSource("ensembles")
  void swaIsTheMeanOfTheLastEpochs(String name, Ensemble start, Recipe recipe, EnsembleLoss loss) {
    List<Ensemble> path = path(start, recipe, Runs.batches(), loss);
    Ensemble average =
        new Trainer(recipe.averaging(WeightAveraging.swa(2))).fit(start, Runs.batches(), loss);
    List<Tree.Leaf> leaves = Tree.leaves(average);
    for (int i = 0; i < leaves.size(); i++) {
      double[] mean = new double[leaves.get(i).tensor().size()];
      for (Ensemble model : path.subList(2, EPOCHS)) {
        double[] values = Tree.tensors(model).get(i).toDoubles();
        for (int k = 0; k < mean.length; k++) {
          mean[k] += values[k] / (EPOCHS - 2);
        }
      }
      if (leaves.get(i).state()) {
        Expect.sameBits(
            "newest state", Tree.tensors(path.getLast()).get(i), leaves.get(i).tensor());
      } else {
        double[] actual = leaves.get(i).tensor().toDoubles();
        for (int k = 0; k < mean.length; k++) {
          assertEquals(mean[k], actual[k], 1e-6 * Math.max(0.1, Math.abs(mean[k])));
        }
      }
    }
  }

  /// With one batch an epoch, steps are epochs.
  @ParameterizedTest(name = "{0}")
  @MethodSource("ensembles")
  void emaFollowsEveryStep(String name, Ensemble start, Recipe recipe, EnsembleLoss loss) {
    Batches whole = Tasks.batches(Runs.DATA, 26);
    List<Ensemble> path = path(start, recipe, whole, loss);
    WeightAveraging ema = WeightAveraging.ema(0.7);
    var average = ema.rule().init(start);
    for (Ensemble model : path) {
      average = ema.rule().update(average, model);
    }
    Expect.sameLeaves(
        "ema", average.params(), new Trainer(recipe.averaging(ema)).fit(start, whole, loss));
  }

  /// An average that is kept as the best, or that a callback holds, is not written over by later
  /// steps.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void bestAveragesOutliveLaterSteps(int members) {
    DeepEnsemble start =
        new DeepEnsemble(Tree.slice(Runs.ensemble().network(), 0, members), members);
    Recipe recipe =
        new Recipe(new Sgd(), 0.3, Schedule.constant(), EPOCHS)
            .averaging(WeightAveraging.swa(1))
            .key(Key.of(99));
    List<Ensemble> expected = null;
    for (int threads : Tasks.THREAD_COUNTS) {
      List<Ensemble> seen = new ArrayList<>();
      Tasks.withThreads(
          threads,
          () ->
              seen.add(
                  new Trainer(recipe)
                      .validating(Runs.validation(), EarlyStopping.never())
                      .calling((report, current) -> seen.add(current.get()))
                      .fit(start, Runs.batches())));
      assertEquals(EPOCHS + 1, seen.size());
      for (int i = 0; expected != null && i < seen.size(); i++) {
        Expect.sameLeaves(threads + " threads, epoch " + i, expected.get(i), seen.get(i));
      }
      expected = seen;
    }
    assertEquals(
        start.network().getClass(), ((DeepEnsemble) expected.getLast()).member(0).getClass());
  }

  @Test
  void membersMayHaveDecaysOfTheirOwn() {
    Recipe recipe = Runs.recipe(3).averaging(WeightAveraging.ema(0.9, 0.5, 0.99));
    DeepEnsemble all = new Trainer(recipe).fit(Runs.ensemble(), Runs.batches());
    for (int m = 0; m < Runs.MEMBERS; m++) {
      DeepEnsemble start = new DeepEnsemble(Tree.slice(Runs.ensemble().network(), m, m + 1), 1);
      DeepEnsemble alone =
          new Trainer(recipe.forMember(m, Runs.MEMBERS)).fit(start, Runs.batches());
      Expect.sameLeaves("member " + m, alone.network(), Tree.slice(all.network(), m, m + 1));
    }
    assertEquals(
        "recipe: 2 values of averaging.decay for 3 members; give one for all or one each",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Trainer(recipe.averaging(WeightAveraging.ema(0.9, 0.5)))
                        .fit(Runs.ensemble(), Runs.batches()))
            .getMessage());
  }

  /// Two batches: the mean of their statistics, whatever the statistics were.
  @Test
  void renewedStatisticsAreTheMeanOverAnEpoch() {
    DeepEnsemble trained = new Trainer(Runs.recipe(2)).fit(Runs.ensemble(), Runs.batches());
    Batches batches = Batches.of(Runs.DATA, 13).transformed(Tasks.normalized());
    DeepEnsemble renewed = BatchStatistics.renew(trained, batches, Key.of(1));
    DeepEnsemble spoilt =
        Tree.replace(
            trained,
            BatchNorm.class,
            n ->
                new BatchNorm(
                    n.weight(),
                    n.bias(),
                    n.runningMean().mul(Double.NaN),
                    n.runningVar(),
                    n.numBatchesTracked(),
                    n.momentum(),
                    n.eps()));
    Expect.sameLeaves(
        "from statistics that are not finite",
        renewed,
        BatchStatistics.renew(spoilt, batches, Key.of(1)));
    assertEquals(
        "quadrants: no examples to collect statistics of",
        assertThrows(
                DataError.class,
                () -> BatchStatistics.renew(trained, Batches.of(Runs.DATA.take(0), 4), Key.of(1)))
            .getMessage());
    List<Tree.Leaf> before = Tree.leaves(trained);
    List<Tree.Leaf> after = Tree.leaves(renewed);
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).state()) {
        Expect.sameBits(before.get(i).path(), before.get(i).tensor(), after.get(i).tensor());
      }
    }
    for (int m = 0; m < Runs.MEMBERS; m++) {
      Tensor weight = Tree.tensors(trained).getFirst().get(m);
      Tensor bias = Tree.tensors(trained).get(1).get(m);
      double[] mean = new double[4];
      for (int b = 0; b < 2; b++) {
        Tensor y = batches.batch(0, b).x().conv2d(weight, bias, Window.of(3, 3), 1).reshape(-1, 4);
        for (int c = 0; c < 4; c++) {
          mean[c] += y.sum(0).div(y.dim(0)).toDoubles()[c] / 2;
        }
      }
      Tree.Leaf running =
          after.stream().filter(l -> l.path().endsWith("running_mean")).findFirst().orElseThrow();
      double[] actual = running.tensor().get(m).toDoubles();
      for (int c = 0; c < 4; c++) {
        assertEquals(mean[c], actual[c], 1e-5);
      }
    }
    assertFalse(
        Expect.same(Tree.tensors(trained).get(4), Tree.tensors(renewed).get(4)), "as before");
  }
}
