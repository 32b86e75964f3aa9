package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.BatchStatistics;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.TrainingError;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A last batch of one row and batch normalisation.
class SmallBatchTest {
  private static final Shape IMAGE = Shape.of(3, 3, 1);
  private static final Dataset NINE = Tasks.quadrants(9, IMAGE);
  private static final String REFUSAL =
      "batch_norm: training needs more than one value per channel, got an input of [1, 5]";

  private static Layer normalized(Key key) {
    return Sequential.of(
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Linear.init(key.fold(0), 9, 5),
        BatchNorm.init(5),
        Activation.RELU,
        Linear.init(key.fold(1), 5, 4));
  }

  private static final DeepEnsemble DEEP =
      DeepEnsemble.init(Key.of(1), 2, SmallBatchTest::normalized);

  /// The error and how many steps were taken before it.
  private static String refused(Ensemble start, Batches batches, EnsembleLoss loss) {
    List<Progress> steps = new ArrayList<>();
    Recipe recipe = new Recipe(new Sgd(), 0.01, Schedule.constant(), 1);
    String text =
        assertThrows(
                TrainingError.class,
                () -> new Trainer(recipe, steps::add).fit(start, batches, loss))
            .getMessage();
    assertEquals(List.of(), steps);
    return text;
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.ensembles.EnsembleLoss#values")
  void isNamedBeforeTheFirstStep(EnsembleLoss loss) {
    assertEquals(
        "training: batch 3 of 3 has 1 row: "
            + REFUSAL
            + "; take another batch size than 4, or joinLast or dropLast of the batches",
        refused(DEEP, Batches.of(NINE, 4).shuffled(Key.of(1)), loss));
  }

  @Test
  void soIsABatchSizeOfOne() {
    assertEquals(
        "training: batch 9 of 9 has 1 row: "
            + REFUSAL
            + "; batches need at least 2 examples, the batch size is 1",
        refused(DEEP, Batches.of(NINE, 1), EnsembleLoss.SUM_OVER_MEMBERS));
    assertEquals(
        "training: batch 1 of 1 has 1 row: "
            + REFUSAL
            + "; batches need at least 2 examples, the batch size is 64",
        refused(DEEP, Batches.of(NINE.take(1), 64), EnsembleLoss.SUM_OVER_MEMBERS));
  }

  @Test
  void membersThatShareWeightsAreNormalisedByThemselves() {
    Ensemble shared = BatchEnsemble.convert(Key.of(1), normalized(Key.of(2)), 2);
    assertEquals(
        "training: batch 3 of 3 has 1 row: "
            + REFUSAL
            + "; take another batch size than 4, or joinLast or dropLast of the batches",
        refused(shared, Batches.of(NINE, 4), EnsembleLoss.MEAN_OVER_MEMBERS));
  }

  @Test
  void statisticsAreCollectedOfNoSuchBatchEither() {
    assertEquals(
        "training: batch 3 of 3 has 1 row: "
            + REFUSAL
            + "; take another batch size than 4, or joinLast or dropLast of the batches",
        assertThrows(
                TrainingError.class,
                () -> BatchStatistics.renew(DEEP, Batches.of(NINE, 4), Key.of(1)))
            .getMessage());
  }

  private static int steps(Ensemble start, Batches batches) {
    List<Progress> steps = new ArrayList<>();
    Recipe recipe = new Recipe(new Sgd(), 0.01, Schedule.constant(), 1);
    new Trainer(recipe, steps::add).fit(start, batches, EnsembleLoss.SUM_OVER_MEMBERS);
    return steps.size();
  }

  @Test
  void joinedOrDroppedItTrains() {
    assertEquals(2, steps(DEEP, Batches.of(NINE, 4).joinLast()));
    assertEquals(2, steps(DEEP, Batches.of(NINE, 4).dropLast()));
    assertEquals(3, steps(DEEP, Batches.of(NINE.take(8), 3)));
  }

  /// One row is enough if a channel has more values than one, or nothing is normalised.
  @Test
  void whatCanTrainOnOneRowDoes() {
    assertEquals(
        3, steps(DeepEnsemble.init(Key.of(1), 2, k -> Mlp.init(k, 9, 5, 4)), Batches.of(NINE, 4)));
  }

  /// What does not fit at all is not blamed on the batch.
  @Test
  void otherErrorsAreThemselves() {
    DeepEnsemble wrong =
        DeepEnsemble.init(Key.of(1), 2, k -> LeNet.init(k, Shape.of(28, 28, 1), 4));
    Recipe recipe = new Recipe(new Sgd(), 0.01, Schedule.constant(), 1);
    String text =
        assertThrows(
                RuntimeException.class, () -> new Trainer(recipe).fit(wrong, Batches.of(NINE, 4)))
            .getMessage();
    assertEquals("conv2d", text.split(":")[0], text);
  }

  @Test
  void streamsOfMembersAreJoinedAlike() {
    Batches batches = Batches.of(NINE, 4);
    Recipe recipe = new Recipe(new Sgd(), 0.01, Schedule.constant(), 1);
    DeepEnsemble two = DeepEnsemble.init(Key.of(1), 2, k -> Mlp.init(k, 9, 5, 4));
    assertEquals(
        "training: members' data streams must be alike, got 9 examples of [3, 3, 1] in batches of 4"
            + " and 9 examples of [3, 3, 1] in batches of 4 (3 and 2 batches)",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(recipe).fit(two, List.of(batches, batches.joinLast())))
            .getMessage());
  }
}
