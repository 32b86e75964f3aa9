package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.isolation.Isolation;
import dev.tutti.ensembles.methods.LogitDrop;
import dev.tutti.ensembles.methods.Masks;
import dev.tutti.ensembles.methods.Masksembles;
import dev.tutti.ensembles.methods.Mimo;
import dev.tutti.ensembles.methods.SummedLogits;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.WeightAveraging;
import dev.tutti.nn.init.Init;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.nn.optim.Swa;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Faults that other libraries have or had, named after them: what must not be so here.
class PeerDefectsTest {
  private static final Key KEY = Key.of(31);

  private static void requireIsolated(Layer network, Shape example) {
    PackedEnsemble packed = new Packing(2, 4).convert(KEY, network, example);
    Tensor x = KEY.fold(9).normal(example.prepend(4).dims());
    Isolation found = Isolation.check(packed, x, KEY);
    assertTrue(found.isolated(), found.toString());
  }

  /// torch-uncertainty 0.8 to 0.13: the joined q, k and v of packed self-attention are cut in
  /// thirds across members.
  @Test
  void packedSelfAttentionMixesMembers() {
    requireIsolated(
        Sequential.of(
            Linear.init(KEY, 4, 8), MultiheadAttention.init(KEY, 8, 2, 0), Linear.init(KEY, 8, 3)),
        Shape.of(5, 4));
  }

  /// torch-uncertainty 0.11 to 0.13: packed layer normalisation inside of a network is over all
  /// members.
  @Test
  void packedLayerNormMixesMembers() {
    requireIsolated(
        Sequential.of(
            Linear.init(KEY, 4, 8), LayerNorm.init(8), Activation.GELU, Linear.init(KEY, 8, 3)),
        Shape.of(4));
  }

  /// torch-uncertainty up to 0.9: with gamma above 1 widths are padded so that the layer cannot
  /// run.
  @Test
  void packedLinearWithGammaCannotRun() {
    for (int[] c : new int[][] {{30, 20}, {10, 6}, {5, 3}, {7, 5}}) {
      Packing p = new Packing(2, 4, 2, Packing.Rounding.CEIL);
      Layer network =
          Sequential.of(
              Linear.init(KEY, 9, c[0]), Linear.init(KEY, c[0], c[1]), Linear.init(KEY, c[1], 3));
      Tensor y = p.convert(KEY, network, Shape.of(9)).logits(KEY.normal(2, 9));
      assertEquals(Shape.of(4, 2, 3), y.shape());
    }
  }

  /// torch-uncertainty: weight averaging counts the first model twice, so that 1, 2, 3 average to
  /// 1.75.
  @Test
  void weightAveragingCountsTheFirstModelTwice() {
    record Model(Tensor w) {}
    Swa swa = new Swa();
    Averaging.Averaged<Model> average = swa.init(new Model(Tensor.of(7f)));
    for (int i = 1; i <= 3; i++) {
      average = swa.update(average, new Model(Tensor.of((float) i)));
    }
    assertEquals(2, average.params().w().item());
    assertEquals(0, WeightAveraging.swa(0).fromEpoch());
  }

  /// torch-uncertainty and masksembles: the search for masks does not end, or gives up.
  @Test
  void theSearchForMasksDoesNotEnd() {
    int[][] sizes = {
      {12, 1, 3}, {12, 1, 6}, {10, 2, 4}, {12, 2, 4}, {20, 2, 6}, {10, 3, 6}, {12, 4, 6}
    };
    for (int[] size : sizes) {
      assertEquals(Shape.of(size[1], size[0]), Masks.draw(KEY, size[1], size[0], size[2]).shape());
    }
  }

  /// masksembles: masks are lost when a model is saved and loaded.
  @Test
  void masksAreLostInFiles() {
    Masksembles e = Masksembles.convert(KEY, Mlp.init(KEY, 6, 8, 3), 3, 2);
    Masksembles other = Masksembles.convert(KEY.fold(1), Mlp.init(KEY, 6, 8, 3), 3, 2);
    Masksembles loaded = StateDict.load(other, StateDict.of(e));
    Tensor x = KEY.normal(4, 6);
    Expect.sameBits("loaded", e.logits(x), loaded.logits(x));
  }

  /// torch-uncertainty: layers inside of layers cannot be converted.
  @Test
  void nestedLayersCannotBeConverted() {
    Layer nested =
        ResNet.resnet18().stem(ResNet.Stem.CIFAR).width(4).init(KEY, Shape.of(16, 16, 3), 3);
    BatchEnsemble e = BatchEnsemble.convert(KEY, nested, 2, FastWeights.TORCH_UNCERTAINTY);
    long plain = Tree.leaves(e).stream().filter(leaf -> leaf.path().endsWith(".s")).count();
    assertEquals(21, plain, "20 convolutions and a linear layer");
  }

  /// torch-uncertainty: the filter of weight decay looks for names in capitals. (See also
  /// FastWeightsTest.)
  @Test
  void weightDecayPullsFastWeights() {
    assertFalse(BatchEnsemble.decays("layer1.0.conv1.s"));
    assertFalse(BatchEnsemble.decays("fc.r"));
    assertTrue(BatchEnsemble.decays("fc.weight"));
  }

  /// ensemble_net: an initial value sees the member axis in its fan, and is 1/√M as large.
  @Test
  void initialValuesShrinkWithMembers() {
    DeepEnsemble many =
        DeepEnsemble.init(KEY, 16, k -> new Linear(Init.torchDefault(k, 100, 100, 50), null));
    double std = Tree.tensors(many).getFirst().reshape(-1).std(0, 0).item();
    DeepEnsemble one =
        DeepEnsemble.init(KEY, 1, k -> new Linear(Init.torchDefault(k, 100, 100, 50), null));
    assertEquals(1, std / Tree.tensors(one).getFirst().reshape(-1).std(0, 0).item(), 0.05);
  }

  /// ensemble_net: the key of logit drop is frozen when it is compiled, so that each step drops the
  /// same.
  @Test
  void logitDropDropsTheSameInEveryStep() {
    DeepEnsemble deep = DeepEnsemble.init(KEY, 6, k -> Mlp.init(k, 36, 8, 4));
    List<float[]> gradients = new ArrayList<>();
    SummedLogits dropped = SummedLogits.of(deep, LogitDrop.EXACT_HALF);
    Tensor x = KEY.normal(3, 36);
    for (int step = 0; step < 3; step++) {
      gradients.add(dropped.logits(x, Ctx.training(KEY.fold(step))).toFloats());
    }
    assertFalse(Arrays.equals(gradients.get(0), gradients.get(1)));
    assertFalse(Arrays.equals(gradients.get(1), gradients.get(2)));
  }

  /// probly's notebook: a convolution multiplies its input in place.
  @Test
  void aConvolutionChangesItsInput() {
    BatchEnsemble e =
        BatchEnsemble.convert(KEY, Conv2d.init(KEY, 2, 3, 3), 2, FastWeights.TORCH_UNCERTAINTY);
    Tensor x = KEY.normal(1, 4, 4, 2);
    float[] before = x.toFloats();
    e.logits(x);
    assertArrayEquals(before, x.toFloats());
  }

  /// LP-BNN: rows are tiled in one order in training and in another in tests. Here members trained
  /// on their rows predict those rows best by themselves: row m of the outputs is member m.
  @Test
  void rowsOfTrainingAndOfTestsDiffer() {
    Batches batches = Tasks.batches(Tasks.quadrants(26, Shape.of(6, 6, 1)), 6);
    Mimo start =
        Mimo.init(KEY, 2, Shape.of(6, 6, 1), 4, (k, s, o) -> Mlp.init(k, s.size(), 24, o)).rho(1);
    Mimo end = new Trainer(new Recipe(new Sgd(), 0.2, Schedule.constant(), 6)).fit(start, batches);
    Tensor x = batches.batch(0, 0).x();
    Tensor own = end.logitsOfOwn(x.expand(x.shape().prepend(2)), Ctx.inference());
    Expect.sameBits("training's form and a prediction's", own, end.logits(x));
  }
}
