package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.EvidentialLosses;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.NormalInverseGamma;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.loss.Reduction;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The validation loss is that of the set: no number of examples in a batch, prefetching or group
/// of members changes it, whatever the objective is.
@ResourceLock(Tasks.THREADS)
class ValidationLossTest {
  private static final int FEATURES = 3;
  private static final Tensor WEIGHT = Tensor.of(1f, 10f);
  private static final int[] SIZES = {10, 5, 3, 2, 1};

  /// Fewer, for the tests that train with every loss.
  private static final int[] CUTS = {5, 3, 2};

  /// Eight examples of class 0, then two of class 1.
  private static final Dataset SET = set(10, 8);

  private static Dataset set(int size, int first) {
    float[][] rows = new float[size][FEATURES];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i < first ? 0 : 1;
      for (int f = 0; f < FEATURES; f++) {
        rows[i][f] = (float) Math.sin(1.7 * i + f) + labels[i];
      }
    }
    return Dataset.ofTable("ten", rows, labels, List.of("a", "b"));
  }

  private static DeepEnsemble start(int members) {
    return DeepEnsemble.init(Key.of(4), members, k -> Mlp.init(k, FEATURES, 5, 2));
  }

  private static Recipe recipe(Objective objective) {
    return new Recipe(new Sgd(), 0.01, Schedule.constant(), 1).objective(objective);
  }

  private record Run(EpochReport report, Ensemble after) {}

  private static Run run(
      Objective objective, Ensemble start, EnsembleLoss loss, Batches validation) {
    List<EpochReport> reports = new ArrayList<>();
    Ensemble after =
        new Trainer(recipe(objective))
            .validating(validation, EarlyStopping.never())
            .calling((report, current) -> reports.add(report))
            .fit(start, Batches.of(SET, 10), loss);
    return new Run(reports.getFirst(), after);
  }

  private static Run run(Objective objective, int members, Batches validation) {
    return run(objective, start(members), EnsembleLoss.SUM_OVER_MEMBERS, validation);
  }

  private static List<Double> losses(Objective objective, int members, Batches validation) {
    return run(objective, members, validation).report.validationLoss();
  }

  /// Σ w · l / Σ w over the set, in float64.
  @Test
  void classWeightsInWhateverBatches() {
    Objective weighted = (z, y) -> new CrossEntropy().weight(WEIGHT).apply(z, y);
    for (int size : SIZES) {
      Run run = run(weighted, 1, Batches.of(SET, size));
      double[] z = run.after.logits(Batches.of(SET, 10).batch(0, 0).x()).toDoubles();
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < 10; i++) {
        int y = SET.label(i);
        double w = y == 0 ? 1 : 10;
        sum += w * (Math.log(Math.exp(z[2 * i]) + Math.exp(z[2 * i + 1])) - z[2 * i + y]);
        weights += w;
      }
      assertEquals(sum / weights, run.report.validationLoss().getFirst(), 1e-6);
    }
  }

  private static Tensor soft(Tensor y) {
    return y.oneHot(2).cast(DType.FLOAT32).mul(0.75).add(0.125);
  }

  private static Tensor positive(Tensor z) {
    return z.mul(z).add(1.5);
  }

  /// Every loss of the library by its method, with all its options.
  private static Map<String, List<Objective>> objectives() {
    Map<String, List<Objective>> all = new TreeMap<>();
    for (Reduction r : List.of(Reduction.MEAN, Reduction.SUM, Reduction.BATCH_MEAN)) {
      put(all, "crossEntropy", Losses::crossEntropy);
      put(all, "crossEntropy", (z, y) -> Losses.crossEntropy(z, soft(y)));
      for (CrossEntropy ce : crossEntropies(r)) {
        put(all, "CrossEntropy", ce);
        put(all, "CrossEntropy", ce::apply);
        put(all, "CrossEntropy", (z, y) -> ce.apply(z, soft(y)));
        put(all, "CrossEntropy", (z, y) -> ce.labelSmoothing(0).nll(z.logSoftmax(), y));
      }
      put(all, "nll", (z, y) -> Losses.nll(z.logSoftmax(), y, r));
      put(all, "focal", (z, y) -> Losses.focal(z, y, 2, WEIGHT, r));
      put(all, "confidencePenalty", (z, y) -> Losses.confidencePenalty(z, y, 0.3, r));
      put(all, "bceWithLogits", (z, y) -> Losses.bceWithLogits(z, soft(y), WEIGHT, r));
      put(all, "klDiv", (z, y) -> Losses.klDiv(z.logSoftmax(), soft(y), false, r));
      put(all, "mse", (z, y) -> Losses.mse(z, soft(y), r));
      put(all, "l1", (z, y) -> Losses.l1(z, soft(y), r));
      put(all, "huber", (z, y) -> Losses.huber(z, soft(y), 0.5, r));
      put(all, "smoothL1", (z, y) -> Losses.smoothL1(z, soft(y), 0.5, r));
      put(all, "gaussianNll", (z, y) -> Losses.gaussianNll(z, soft(y), positive(z), true, 1e-6, r));
      for (EvidentialLosses.Risk risk : EvidentialLosses.Risk.values()) {
        put(all, "classification", (z, y) -> EvidentialLosses.classification(z, y, risk, 0.5, r));
      }
      put(
          all,
          "regression",
          (z, y) ->
              EvidentialLosses.regression(
                  new NormalInverseGamma(z, positive(z), positive(z), positive(z)),
                  soft(y),
                  0.1,
                  r));
    }
    // Not a mean of anything over rows.
    put(all, "of the user's own", (z, y) -> z.max().add(Losses.mse(z, soft(y)).sqrt()));
    return all;
  }

  private static List<CrossEntropy> crossEntropies(Reduction r) {
    CrossEntropy plain = new CrossEntropy().reduction(r);
    return List.of(
        plain,
        plain.weight(WEIGHT),
        plain.ignoreIndex(1),
        plain.ignoreIndex(0),
        plain.labelSmoothing(0.1),
        plain.weight(WEIGHT).ignoreIndex(0).labelSmoothing(0.1));
  }

  private static void put(Map<String, List<Objective>> all, String name, Objective objective) {
    all.computeIfAbsent(name, n -> new ArrayList<>()).add(objective);
  }

  static Stream<String> names() {
    return objectives().keySet().stream();
  }

  @Test
  void everyLossIsInTheTable() {
    Set<String> methods =
        Stream.of(Losses.class, EvidentialLosses.class)
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getReturnType() == Tensor.class)
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(objectives().keySet().containsAll(methods), methods.toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneNumberForEveryBatchSize(String name) {
    List<Objective> all = objectives().get(name);
    for (int i = 0; i < all.size(); i++) {
      List<Double> expected = losses(all.get(i), 3, Batches.of(SET, 10));
      for (double loss : expected) {
        assertTrue(Double.isFinite(loss), name + " " + i + ": " + loss);
      }
      for (int size : CUTS) {
        String what = name + " " + i + " in batches of " + size;
        List<Double> cut = losses(all.get(i), 3, Batches.of(SET, size));
        if (all.get(i).isMean()) {
          close(expected, cut, what);
        } else {
          assertEquals(expected, cut, what);
        }
      }
    }
  }

  /// Sums of float32 means of batches, against one float32 mean.
  private static void close(List<Double> expected, List<Double> got, String what) {
    assertEquals(expected.size(), got.size());
    for (int part = 0; part < expected.size(); part++) {
      double of = expected.get(part);
      assertEquals(of, got.get(part), 1e-6 * Math.max(1, Math.abs(of)), what);
    }
  }

  /// What is summed batch by batch is what the objective gives for the whole set.
  @Test
  void batchByBatchIsAtOnce() {
    for (Reduction r : List.of(Reduction.MEAN, Reduction.SUM, Reduction.BATCH_MEAN)) {
      for (CrossEntropy ce : crossEntropies(r)) {
        assertEquals(r != Reduction.SUM, ce.isMean());
        List<Double> atOnce = losses(ce::apply, 3, Batches.of(SET, 10));
        for (int size : CUTS) {
          close(atOnce, losses(ce, 3, Batches.of(SET, size)), ce + " by " + size);
        }
      }
    }
    Map<String, Objective> means =
        Map.of(
            "mse", (z, y) -> Losses.mse(z, soft(y)),
            "focal", (z, y) -> Losses.focal(z, y, 2, WEIGHT, Reduction.MEAN),
            "cross-entropy", Losses::crossEntropy);
    means.forEach((name, mean) -> {
      List<Double> atOnce = losses(mean, 3, Batches.of(SET, 10));
      for (int size : CUTS) {
        close(atOnce, losses(Objective.mean(mean), 3, Batches.of(SET, size)), name + size);
      }
    });
  }

  /// An objective that notes the most rows that it is asked for.
  private record Noting(Objective of, boolean isMean, AtomicInteger most) implements Objective {
    @Override
    public Tensor of(Tensor output, Tensor target) {
      most.accumulateAndGet(target.dim(0), Math::max);
      return of.of(output, target);
    }
  }

  /// However large a set is, of a mean no more than a batch is held.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMeanIsNeverAskedForMoreThanABatch(boolean mean) {
    Dataset large = set(100, 60);
    for (Ensemble start :
        List.of(
            start(2),
            new Packing(2, 2)
                .convert(Key.of(2), Mlp.init(Key.of(2), FEATURES, 6, 2), Shape.of(FEATURES)))) {
      Noting noting = new Noting(Losses::crossEntropy, mean, new AtomicInteger());
      run(noting, start, EnsembleLoss.SUM_OVER_MEMBERS, Batches.of(large, 7));
      assertEquals(mean ? 10 : 100, noting.most.get()); // a training batch has 10
    }
    assertTrue(new Recipe(new Sgd(), 0.1, Schedule.constant(), 1).objective().isMean());
  }

  /// Outputs that do not fit into memory are refused before the first step.
  @Test
  void outputsThatCannotBeKept() {
    int classes = 100_000;
    int rows = (int) (Runtime.getRuntime().maxMemory() / (12L * classes)) + 1;
    Dataset many =
        Dataset.ofTable("many", new float[rows][FEATURES], new int[rows], List.of("a", "b"));
    Ensemble wide = DeepEnsemble.init(Key.of(4), 1, k -> Mlp.init(k, FEATURES, 2, classes));
    Trainer trainer =
        new Trainer(recipe(Losses::crossEntropy), p -> fail("a step was taken"))
            .validating(Batches.of(many, 1), EarlyStopping.never());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer.fit(wide, Batches.of(SET, 10), EnsembleLoss.SUM_OVER_MEMBERS))
            .getMessage();
    assertTrue(
        message.startsWith("validation: 100000 outputs for each of " + rows + " rows need "),
        message);
  }

  @Test
  void prefetchedAndOnAnyNumberOfThreads() {
    CrossEntropy weighted = new CrossEntropy().weight(WEIGHT);
    for (Objective objective : List.<Objective>of(weighted, weighted::apply)) {
      List<Double> expected = losses(objective, 5, Batches.of(SET, 2));
      try (Batches ahead = Batches.of(SET, 2).prefetched(2, 3)) {
        assertEquals(expected, losses(objective, 5, ahead));
      }
      for (int threads : Tasks.THREAD_COUNTS) {
        Tasks.withThreads(
            threads, () -> assertEquals(expected, losses(objective, 5, Batches.of(SET, 2))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.ensembles.EnsembleLoss#values")
  void membersStepTogether(EnsembleLoss loss) {
    List<Ensemble> ensembles =
        List.of(
            start(3),
            new Packing(2, 3)
                .convert(Key.of(2), Mlp.init(Key.of(2), FEATURES, 6, 2), Shape.of(FEATURES)),
            BatchEnsemble.convert(Key.of(2), Mlp.init(Key.of(3), FEATURES, 5, 2), 3));
    for (Ensemble start : ensembles) {
      for (CrossEntropy ce : crossEntropies(Reduction.MEAN)) {
        for (Objective objective : List.<Objective>of(ce, ce::apply)) {
          Run whole = run(objective, start, loss, Batches.of(SET, 10));
          for (int size : CUTS) {
            Run cut = run(objective, start, loss, Batches.of(SET, size));
            close(whole.report.validationLoss(), cut.report.validationLoss(), objective.toString());
            assertEquals(whole.report.validationAccuracy(), cut.report.validationAccuracy());
            Expect.sameLeaves("trained", whole.after, cut.after);
          }
        }
      }
    }
  }

  /// Two batches of ignored rows and three that count, in whatever order: the epoch's loss is that
  /// of the rows that count, and nothing is NaN.
  @Test
  void aBatchThatCountsNothingCountsNothing() {
    CrossEntropy ignoring = new CrossEntropy().ignoreIndex(1);
    Recipe still = new Recipe(new Sgd(), 1e-30, Schedule.constant(), 1).objective(ignoring);
    for (EnsembleLoss loss : EnsembleLoss.values()) {
      for (Ensemble start :
          List.of(
              start(2),
              new Packing(2, 2)
                  .convert(Key.of(2), Mlp.init(Key.of(2), FEATURES, 6, 2), Shape.of(FEATURES)))) {
        List<Double> seen = new ArrayList<>();
        for (int size : SIZES) {
          List<EpochReport> reports = new ArrayList<>();
          Ensemble after =
              new Trainer(still)
                  .calling((report, current) -> reports.add(report))
                  .fit(start, Batches.of(set(10, 6), size), loss);
          seen.add(reports.getFirst().loss().getFirst());
          Expect.sameLeaves("a rate that moves nothing", start, after);
        }
        for (double value : seen) {
          assertEquals(seen.getFirst(), value, 1e-6);
        }
      }
    }
  }

  @Test
  void aSetThatCountsNothingHasNoLoss() {
    CrossEntropy ignoring = new CrossEntropy().ignoreIndex(0);
    Dataset nothing = SET.select(new int[] {0, 1, 2});
    for (Ensemble start :
        List.of(
            start(2),
            new Packing(2, 2)
                .convert(Key.of(2), Mlp.init(Key.of(2), FEATURES, 6, 2), Shape.of(FEATURES)))) {
      EpochReport report =
          run(ignoring, start, EnsembleLoss.MEAN_OVER_MEMBERS, Batches.of(nothing, 2)).report;
      for (int part = 0; part < report.loss().size(); part++) {
        assertEquals(Double.NaN, report.validationLoss().get(part));
        assertEquals(-1, report.bestEpoch().get(part));
        assertTrue(Double.isFinite(report.loss().get(part)));
      }
    }
  }

  /// Batches of 4, 4 and 2: by rows, and by class weights if the objective gives them.
  @Test
  void theEpochsTrainingLossIsThatOfItsRows() {
    CrossEntropy weighted = new CrossEntropy().weight(WEIGHT);
    for (Objective objective : List.<Objective>of(weighted, Losses::crossEntropy)) {
      Recipe still = new Recipe(new Sgd(), 1e-30, Schedule.constant(), 1).objective(objective);
      List<EpochReport> reports = new ArrayList<>();
      DeepEnsemble one = start(1);
      new Trainer(still)
          .calling((report, current) -> reports.add(report))
          .fit(one, Batches.of(SET, 4));
      double whole = losses(objective, 1, Batches.of(SET, 10)).getFirst();
      assertNotEquals(0, whole);
      Tensor z = one.logits(Batches.of(SET, 10).batch(0, 0).x()).get(0);
      double expected = objective.of(z, Batches.of(SET, 10).batch(0, 0).targets()).item();
      assertEquals(expected, reports.getFirst().loss().getFirst(), 1e-6);
    }
  }
}
