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
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Naive;
import dev.tutti.nn.Naive.Slide;
import dev.tutti.nn.models.Vgg.Config;
import dev.tutti.nn.models.Vgg.Head;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// VGG networks: values against plain loops, costs, initial values.
class VggTest {
  private static final Shape CIFAR = Shape.of(32, 32, 3);

  /// 10×13 images shrink to 2×3 cells, which are spread over 7×7: each of the 49 cells counts in
  /// its place.
  @Test
  void imageNetHead() {
    Config config = new Config(List.of(1, 2), 2, false, Head.IMAGENET, 0.5);
    Vgg net = NaiveParts.drawn(config.init(Key.of(1), Shape.of(10, 13, 2), 5));
    Tensor x = new Values(1).normal(DType.FLOAT64, Shape.of(2, 10, 13, 2));
    Naive y = features(net, Naive.of(x), false).adaptiveAvgPool(7, 7).flattenChannelsFirst();
    List<Layer> classifier = parts(net.classifier());
    y = linear(y, classifier.get(0)).map(Naive::relu);
    y = linear(y, classifier.get(3)).map(Naive::relu);
    near(linear(y, classifier.get(6)), net.apply(x));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void smallHeadAndNormalisation(boolean training) {
    Config config = new Config(List.of(1, 2), 3, true, Head.CIFAR, 0.5);
    Vgg net = NaiveParts.drawn(config.init(Key.of(2), Shape.of(9, 12, 1), 4));
    Tensor x = new Values(2).normal(DType.FLOAT64, Shape.of(2, 9, 12, 1));
    Naive y = features(net, Naive.of(x), training).adaptiveAvgPool(1, 1).flattenChannelsFirst();
    Ctx ctx = training ? Ctx.training(Key.of(9)) : Ctx.inference();
    near(linear(y, net.classifier()), net.apply(x, ctx));
  }

  private static Naive features(Vgg net, Naive x, boolean training) {
    Naive y = x;
    for (Layer layer : parts(net.features())) {
      y =
          switch (layer) {
            case Conv2d c -> conv(y, c, 3, 1);
            case BatchNorm bn -> norm(y, bn, training);
            case MaxPool2d pool -> y.maxPool(Slide.of(2, 2, 0));
            default -> y.map(Naive::relu);
          };
    }
    return y;
  }

  /// As `torch.utils.flop_counter` counts torchvision's convolutions with one linear layer.
  @ParameterizedTest
  @CsvSource({
    "11, false, 9225610, 152769536",
    "16, false, 14719818, 313201664",
    "16, true, 14728266, 313201664"
  })
  void costs(int depth, boolean batchNorm, long parameters, long multiplyAdds) {
    Config config = depth == 11 ? Vgg.vgg11() : Vgg.vgg16();
    Config small = config.batchNorm(batchNorm).head(Head.CIFAR);
    Layer net = NaiveParts.zeros(k -> small.init(k, CIFAR, 10));
    assertEquals(parameters, net.parameterCount());
    assertEquals(2 * multiplyAdds, net.flops(CIFAR));
    assertEquals("classifier.weight", Expect.paths(net).get(Expect.paths(net).size() - 2));
  }

  @Test
  void linearLayersStartSmallAndBiasesAtZero() {
    Vgg net = Vgg.vgg11().width(8).init(Key.of(5), CIFAR, 10);
    Linear hidden = (Linear) parts(net.classifier()).getFirst();
    assertEquals(Shape.of(49 * 64, 512), hidden.weight().shape());
    Expect.sameBits("bias", Tensor.zeros(512), hidden.bias());
    Tensor w = hidden.weight().cast(DType.FLOAT64);
    // The variance of x² is 2 σ⁴; five standard errors.
    double found = w.mul(w).sum().div(w.size()).item();
    assertEquals(1e-4, found, 5 * Math.sqrt(2.0 / w.size()) * 1e-4);
    Expect.sameBits("bias", Tensor.zeros(8), ((Conv2d) parts(net.features()).getFirst()).bias());
  }

  @Test
  void dropoutActsInTraining() {
    Layer net = new Config(List.of(1), 1, false, Head.IMAGENET, 0.5).init(Key.of(1), CIFAR, 3);
    Tensor x = new Values(1).normal(2, 8, 8, 3);
    Tensor once = net.apply(x, Ctx.training(Key.of(7)));
    Expect.sameBits("one key", once, net.apply(x, Ctx.training(Key.of(7))));
    assertFalse(Expect.same(once, net.apply(x, Ctx.training(Key.of(8)))));
    Layer without = new Config(List.of(1), 1, false, Head.IMAGENET, 0).init(Key.of(1), CIFAR, 3);
    Expect.sameBits("no dropout", net.apply(x), without.apply(x, Ctx.training(Key.of(7))));
  }

  @Test
  void sizesAreChecked() {
    Expect.error(
        "vgg: needs images of at least 32×32, got [31, 64, 3]",
        () -> Vgg.vgg16().init(Key.of(1), Shape.of(31, 64, 3), 10));
    assertEquals(
        "vgg: needs stages of at least one convolution, got [1, 0]",
        refusal(() -> new Config(List.of(1, 0), 1, false, Head.CIFAR, 0)));
    assertEquals("vgg: the width must be at least 1, got 0", refusal(() -> Vgg.vgg16().width(0)));
  }

  private static String refusal(Runnable body) {
    return assertThrows(IllegalArgumentException.class, body::run).getMessage();
  }
}
