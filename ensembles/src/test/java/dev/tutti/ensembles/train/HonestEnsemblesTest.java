package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Members;
import dev.tutti.ensembles.PackedEnsemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Fit;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What would be a wrong answer without a word: methods that are not what they say, runs that
/// resume another one, numbers that are not what they are called.
class HonestEnsemblesTest {
  private static final Batches BATCHES = Batches.of(Runs.DATA, 6).transformed(Tasks.normalized());

  @TempDir Path folder;

  private static Recipe recipe(int epochs) {
    return new Recipe(new Adam(), 0.01, Schedule.constant(), epochs);
  }

  private static DeepEnsemble deep(int members) {
    return DeepEnsemble.init(Key.of(5), members, k -> Mlp.init(k, 36, 8, 4));
  }

  /// A method whose logits are those of `inner`, changed.
  private interface Changed extends Ensemble {
    DeepEnsemble inner();

    @Override
    default int members() {
      return inner().members();
    }

    @Override
    default Layer network() {
      return inner().network();
    }
  }

  public record TwoOfFour(DeepEnsemble inner) implements Changed {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      return inner.logits(x, ctx).slice(0, 0, 2);
    }
  }

  public record RowsFirst(DeepEnsemble inner) implements Changed {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      return inner.logits(x, ctx).permute(1, 0, 2);
    }
  }

  public record Scaled(DeepEnsemble inner) implements Changed {
    @Override
    public boolean independent() {
      return true;
    }

    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      return inner.logits(x, ctx).mul(0.5);
    }
  }

  private static String refused(Ensemble e) {
    return assertThrows(
            ShapeError.class, () -> new Trainer(recipe(1)).fit(e, BATCHES), e.toString())
        .getMessage();
  }

  @Test
  void logitsAreThoseOfTheMembers() {
    String start = "says it has 4 members; of 1 rows its logits are ";
    assertEquals(
        "TwoOfFour: " + start + "[2, 1, 4], not [4, 1, …]", refused(new TwoOfFour(deep(4))));
    assertEquals(
        "RowsFirst: " + start + "[1, 4, 4], not [4, 1, …]", refused(new RowsFirst(deep(4))));
    PackedEnsemble packed =
        new Packing(2, 4).convert(Key.of(1), Mlp.init(Key.of(1), 36, 8, 4), Shape.of(36));
    assertTrue(refused(new PackedEnsemble(packed.network(), 7)).contains("says it has 7 members"));
    assertTrue(refused(new DeepEnsemble(deep(4).network(), 3)).contains("says it has 3 members"));
    assertTrue(
        refused(new Scaled(deep(4))).contains("its logits are not those of its network mapped"));
    assertThrows(ShapeError.class, () -> Evaluator.logits(new TwoOfFour(deep(4)), BATCHES));
  }

  /// Running statistics that a function of one's own maps are not lost in silence.
  public record CapturesContext(Layer heads, int members) implements Ensemble {
    @Override
    public Layer network() {
      return heads;
    }

    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      return Transforms.vmap((Layer one) -> one.apply(x.reshape(x.dim(0), -1), ctx)).apply(heads);
    }
  }

  private static Layer normed(Key key) {
    return Sequential.of(
        Linear.init(key.fold(0), 36, 8), BatchNorm.init(8), Linear.init(key.fold(1), 8, 4));
  }

  @Test
  void lostStatisticsAreAnError() {
    Layer heads = DeepEnsemble.init(Key.of(1), 3, HonestEnsemblesTest::normed).network();
    String text =
        assertThrows(
                ShapeError.class,
                () -> new Trainer(recipe(1)).fit(new CapturesContext(heads, 3), BATCHES))
            .getMessage();
    assertTrue(text.contains("its running statistics would be lost. Map members by"), text);
  }

  /// Two passes of one step both count.
  @Test
  void twoPassesMoveTheStatisticsTwice() {
    Layer one = normed(Key.of(1));
    DeepEnsemble all = DeepEnsemble.of(one);
    Ctx ctx = Ctx.training(Key.of(2));
    Ctx alone = Ctx.training(Key.of(2));
    for (int pass = 0; pass < 2; pass++) {
      Tensor x = BATCHES.batch(0, pass).x().reshape(6, -1);
      Members.logits(all.network(), 1, x, ctx);
      one.apply(x, alone);
    }
    List<Tensor> states = ctx.states(all);
    List<Tensor> wanted = alone.states(one);
    for (int i = 0; i < wanted.size(); i++) {
      Expect.sameBits("state " + i, wanted.get(i), states.get(i).get(0));
    }
  }

  @Test
  void evaluationIsInTheOrderOfTheData() {
    DeepEnsemble e = deep(2);
    Tensor wanted = Evaluator.logits(e, BATCHES);
    Expect.sameBits("shuffled", wanted, Evaluator.logits(e, BATCHES.shuffled(Key.of(1))));
    Expect.sameBits("dropped", wanted, Evaluator.logits(e, BATCHES.shuffled(Key.of(1)).dropLast()));
  }

  @Test
  void transformsComeOneAfterAnother() {
    Dataset data = Tasks.quadrants(4, Runs.IMAGE);
    Tensor x = Batches.of(data, 4).batch(0, 0).x();
    Batches both =
        Batches.of(data, 4).transformed((t, _) -> t.mul(100)).transformed((t, _) -> t.add(1));
    Expect.sameBits("both", x.mul(100).add(1), both.batch(0, 0).x());
  }

  /// An objective that is not a mean is computed of all rows; of a network alone they are the first
  /// axis of its outputs.
  @Test
  void aSumOfALonelyNetworkIsValidated() {
    Mlp start = Mlp.init(Key.of(1), 36, 8, 4);
    List<Double> losses = new ArrayList<>();
    for (int size : new int[] {7, 3, 1}) {
      Fit.network(
              start,
              recipe(1).objective((logits, y) -> Losses.crossEntropy(logits, y).mul(y.dim(0))))
          .validating(Runs.validation().on(Runs.UNSEEN.take(7)), EarlyStopping.never())
          .calling((report, _) -> losses.add(report.validationLoss().getFirst()))
          .on(BATCHES);
    }
    assertEquals(losses.get(0), losses.get(1), 1e-5);
    assertEquals(losses.get(0), losses.get(2), 1e-5);
  }

  @Test
  void aLossOfOnesOwnIsValidatedAsAWhole() {
    EnsembleLoss sum = (logits, y, objective, ctx) -> objective.of(logits.sum(0), y).mul(y.dim(0));
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      int at = i;
      new Trainer(recipe(1))
          .validating(
              Batches.of(Runs.UNSEEN, i == 0 ? 7 : 2).transformed(Tasks.normalized()),
              EarlyStopping.never())
          .calling((report, _) -> losses[at] = report.validationLoss().getFirst())
          .fit(deep(2), BATCHES, sum);
    }
    assertEquals(losses[0], losses[1], 1e-5);
  }

  @Test
  void anEnsembleIsNotANetwork() {
    assertEquals(
        "training: outputs [3, 6, 4] are of several members for labels [6]; an ensemble is trained by a"
            + " Trainer",
        assertThrows(ShapeError.class, () -> Fit.network(deep(3), recipe(1)).on(BATCHES))
            .getMessage());
  }

  /// One output for two classes has no largest.
  @Test
  void oneOutputHasNoAccuracy() {
    List<EpochReport> reports = new ArrayList<>();
    Fit.network(
            Mlp.init(Key.of(1), 36, 8, 1),
            recipe(1).objective((z, y) -> z.mul(z).mean().mul(y.dim(0)).div(y.dim(0))))
        .validating(Runs.validation(), EarlyStopping.never())
        .calling((report, _) -> reports.add(report))
        .on(BATCHES);
    assertEquals(Double.NaN, reports.getFirst().validationAccuracy().getFirst());
  }

  @Test
  void validationDataMeansTheSame() {
    Dataset other =
        Dataset.ofImages(
            "other", 6, 6, 1, new byte[4][36], new int[] {0, 1, 2, 1}, List.of("ne", "sw", "se"));
    assertEquals(
        "validation: other has the classes [ne, sw, se], quadrants, which is trained on, has [nw, ne,"
            + " sw, se]",
        assertThrows(
                DataError.class,
                () ->
                    new Trainer(recipe(1))
                        .validating(Batches.of(other, 4), EarlyStopping.never())
                        .fit(deep(2), BATCHES))
            .getMessage());
  }

  private String resumed(Recipe recipe, DeepEnsemble start, EnsembleLoss loss) {
    Checkpointing where = new Checkpointing(folder.resolve("run"));
    try {
      new Trainer(recipe).checkpointing(where).fit(start, BATCHES, loss);
      return "resumed";
    } catch (DataError e) {
      return e.getMessage().replaceFirst(".*its ", "").replaceFirst(":.*", "");
    }
  }

  @Test
  void anotherStartOrWeightDoesNotResume() {
    EnsembleLoss own = EnsembleLoss.SUM_OVER_MEMBERS;
    Recipe weighted = recipe(2).objective(new CrossEntropy().weight(Tensor.of(1, 2, 3, 4)));
    assertEquals("resumed", resumed(weighted, deep(2), own));
    assertEquals("resumed", resumed(weighted, deep(2), own));
    Recipe other = recipe(2).objective(new CrossEntropy().weight(Tensor.of(1, 2, 3, 5)));
    assertEquals("objective", resumed(other, deep(2), own));
    DeepEnsemble another = DeepEnsemble.init(Key.of(6), 2, k -> Mlp.init(k, 36, 8, 4));
    assertEquals("checksum of the start", resumed(weighted, another, own));
  }

  /// Two lambdas of one text stand for a new JVM's.
  @Test
  void aLossOfOnesOwnResumes() {
    List<EnsembleLoss> same = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int none = i - i;
      same.add((logits, y, objective, ctx) -> objective.of(logits.sum(none), y));
    }
    assertEquals("resumed", resumed(recipe(2), deep(2), same.get(0)));
    assertEquals("resumed", resumed(recipe(2), deep(2), same.get(1)));
  }
}
