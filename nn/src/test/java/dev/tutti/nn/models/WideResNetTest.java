package dev.tutti.nn.models;

import static dev.tutti.nn.models.NaiveParts.conv;
import static dev.tutti.nn.models.NaiveParts.linear;
import static dev.tutti.nn.models.NaiveParts.near;
import static dev.tutti.nn.models.NaiveParts.norm;
import static dev.tutti.nn.models.NaiveParts.parts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Naive;
import dev.tutti.nn.models.WideResNet.Config;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Wide residual networks: values against plain loops, names, costs.
class WideResNetTest {
  private static final Shape CIFAR = Shape.of(32, 32, 3);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void preActivatedBlocks(boolean training) {
    Config config = new Config(16, 2, 2, 0);
    WideResNet net = NaiveParts.drawn(config.init(Key.of(1), Shape.of(9, 12, 2), 5));
    Tensor x = new Values(1).normal(DType.FLOAT64, Shape.of(2, 9, 12, 2));
    Naive y = conv(Naive.of(x), net.conv1(), 3, 1);
    List<Layer> stages = List.of(net.layer1(), net.layer2(), net.layer3());
    for (int stage = 0; stage < 3; stage++) {
      for (int i = 0; i < 2; i++) {
        WideResNet.Block b = (WideResNet.Block) parts(stages.get(stage)).get(i);
        y = block(b, y, stage > 0 && i == 0 ? 2 : 1, training);
      }
    }
    y = norm(y, net.bn1(), training).map(Naive::relu).adaptiveAvgPool(1, 1);
    Ctx ctx = training ? Ctx.training(Key.of(9)) : Ctx.inference();
    near(linear(y.flattenChannelsFirst(), net.linear()), net.apply(x, ctx));
  }

  private static Naive block(WideResNet.Block b, Naive x, int stride, boolean training) {
    Naive a = norm(x, b.bn1(), training).map(Naive::relu);
    Naive y = norm(conv(a, b.conv1(), 3, stride), b.bn2(), training).map(Naive::relu);
    y = conv(y, b.conv2(), 3, 1);
    return y.add(b.shortcut() == null ? x : conv(a, parts(b.shortcut()).getFirst(), 1, stride));
  }

  /// The first stage of a network of factor 1 keeps the shape and has no shortcut.
  @Test
  void shortcutsAreWhereTheShapeChanges() {
    WideResNet one = new Config(10, 1, 4, 0).init(Key.of(1), CIFAR, 10);
    WideResNet two = new Config(10, 2, 4, 0).init(Key.of(1), CIFAR, 10);
    assertEquals(
        List.of("layer2.0.shortcut.0.weight", "layer3.0.shortcut.0.weight"), shortcuts(one));
    assertEquals(
        List.of(
            "layer1.0.shortcut.0.weight",
            "layer2.0.shortcut.0.weight",
            "layer3.0.shortcut.0.weight"),
        shortcuts(two));
  }

  private static List<String> shortcuts(WideResNet net) {
    return Expect.paths(net).stream().filter(path -> path.contains("shortcut")).toList();
  }

  /// As `torch.utils.flop_counter` counts the network; the authors give 36.5 M parameters.
  @Test
  void costs() {
    Layer wrn = NaiveParts.shapesOnly(k -> WideResNet.wideResNet28x10().init(k, CIFAR, 10));
    assertEquals(36_479_194, NaiveParts.parameterCount(wrn));
    Shape quarter = Shape.of(8, 8, 3);
    Layer zeros = NaiveParts.zeros(k -> WideResNet.wideResNet28x10().init(k, quarter, 10));
    assertEquals(5_243_000_000.0, NaiveParts.multiplyAdds(zeros, quarter, 4, wrn), 0.5e6);
    Config less = WideResNet.wideResNet28x10().depth(16).factor(4);
    Layer small = NaiveParts.zeros(k -> less.init(k, CIFAR, 10));
    assertEquals(2_748_890, small.parameterCount());
    assertEquals(2 * 392_612_352L, small.flops(CIFAR));
  }

  @Test
  void names() {
    WideResNet net = WideResNet.wideResNet28x10().depth(10).base(1).init(Key.of(1), CIFAR, 2);
    assertEquals("conv1.weight", Expect.paths(net).getFirst());
    List<String> block = Expect.paths(parts(net.layer2()).getFirst());
    assertEquals(
        List.of(
            "bn1.weight",
            "bn1.bias",
            "bn1.running_mean",
            "bn1.running_var",
            "bn1.num_batches_tracked",
            "conv1.weight",
            "bn2.weight",
            "bn2.bias",
            "bn2.running_mean",
            "bn2.running_var",
            "bn2.num_batches_tracked",
            "conv2.weight",
            "shortcut.0.weight"),
        block);
    assertEquals("linear.bias", Expect.paths(net).getLast());
    Expect.sameBits("last bias", Tensor.zeros(2), ((Linear) net.linear()).bias());
  }

  @Test
  void dropoutActsInTrainingWithTheKeyOfThePass() {
    Layer net = new Config(10, 1, 4, 0.3).init(Key.of(1), CIFAR, 3);
    Layer without = new Config(10, 1, 4, 0).init(Key.of(1), CIFAR, 3);
    Tensor x = new Values(1).normal(2, 8, 8, 3);
    Tensor once = net.apply(x, Ctx.training(Key.of(7)));
    Expect.sameBits("one key", once, net.apply(x, Ctx.training(Key.of(7))));
    assertFalse(Expect.same(once, net.apply(x, Ctx.training(Key.of(8)))));
    assertFalse(Expect.same(once, without.apply(x, Ctx.training(Key.of(7)))));
    Expect.sameBits("prediction", without.apply(x), net.apply(x));
  }

  @Test
  void sizesAreChecked() {
    assertEquals(
        "wide resnet: the depth must be 6n + 4 and at least 10, got 18",
        refusal(() -> WideResNet.wideResNet28x10().depth(18)));
    assertEquals(
        "wide resnet: the depth must be 6n + 4 and at least 10, got 4",
        refusal(() -> WideResNet.wideResNet28x10().depth(4)));
    assertEquals(
        "wide resnet: needs at least 1 channel and a factor of at least 1, got 16 and 0",
        refusal(() -> WideResNet.wideResNet28x10().factor(0)));
    assertEquals(
        "dropout: the probability must be in [0, 1), got 1.0",
        refusal(() -> new Config(10, 1, 1, 1).init(Key.of(1), CIFAR, 10)));
  }

  private static String refusal(Runnable body) {
    return assertThrows(IllegalArgumentException.class, body::run).getMessage();
  }
}
