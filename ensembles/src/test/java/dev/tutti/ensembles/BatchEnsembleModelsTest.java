package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.ResNet.Block;
import dev.tutti.nn.models.ResNet.Stem;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.WideResNet;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Residual networks and VGG as BatchEnsembles: every convolution and linear layer is converted, at
/// any depth, and every member has its own normalisation.
class BatchEnsembleModelsTest {
  private static final Key KEY = Key.of(33);
  private static final int MEMBERS = 3;
  private static final Shape IMAGE = Shape.of(16, 16, 2);

  static Stream<Arguments> networks() {
    List<Integer> blocks = List.of(2, 1, 1, 1);
    return Stream.of(
        Arguments.of(
            "ResNet",
            new ResNet.Config(Block.BASIC, blocks, Stem.CIFAR, 2, false).init(KEY, IMAGE, 4)),
        Arguments.of(
            "ResNet of bottlenecks",
            new ResNet.Config(Block.BOTTLENECK, blocks, Stem.IMAGENET, 2, false)
                .init(KEY, IMAGE, 4)),
        Arguments.of("WideResNet", new WideResNet.Config(10, 2, 2, 0.2).init(KEY, IMAGE, 4)),
        Arguments.of(
            "Vgg",
            new Vgg.Config(List.of(1, 2), 2, true, Vgg.Head.IMAGENET, 0.2).init(KEY, IMAGE, 4)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void everyConvolutionAndLinearLayerIsConverted(String name, Layer model) {
    List<String> weights =
        Tree.leaves(model).stream()
            .filter(leaf -> leaf.tensor().rank() > 1)
            .map(leaf -> leaf.path().replaceAll("weight$", "s"))
            .toList();
    Layer network = BatchEnsemble.convert(KEY, model, MEMBERS).network();
    assertEquals(weights, Expect.paths(network).stream().filter(p -> p.endsWith(".s")).toList());
    for (Tree.Leaf leaf : Tree.leaves(network)) {
      assertTrue(leaf.shared() || leaf.tensor().dim(0) == MEMBERS, leaf.path());
    }
  }

  /// With factors of 1 a member is the network, but for linear layers, which add their biases after
  /// the factor; logits are of order 1 and at most three layers are linear.
  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void neutralMembersAreTheNetwork(String name, Layer model) {
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, model, MEMBERS);
    Layer neutral =
        Tree.mapLeaves(
            ensemble.network(),
            leaf ->
                leaf.path().endsWith(".s") || leaf.path().endsWith(".r")
                    ? Tensor.ones(leaf.tensor().shape().dims())
                    : leaf.tensor());
    Tensor x = new Values(4).normal(2, 16, 16, 2);
    double[] expected = model.apply(x).toDoubles();
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 16 * 0x1p-24);
    Tensor logits = new BatchEnsemble(neutral, MEMBERS).logits(x);
    for (int m = 0; m < MEMBERS; m++) {
      Expect.close(expected, tolerance, logits.get(m));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void membersTrackTheirOwnStatistics(String name, Layer model) {
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, model, MEMBERS);
    Ctx ctx = Ctx.training(KEY);
    ensemble.logits(new Values(5).normal(4, 16, 16, 2), ctx);
    List<Tree.Leaf> before = Tree.leaves(ensemble);
    List<Tensor> after = Tree.tensors(ctx.updated(ensemble));
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).path().endsWith("running_mean")) {
        Tensor mean = after.get(i);
        assertFalse(Expect.same(before.get(i).tensor(), mean), before.get(i).path());
        assertFalse(Expect.same(mean.get(0), mean.get(1)), before.get(i).path());
      }
    }
  }

  /// 4 · (in + out) factors for each of 20 convolutions and the last layer, and three more copies
  /// of the gains and shifts of 4,800 channels.
  @Test
  void countsOfResNet18() {
    Shape image = Shape.of(32, 32, 3);
    ResNet model = ResNet.resnet18().stem(Stem.CIFAR).init(KEY, image, 10);
    int vectors =
        Tree.leaves(model).stream()
            .filter(leaf -> leaf.tensor().rank() > 1)
            .mapToInt(leaf -> leaf.tensor().dim(-2) + leaf.tensor().dim(-1))
            .sum();
    assertEquals(
        11_173_962 + 4 * vectors + 3 * 2 * 4_800,
        BatchEnsemble.convert(KEY, model, 4).parameterCount());
  }
}
