package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Rows;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Frozen;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is particular to a method.
class MethodFormsTest {
  private static final Tensor X = Key.of(8).normal(6, 6, 6, 1);
  private static final Batches BATCHES = Tasks.batches(Tasks.quadrants(26, MethodRow.IMAGE), 6);

  private static Recipe recipe() {
    return new Recipe(new Adam(), 0.01, Schedule.constant(), 3);
  }

  /// The same rows for all are the rows of all.
  @Test
  void logitsOfOwnRowsAreThoseOfSharedOnes() {
    for (MethodRow method : MethodRow.all()) {
      Ensemble e = method.start().apply(Key.of(1));
      if (e.rows() != Rows.ALL) {
        Tensor own = e.logitsOfOwn(X.expand(X.shape().prepend(MethodRow.MEMBERS)), Ctx.inference());
        Expect.sameBits(method.name(), e.logits(X), own);
      }
    }
  }

  @Test
  void rowsOfOwnAreNotEveryMethods() {
    Ensemble swag = Swag.of(Key.of(1), MethodRow.network(Key.of(1)), 3, 0, 1, 2);
    assertEquals(
        "Swag: all members see the same rows, logits(x) gives their logits",
        assertThrows(
                UnsupportedOperationException.class, () -> swag.logitsOfOwn(X, Ctx.inference()))
            .getMessage());
    assertEquals(
        "ensemble loss: SUMMED_LOGITS needs members that see the same rows; take SUM_OVER_MEMBERS or"
            + " a mean",
        assertThrows(
                UnsupportedOperationException.class,
                () ->
                    new Trainer(recipe())
                        .fit(
                            Mimo.init(Key.of(1), 2, MethodRow.IMAGE, 4, MethodRow::network),
                            BATCHES,
                            EnsembleLoss.SUMMED_LOGITS))
            .getMessage());
  }

  /// MIMO's member m reads channel block m and writes class block m.
  @Test
  void mimoPutsInputsAndOutputsMemberByMember() {
    record Echo(Tensor unused) implements Layer {
      @Override
      public Tensor apply(Tensor x, Ctx ctx) {
        return x;
      }
    }
    Mimo echo = new Mimo(new Echo(Tensor.zeros(1)), 2, 0, 1);
    Tensor own = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    Expect.sameBits("each its own", own, echo.logitsOfOwn(own, Ctx.inference()));
  }

  @Test
  void masksAreSeenAndKept() {
    Masksembles e =
        Masksembles.convert(Key.of(3), LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10), 4, 2);
    List<Tree.Leaf> masks =
        Tree.leaves(e).stream().filter(leaf -> leaf.path().endsWith("mask")).toList();
    assertEquals(4, masks.size(), "conv2 and three linear layers");
    assertTrue(masks.stream().allMatch(Tree.Leaf::state));
    assertEquals(
        LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10).parameterCount(), e.parameterCount());
  }

  @Test
  void aSubEnsemblesTrunkStays() {
    SubEnsemble start = SubEnsemble.convert(Key.of(3), MethodRow.network(Key.of(1)), 3);
    SubEnsemble end = new Trainer(recipe()).fit(start, BATCHES);
    List<Tensor> before = Tree.tensors(start.trunk());
    List<Tensor> after = Tree.tensors(end.trunk());
    for (int i = 0; i < before.size(); i++) {
      Expect.sameBits("trunk", before.get(i), after.get(i));
    }
    assertFalse(
        Arrays.equals(
            Tree.tensors(start.heads()).getFirst().toFloats(),
            Tree.tensors(end.heads()).getFirst().toFloats()));
    assertEquals(
        MethodRow.network(Key.of(1)).parameterCount() + 2 * (12 * 4 + 4), end.parameterCount());
  }

  @Test
  void snapshotsAreTheNetworksOfTheirEpochs() {
    Layer network = MethodRow.network(Key.of(1));
    SnapshotEnsemble start = SnapshotEnsemble.of(network, 3, MethodRow.STEPS);
    SnapshotEnsemble end = new Trainer(recipe()).fit(start, BATCHES);
    for (int epochs = 1; epochs <= 3; epochs++) {
      Recipe shorter = new Recipe(new Adam(), 0.01, Schedule.constant(), epochs);
      SnapshotEnsemble part = new Trainer(shorter).fit(start, BATCHES);
      Layer member = end.materialize().member(epochs - 1);
      List<Tensor> wanted = Tree.tensors(part.network());
      for (int i = 0; i < wanted.size(); i++) {
        Expect.sameBits("after epoch " + epochs, wanted.get(i), Tree.tensors(member).get(i));
      }
    }
    assertEquals(
        "snapshot ensemble: 0 of 2 snapshots are taken; train for 15 steps",
        assertThrows(IllegalStateException.class, start::materialize).getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = LogitDrop.class,
      names = {"BERNOULLI", "EXACT_HALF"})
  void logitsAreDroppedAnewInEveryStep(LogitDrop drop) {
    float[] first = drop.mask(Key.of(1).fold(0), 6, 5).toFloats();
    float[] second = drop.mask(Key.of(1).fold(1), 6, 5).toFloats();
    assertFalse(Arrays.equals(first, second));
    if (drop == LogitDrop.EXACT_HALF) {
      assertArrayEquals(new float[] {0, 0, 0, 1, 1, 1}, sorted(first));
      assertArrayEquals(new float[] {0, 1, 1}, sorted(drop.mask(Key.of(2), 3, 5).toFloats()));
    }
    Tensor logits = Key.of(3).normal(6, 5, 4);
    Expect.sameBits("a prediction sums all", logits.sum(0), drop.sum(logits, Ctx.inference()));
  }

  private static float[] sorted(float[] values) {
    Arrays.sort(values);
    return values;
  }

  @Test
  void dropoutGoesBeforeLaterLayersOnly() {
    McDropout e =
        McDropout.convert(Key.of(1), LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10), 4, 0.3);
    assertEquals(3, e.toString().split("Dropped", -1).length - 1, e.toString());
    assertEquals(
        "mc dropout: Frozen has no Linear after its first layer",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    McDropout.convert(Key.of(1), new Frozen(Linear.init(Key.of(1), 3, 3)), 4, 0.3))
            .getMessage());
  }
}
