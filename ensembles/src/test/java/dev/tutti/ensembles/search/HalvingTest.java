package dev.tutti.ensembles.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Fit;
import dev.tutti.nn.fit.Halving;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A search whose members stop on the way.
class HalvingTest {
  private static final Shape IMAGE = Shape.of(6, 6, 1);
  private static final int MEMBERS = 8;
  private static final int EPOCHS = 6;
  private static final Batches TRAIN = Tasks.batches(Tasks.quadrants(40, IMAGE), 8);
  private static final Dataset SEEN = Tasks.quadrants(60, IMAGE);
  private static final Batches JUDGED =
      Batches.of(SEEN.select(IntStream.range(40, 60).toArray()), 20)
          .transformed(Tasks.normalized());
  private static final List<Map<String, Double>> POINTS =
      new Space().logUniform("lr", 1e-4, 1e-1).choice("decay", 0, 0.01).draw(Key.of(3), MEMBERS);

  @TempDir Path folder;

  private static Recipe one(int m) {
    Map<String, Double> point = POINTS.get(m);
    return new Recipe(
            new Adam().weightDecay(point.get("decay")),
            point.get("lr"),
            Schedule.cosine(EPOCHS),
            EPOCHS)
        .key(Key.of(m));
  }

  private static Recipe all() {
    return Recipe.together(IntStream.range(0, MEMBERS).mapToObj(HalvingTest::one).toList());
  }

  private static DeepEnsemble start() {
    return DeepEnsemble.init(Key.of(5), MEMBERS, k -> Mlp.init(k, 36, 8, 4));
  }

  private static Trainer trainer(Recipe recipe) {
    return new Trainer(recipe).validating(JUDGED, EarlyStopping.never()).halving(new Halving(1, 2));
  }

  /// Recipes put together give each member its own.
  @Test
  void aMemberTrainsAsItsRecipeAlone() {
    DeepEnsemble together = new Trainer(all()).fit(start(), TRAIN);
    for (int m : new int[] {0, 5}) {
      Mlp alone = Fit.network((Mlp) start().member(m), one(m)).on(TRAIN);
      same(alone, together.member(m));
    }
  }

  private static void same(Object a, Object b) {
    List<Tensor> as = Tree.tensors(a);
    List<Tensor> bs = Tree.tensors(b);
    for (int i = 0; i < as.size(); i++) {
      Expect.sameBits("leaf " + i, as.get(i), bs.get(i));
    }
  }

  @Test
  void theWorstStopAndTheRestGoOn() {
    List<EpochReport> reports = new ArrayList<>();
    trainer(all()).calling((report, _) -> reports.add(report)).fit(start(), TRAIN);
    List<Integer> running =
        reports.stream().map(r -> Collections.frequency(r.stopped(), false)).toList();
    assertEquals(List.of(4, 2, 2, 2, 2, 2), running);
    EpochReport first = reports.getFirst();
    double worstKept =
        IntStream.range(0, MEMBERS)
            .filter(m -> !first.stopped().get(m))
            .mapToDouble(m -> first.validationLoss().get(m))
            .max()
            .orElseThrow();
    for (int m = 0; m < MEMBERS; m++) {
      assertTrue(!first.stopped().get(m) || first.validationLoss().get(m) >= worstKept);
    }
  }

  @Test
  void resumedItEndsWithTheSameBits() {
    DeepEnsemble whole = trainer(all()).fit(start(), TRAIN);
    Checkpointing where = new Checkpointing(folder.resolve("sweep"), 3, true);
    assertThrows(
        IllegalStateException.class,
        () ->
            trainer(all())
                .checkpointing(where)
                .calling((report, _) -> {
                  if (report.epoch() == 2) {
                    throw new IllegalStateException("cut off");
                  }
                })
                .fit(start(), TRAIN));
    same(whole, trainer(all()).checkpointing(where).fit(start(), TRAIN));
  }

  /// A rate of 1e8 makes weights that are not finite; its neighbours do not notice.
  @Test
  void aMemberThatDivergesStopsAlone() {
    double[] rates = {0.1, 1e8, 0.01, 0.05};
    Recipe recipe = new Recipe(new Sgd(), 1, Schedule.constant(), 4).lr(rates);
    DeepEnsemble start = DeepEnsemble.init(Key.of(5), 4, k -> Mlp.init(k, 36, 8, 4));
    List<EpochReport> reports = new ArrayList<>();
    DeepEnsemble end =
        new Trainer(recipe)
            .validating(JUDGED, EarlyStopping.never())
            .halving(new Halving(100, 1))
            .calling((report, _) -> reports.add(report))
            .fit(start, TRAIN);
    assertEquals(List.of(false, true, false, false), reports.getLast().stopped());
    DeepEnsemble without =
        new Trainer(new Recipe(new Sgd(), 1, Schedule.constant(), 4).lr(0.1, 0.01, 0.05))
            .validating(JUDGED, EarlyStopping.never())
            .fit(start.take(0, 2, 3), TRAIN);
    same(without, end.take(0, 2, 3));
  }

  @Test
  void whatCannotBeHalvedIsNamed() {
    assertEquals(
        "halving: needs a validation set to judge members by",
        assertThrows(
                IllegalArgumentException.class, () -> new Trainer(all()).halving(new Halving(1, 2)))
            .getMessage());
    assertEquals(
        "training: halving stops members, which have to be independent; those of this training are"
            + " stepped together",
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer(one(0)).fit(start(), TRAIN, EnsembleLoss.SUMMED_LOGITS))
            .getMessage());
    assertEquals(
        "halving: the first cut and the members to keep must be at least 1 and the factor at least 2,"
            + " got 0, 1 and 2",
        assertThrows(IllegalArgumentException.class, () -> new Halving(0, 1)).getMessage());
  }
}
