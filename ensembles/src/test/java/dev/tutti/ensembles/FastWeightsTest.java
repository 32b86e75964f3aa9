package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.GlobalAvgPool;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The forms of BatchEnsemble that libraries have: their numbers, and what is to be had of each.
class FastWeightsTest {
  private static final Recorded RECORDED = Recorded.of("batch_ensemble.safetensors.gz");
  private static final Key KEY = Key.of(19);

  /// Rows of one member follow one another in both libraries.
  private static void same(String name, int members, Layer plain) {
    Map<String, Tensor> own = RECORDED.group(name);
    Tensor x = Recorded.channelsLast(own.remove("x"));
    Tensor wanted = Recorded.channelsLast(own.remove("y"));
    Layer form =
        BatchEnsemble.convert(KEY, plain, members, FastWeights.TORCH_UNCERTAINTY).network();
    Layer layer = StateDict.load(form, own);
    Tensor rows = x.reshape(x.shape().tail().prepend(x.dim(0) / members).prepend(members));
    Tensor y = Members.logitsOfOwn(layer, members, rows, Ctx.inference());
    double most = y.reshape(wanted.shape()).sub(wanted).abs().max().item();
    assertTrue(most <= 2e-5, name + ": differs by " + most);
  }

  @ParameterizedTest
  @CsvSource({"tu,1", "tu,3", "tu,8", "probly,1", "probly,3", "probly,8"})
  void theirLayers(String library, int members) {
    same(library + "-linear-7-5-" + members, members, Linear.init(KEY, 7, 5));
    same(library + "-linear-6-9-" + members, members, Linear.init(KEY, 6, 9));
    same(library + "-conv2d-3-5-" + members, members, Conv2d.init(KEY, 3, 5, 3).padding(1));
  }

  /// Every kind of layer that is converted.
  private static Layer network() {
    return Sequential.of(
        Conv2d.init(KEY.fold(0), 2, 4, 3).padding(1),
        BatchNorm.init(4),
        Activation.GELU,
        Conv2d.init(KEY.fold(1), 4, 6, 3, Conv2d.Geometry.DEFAULT.groups(2)),
        ConvTranspose2d.init(
            KEY.fold(2),
            6,
            4,
            2,
            Conv2d.Geometry.DEFAULT.stride(2).groups(2).padding(Padding.of(0))),
        new GlobalAvgPool(),
        Linear.init(KEY.fold(3), 4, 3));
  }

  private static Layer sequence() {
    return Sequential.of(
        Conv1d.init(KEY.fold(0), 4, 6, 3, Conv2d.Geometry.DEFAULT.groups(2), true),
        Activation.GELU,
        new Flatten(Flatten.Order.CHANNELS_LAST),
        Linear.init(KEY.fold(1), 24, 3));
  }

  private static FastWeights named(String name) {
    return switch (name) {
      case "notebook" -> FastWeights.PROBLY_NOTEBOOK;
      case "probly" -> FastWeights.PROBLY;
      case "tu" -> FastWeights.TORCH_UNCERTAINTY;
      default -> FastWeights.EDWARD2;
    };
  }

  /// With factors of ±1 products are exact: the same bits; else rounding.
  @ParameterizedTest
  @ValueSource(strings = {"notebook", "probly", "tu", "edward2"})
  void materializedMembersAreDenseNetworks(String name) {
    Tensor images = KEY.fold(5).normal(5, 6, 6, 2);
    Tensor rows = KEY.fold(6).normal(5, 6, 4);
    for (boolean image : new boolean[] {true, false}) {
      BatchEnsemble e =
          BatchEnsemble.convert(KEY.fold(7), image ? network() : sequence(), 3, named(name));
      Tensor x = image ? images : rows;
      DeepEnsemble dense = e.materialize();
      assertEquals(Sequential.class, dense.member(0).getClass());
      Tensor wanted = e.logits(x);
      Tensor got = dense.logits(x);
      if (name.equals("edward2")) {
        Expect.sameBits("±1", wanted, got);
      } else {
        double most = wanted.sub(got).abs().max().item();
        assertTrue(most <= 2e-6 * (1 + wanted.abs().max().item()), "differs by " + most);
      }
    }
  }

  @Test
  void edward2sFactorsAreSigns() {
    BatchEnsembleLinear layer =
        (BatchEnsembleLinear)
            BatchEnsemble.convert(KEY, Linear.init(KEY, 400, 300), 4, FastWeights.EDWARD2)
                .network();
    for (Tensor factors : new Tensor[] {layer.s(), layer.r()}) {
      assertEquals(1, factors.abs().min(0).min(0).item());
      assertEquals(1, factors.abs().max().item());
      assertEquals(0, factors.mean().item(), 0.1);
    }
    assertEquals(0, layer.bias().abs().max().item());
  }

  @Test
  void problysBiasIsACopy() {
    Linear base = Linear.init(KEY, 4, 3);
    BatchEnsembleLinear layer =
        (BatchEnsembleLinear) BatchEnsemble.convert(KEY, base, 2, FastWeights.PROBLY).network();
    assertNotNull(layer.bias());
    Expect.sameBits("member 1", base.bias(), layer.bias().get(1));
    Expect.sameBits("base weights are kept", base.weight(), layer.base().weight());
  }

  /// A peer's wrapper looks for names in capitals, so that weight decay pulls its factors to 0.
  @Test
  void factorsAreExemptFromWeightDecay() {
    BatchEnsemble e =
        BatchEnsemble.convert(KEY, Mlp.init(KEY, 36, 8, 4), 3, FastWeights.TORCH_UNCERTAINTY);
    Sgd plain = new Sgd();
    var rule = plain.decay(BatchEnsemble::decays, 0.5);
    BatchEnsemble none = Tree.map(e, t -> Tensor.full(t.dtype(), 0, t.shape()));
    BatchEnsemble next = rule.step(e, none, rule.init(e), Tensor.scalar(0.1)).params();
    int kept = 0;
    for (int i = 0; i < Tree.leaves(e).size(); i++) {
      Tree.Leaf before = Tree.leaves(e).get(i);
      Tensor after = Tree.tensors(next).get(i);
      boolean factor = before.path().endsWith(".s") || before.path().endsWith(".r");
      Tensor wanted = factor ? before.tensor() : before.tensor().mul(1 - 0.1 * 0.5);
      assertEquals(0, wanted.sub(after).abs().max().item(), 1e-6, before.path());
      kept += factor ? 1 : 0;
    }
    assertEquals(6, kept);
  }

  /// Each member sees its share of the rows, and the shared weight gets the mean of all.
  @Test
  void aPartitionIsEachMembersRows() {
    BatchEnsemble e =
        BatchEnsemble.convert(KEY, Mlp.init(KEY, 36, 8, 4), 2, FastWeights.TORCH_UNCERTAINTY)
            .rows(Rows.PARTITION);
    BatchEnsemble trained =
        new Trainer(new Recipe(new Adam(), 0.01, Schedule.constant(), 2))
            .fit(e, Tasks.batches(Tasks.quadrants(26, Shape.of(6, 6, 1)), 6));
    assertFalse(
        Arrays.equals(
            Tree.tensors(e).getFirst().toFloats(), Tree.tensors(trained).getFirst().toFloats()));
    Tensor x = KEY.fold(3).normal(4, 36);
    Tensor own = trained.logitsOfOwn(x.reshape(2, 2, 36), Ctx.inference());
    Tensor all = trained.logits(x);
    Expect.sameBits("member 0", all.get(0).slice(0, 0, 2), own.get(0));
    Expect.sameBits("member 1", all.get(1).slice(0, 2, 4), own.get(1));
    assertEquals(2, Transforms.vmap((Layer l) -> l.apply(x)).apply(trained.network()).dim(0));
  }
}
