package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.FastWeights;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.TrainingError;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Training: that it learns, reports, stops when it must, and does not depend on threads.
@ResourceLock(Tasks.THREADS)
class TrainerTest {
  private static final Shape IMAGE = Shape.of(6, 6, 1);
  private static final Key KEY = Key.of(61);
  private static final int MEMBERS = 4;
  private static final Dataset DATA = Tasks.quadrants(30, IMAGE);

  private static DeepEnsemble deep(int members) {
    return DeepEnsemble.init(KEY, members, k -> Mlp.init(k, IMAGE.size(), 16, 4));
  }

  private static Ensemble batch(FastWeights variant) {
    return BatchEnsemble.convert(KEY, Mlp.init(KEY, IMAGE.size(), 16, 4), MEMBERS, variant);
  }

  private static Ensemble packed() {
    return new Packing(2, MEMBERS)
        .convert(KEY, Mlp.init(KEY, IMAGE.size(), 16, 4), Shape.of(IMAGE.size()));
  }

  static Stream<Arguments> methods() {
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of("deep", deep(MEMBERS), EnsembleLoss.SUM_OVER_MEMBERS));
    all.add(Arguments.of("deep, coupled", deep(MEMBERS), EnsembleLoss.SUMMED_LOGITS));
    for (EnsembleLoss loss : EnsembleLoss.values()) {
      all.add(Arguments.of("packed", packed(), loss));
      all.add(Arguments.of("batch", batch(FastWeights.PROBLY_NOTEBOOK), loss));
    }
    Ensemble own = batch(FastWeights.TORCH_UNCERTAINTY);
    all.add(Arguments.of("batch, own bias", own, EnsembleLoss.SUM_OVER_MEMBERS));
    return all.stream();
  }

  static Stream<Arguments> coupled() {
    return methods()
        .filter(
            m -> !(m.get()[1] instanceof DeepEnsemble) || m.get()[2] == EnsembleLoss.SUMMED_LOGITS);
  }

  private static <E extends Ensemble> E fit(
      E ensemble, EnsembleLoss loss, Recipe recipe, Progress.Listener listener) {
    return new Trainer(recipe, listener).fit(ensemble, Tasks.batches(DATA, 8), loss);
  }

  private static Recipe recipe(Optimizer optimizer, double lr, int epochs) {
    return new Recipe(optimizer, lr, Schedule.constant(), epochs);
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("methods")
  void learnsWhatCanBeLearnt(String name, Ensemble ensemble, EnsembleLoss loss) {
    List<Double> losses = Collections.synchronizedList(new ArrayList<>());
    Ensemble trained = fit(ensemble, loss, recipe(new Adam(), 0.01, 25), p -> losses.add(p.loss()));
    double first = losses.subList(0, 4).stream().mapToDouble(l -> l).average().orElseThrow();
    int steps = losses.size();
    double last =
        losses.subList(steps - 4, steps).stream().mapToDouble(l -> l).average().orElseThrow();
    assertTrue(last < 0.5 * first, "from " + first + " to " + last);
    Tensor logits = Evaluator.logits(trained, Batches.of(DATA, 16).transformed(Tasks.normalized()));
    int[] guesses = logits.softmax().mean(0).argmax(-1).toInts();
    long right = IntStream.range(0, DATA.size()).filter(i -> guesses[i] == DATA.label(i)).count();
    assertTrue(right >= 27, right + " of 30");
  }

  /// One loss, one gradient of all parameters, one step of all: without shards, maps or donation.
  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("coupled")
  void coupledMembersAreSteppedAsOneModel(String name, Ensemble ensemble, EnsembleLoss loss) {
    Optimizer optimizer = new Adam();
    Batches batches = Tasks.batches(DATA, 8);
    Ensemble model = ensemble;
    Optimizer.Memory<Ensemble> memory = optimizer.init(model);
    for (int step = 0; step < 2 * batches.count(); step++) {
      Batch batch = batches.batch(step / batches.count(), step % batches.count());
      Ensemble grad =
          Transforms.grad((Ensemble e) -> loss.of(e.logits(batch.x()), batch.targets()))
              .apply(model);
      Optimizer.Stepped<Ensemble> next = optimizer.step(model, grad, memory, Tensor.scalar(0.01));
      model = next.params();
      memory = next.memory();
    }
    Ensemble untouched = Tree.map(ensemble, t -> Tensor.of(t.toFloats()).reshape(t.shape()));
    Recipe recipe = recipe(optimizer, 0.01, 2);
    Expect.sameLeaves("trainer", model, fit(ensemble, loss, recipe, Progress.Listener.NONE));
    Expect.sameLeaves("the ensemble that was given", untouched, ensemble);
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("methods")
  void threadsChangeNoBit(String name, Ensemble ensemble, EnsembleLoss loss) {
    Recipe recipe = recipe(new Sgd(0.9, false, 0.01), 0.05, 3);
    List<Ensemble> trained = new ArrayList<>();
    List<List<Progress>> reports = new ArrayList<>();
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () -> {
                  List<Progress> own = new ArrayList<>();
                  trained.add(fit(ensemble, loss, recipe, own::add));
                  reports.add(own);
                }));
    for (int i = 1; i < trained.size(); i++) {
      String what = Tasks.THREAD_COUNTS[i] + " threads";
      Expect.sameLeaves(what, trained.getFirst(), trained.get(i));
      assertEquals(reports.getFirst(), reports.get(i), what);
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("methods")
  void reportsEveryStepInOrder(String name, Ensemble ensemble, EnsembleLoss loss) {
    List<Progress> reports = new ArrayList<>();
    fit(ensemble, loss, recipe(new Sgd(), 0.01, 2), reports::add);
    assertEquals(8, reports.size());
    for (int i = 0; i < 8; i++) {
      Progress p = reports.get(i);
      assertEquals(new Progress(i / 4, 2, i % 4 + 1, 4, p.loss()), p);
      assertTrue(p.loss() > 0 && p.loss() < 10, p.toString());
    }
  }

  /// The schedule is asked for the fractional epoch of each step.
  @Test
  void scheduleRunsByTheStep() {
    for (Ensemble ensemble : List.of(deep(1), packed())) {
      List<Double> asked = new ArrayList<>();
      Schedule schedule =
          epoch -> {
            asked.add(epoch);
            return 1;
          };
      Recipe recipe = new Recipe(new Sgd(), 0.01, schedule, 2);
      fit(ensemble, EnsembleLoss.MEAN_OVER_ROWS, recipe, Progress.Listener.NONE);
      // The report on an epoch asks for its last step's again.
      assertEquals(List.of(0.0, 0.25, 0.5, 0.75, 0.75, 1.0, 1.25, 1.5, 1.75, 1.75), asked);
    }
  }

  @Test
  void noEpochsChangeNothing() {
    Recipe none = recipe(new Adam(), 0.1, 0);
    for (Ensemble ensemble : List.of(deep(3), packed())) {
      Ensemble trained =
          fit(ensemble, EnsembleLoss.MEAN_OVER_ROWS, none, p -> assertEquals("no report", p));
      Expect.sameLeaves("untrained", ensemble, trained);
    }
  }

  private static String failure(Ensemble ensemble, Recipe recipe) {
    Trainer trainer = new Trainer(recipe, Progress.Listener.NONE);
    Batches batches = Tasks.batches(DATA, 8);
    return assertThrows(TrainingError.class, () -> trainer.fit(ensemble, batches)).getMessage();
  }

  @Test
  void lossThatIsNoNumberNamesMemberAndStep() {
    DeepEnsemble start = deep(MEMBERS);
    Layer broken =
        Tree.map(
            start.network(),
            t -> Tensor.stack(t.get(0), t.get(1), t.get(2).mul(Double.NaN), t.get(3)));
    Recipe recipe = recipe(new Sgd(), 0.01, 2);
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () ->
                    assertEquals(
                        "training: the loss of member 2 is NaN at epoch 1, step 1; a smaller"
                            + " learning rate may help",
                        failure(new DeepEnsemble(broken, MEMBERS), recipe))));
  }

  /// Every thread stops at the first failure, and of several failures the earliest step is named,
  /// then the lowest member: member 0 diverges too, but later.
  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void firstFailureEndsAnEndlessTrainingOnAnyNumberOfThreads() {
    DeepEnsemble start = deep(MEMBERS);
    Layer diverging =
        Tree.map(
            start.network(),
            t -> Tensor.stack(t.get(0).mul(1e5), t.get(1), t.get(2), t.get(3).mul(Double.NaN)));
    Recipe endless = recipe(new Sgd(), 1, Integer.MAX_VALUE);
    String later = failure(new DeepEnsemble(Tree.slice(diverging, 0, 1), 1), endless);
    assertTrue(later.startsWith("training: the loss of member 0 is "), later);
    assertFalse(later.contains("epoch 1, step 1;"), later);
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () ->
                    assertEquals(
                        "training: the loss of member 3 is NaN at epoch 1, step 1; a smaller"
                            + " learning rate may help",
                        failure(new DeepEnsemble(diverging, MEMBERS), endless))));
  }

  /// Weights of 1e30 after the first step give logits beyond float32 in the second.
  @Test
  void stepIsTheOneThatFails() {
    Recipe recipe = recipe(new Sgd(), 1e30, 2);
    String text = failure(deep(1), recipe);
    assertTrue(text.startsWith("training: the loss of member 0 is "), text);
    assertTrue(text.endsWith(" at epoch 1, step 2; a smaller learning rate may help"), text);
    String together = failure(packed(), recipe);
    assertTrue(together.startsWith("training: the loss of the ensemble is "), together);
    assertTrue(
        together.endsWith(" at epoch 1, step 2; a smaller learning rate may help"), together);
  }

  @Test
  void dataWithoutAWholeBatchIsAnError() {
    Trainer trainer = new Trainer(recipe(new Sgd(), 0.1, 1), Progress.Listener.NONE);
    Batches none = Batches.of(DATA.take(3), 4).dropLast();
    for (Ensemble ensemble : List.of(deep(2), packed())) {
      DataError e =
          assertThrows(
              DataError.class, () -> trainer.fit(ensemble, none, EnsembleLoss.MEAN_OVER_ROWS));
      assertEquals("training: quadrants has 3 examples, not one whole batch", e.getMessage());
    }
  }

  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void listenersErrorEndsTheTraining() {
    IllegalStateException stop = new IllegalStateException("enough");
    for (Ensemble ensemble : List.of(deep(MEMBERS), packed())) {
      for (int threads : new int[] {1, 3}) {
        Progress.Listener listener =
            p -> {
              if (p.step() == 2) {
                throw stop;
              }
            };
        Recipe recipe = recipe(new Sgd(), 0.01, Integer.MAX_VALUE);
        Tasks.withThreads(
            threads,
            () ->
                assertSame(
                    stop,
                    assertThrows(
                        IllegalStateException.class,
                        () -> fit(ensemble, ensemble.loss(), recipe, listener))));
      }
    }
  }

  private static String refusal(double lr, int epochs) {
    return assertThrows(IllegalArgumentException.class, () -> recipe(new Sgd(), lr, epochs))
        .getMessage();
  }

  @Test
  void recipesAreChecked() {
    assertEquals("recipe: the learning rate must be positive, got NaN", refusal(Double.NaN, 1));
    assertEquals("recipe: the learning rate must be positive, got 0.0", refusal(0, 1));
    assertEquals(
        "recipe: the learning rate must be positive, got Infinity",
        refusal(Double.POSITIVE_INFINITY, 1));
    assertEquals("recipe: epochs must not be negative, got -1", refusal(1, -1));
    Recipe five = recipe(new Sgd(), 1, 1).lr(1, 2, 3, 4, 5);
    assertEquals(
        "recipe: 5 learning rates for 4 members; give one for all or one each",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(five).fit(deep(4), Tasks.batches(DATA, 8)))
            .getMessage());
  }

  /// A decay's filter sees the names of the state dict, whatever the ensemble.
  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("methods")
  void pathsAreThoseOfTheNetwork(String name, Ensemble ensemble, EnsembleLoss loss) {
    Set<String> asked = Collections.synchronizedSet(new TreeSet<>());
    Optimizer optimizer =
        new Sgd()
            .decay(
                path -> {
                  asked.add(path);
                  return true;
                },
                0.1);
    fit(ensemble, loss, recipe(optimizer, 0.01, 1), Progress.Listener.NONE);
    assertTrue(asked.contains("fc1.weight"), asked.toString());
    assertTrue(asked.stream().allMatch(path -> path.startsWith("fc")), asked.toString());
  }

  /// Members of a size that are not mapped together see one batch, made once by each thread; the
  /// first one is also made for the check of what the ensemble says of itself.
  @Test
  void aBatchIsMadeOncePerThreadAndStep() {
    AtomicInteger made = new AtomicInteger();
    Transform counting =
        (x, key) -> {
          made.incrementAndGet();
          return x;
        };
    Batches batches = Batches.of(DATA, 10).transformed(counting);
    DeepEnsemble wide = DeepEnsemble.init(KEY, 4, k -> Mlp.init(k, IMAGE.size(), 300, 4));
    Recipe recipe = recipe(new Sgd(), 0.01, 2);
    Tasks.withThreads(
        2, () -> new Trainer(recipe).validating(batches, EarlyStopping.never()).fit(wide, batches));
    assertEquals(1 + 2 * 2 * (3 + 3), made.get());
  }

  @Test
  void ratesOfAScheduleAreChecked() {
    Recipe falling = new Recipe(new Sgd(), 0.1, epoch -> 1 - 2 * epoch, 2);
    assertEquals(
        "recipe: the schedule makes the learning rate -0.05 at epoch 0.75",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(falling).fit(deep(2), Tasks.batches(DATA, 8)))
            .getMessage());
    Recipe each = recipe(new Sgd(), 1, 1).lr(1, 2, 3, 4);
    assertEquals(
        "recipe: members that are stepped together take one rate, schedule, key and value of each"
            + " hyper-parameter",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Trainer(each)
                        .fit(packed(), Tasks.batches(DATA, 8), EnsembleLoss.MEAN_OVER_ROWS))
            .getMessage());
  }

  /// The last step makes parameters beyond float32, which no later loss would show.
  @Test
  void parametersThatAreNotFiniteAreAnError() {
    Recipe recipe =
        new Recipe(new Sgd().weightDecay(1e3), 1, epoch -> epoch < 0.7 ? 1e-4 : 3e38, 1);
    String text = failure(deep(2), recipe);
    assertTrue(text.startsWith("training: fc"), text);
    assertTrue(
        text.endsWith(
            " of member 0 is not finite after epoch 1, step 4; a smaller learning rate may help"),
        text);
  }
}
