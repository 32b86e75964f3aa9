package dev.tutti.nn.models;

import static dev.tutti.nn.models.NaiveParts.conv;
import static dev.tutti.nn.models.NaiveParts.linear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Naive;
import dev.tutti.nn.Naive.Slide;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The networks: values against plain loops in float64, names, and the known counts of them.
class ModelsTest {
  private static final Slide HALVES = Slide.of(2, 2, 0);

  private static void near(Naive expected, Layer model, Tensor x) {
    NaiveParts.near(expected, model.apply(x));
  }

  @Test
  void mlp() {
    Mlp model = Values.doubles(Mlp.init(Key.of(1), 24, 9, 5));
    Tensor x = new Values(1).normal(DType.FLOAT64, Shape.of(4, 3, 4, 2));
    Naive y = Naive.of(x).flattenChannelsFirst();
    y = linear(linear(y, model.fc1()).map(Naive::relu), model.fc2()).map(Naive::relu);
    near(linear(y, model.fc3()), model, x);
    Tensor rows = x.permute(0, 3, 1, 2).reshape(4, 24);
    Expect.sameBits("rows of features", model.apply(x), model.apply(rows));
  }

  @Test
  void mlpOfTheEnsemblingTutorial() {
    Mlp model = Mlp.init(Key.of(1), 784, 128, 10);
    assertEquals(118_282, model.parameterCount());
    assertEquals(2 * (784 * 128 + 128 * 128 + 128 * 10), model.flops(Shape.of(784)));
    assertEquals(
        List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"),
        Expect.paths(model));
  }

  /// One network for images of any size; 28×28 is left 4×4 by its convolutions.
  @ParameterizedTest
  @CsvSource({"16, 16", "18, 21", "28, 28", "32, 32", "64, 37", "28, 96"})
  void leNet(int height, int width) {
    LeNet model = Values.doubles(LeNet.init(Key.of(2), Shape.of(28, 28, 2), 7));
    Tensor x = new Values(2).normal(DType.FLOAT64, Shape.of(3, height, width, 2));
    Slide plain = Slide.of(5, 1, 0);
    Naive y = conv(Naive.of(x), model.conv1(), plain).map(Naive::relu).maxPool(HALVES);
    y = conv(y, model.conv2(), plain).map(Naive::relu).maxPool(HALVES).adaptiveAvgPool(4, 4);
    y = linear(y.flattenChannelsFirst(), model.fc1()).map(Naive::relu);
    y = linear(linear(y, model.fc2()).map(Naive::relu), model.fc3());
    near(y, model, x);
  }

  @Test
  void leNetOnMnist() {
    Shape image = Shape.of(28, 28, 1);
    LeNet model = LeNet.init(Key.of(1), image, 10);
    assertEquals(44_426, model.parameterCount());
    assertEquals(563_280, model.flops(image));
    assertEquals(256, LeNet.features(image));
    assertEquals(
        List.of(
            "conv1.weight",
            "conv1.bias",
            "conv2.weight",
            "conv2.bias",
            "fc1.weight",
            "fc1.bias",
            "fc2.weight",
            "fc2.bias",
            "fc3.weight",
            "fc3.bias"),
        Expect.paths(model));
    assertEquals(Shape.of(5, 5, 1, 6), ((Conv2d) model.conv1()).weight().shape());
    assertEquals(Shape.of(5, 5, 6, 16), ((Conv2d) model.conv2()).weight().shape());
    assertEquals(Shape.of(256, 120), ((Linear) model.fc1()).weight().shape());
    assertEquals(Shape.of(120, 84), ((Linear) model.fc2()).weight().shape());
    assertEquals(Shape.of(84, 10), ((Linear) model.fc3()).weight().shape());
  }

  /// The same tensors for every size, so that a state dict of one goes into the other.
  @Test
  void leNetOfOtherSizesHasTheSameParameters() {
    List<Shape> mnist =
        Tree.tensors(LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10)).stream()
            .map(Tensor::shape)
            .toList();
    for (int side : new int[] {16, 20, 32, 33, 64, 224}) {
      LeNet model = LeNet.init(Key.of(1), Shape.of(side, side, 1), 10);
      assertEquals(mnist, Tree.tensors(model).stream().map(Tensor::shape).toList());
    }
    Shape cifar = Shape.of(32, 32, 3);
    // 28² and 10² windows.
    int multiplyAdds = 784 * 75 * 6 + 100 * 150 * 16 + 256 * 120 + 120 * 84 + 84 * 10;
    assertEquals(2 * multiplyAdds, LeNet.init(Key.of(1), cifar, 10).flops(cifar));
  }

  @Test
  void leNetNeedsRoomForTwoConvolutions() {
    assertEquals(256, LeNet.features(Shape.of(16, 16, 3)));
    Expect.error(
        "lenet: needs images of at least 16×16, got [16, 15, 3]",
        () -> LeNet.init(Key.of(1), Shape.of(16, 15, 3), 10));
  }

  @Test
  void convNet() {
    Shape image = Shape.of(7, 10, 3);
    ConvNet model = Values.doubles(ConvNet.init(Key.of(3), image, 6));
    Tensor x = new Values(3).normal(DType.FLOAT64, Shape.of(2, 7, 10, 3));
    near(convNet(model, Naive.of(x), 1), model, x);
  }

  /// Without padding 33×31 shrinks to 16×15, 7×7, 3×3 and 1×1.
  @Test
  void convNetOfLargerImages() {
    ConvNet model = Values.doubles(ConvNet.init(Key.of(3), Shape.of(33, 31, 1), 4));
    Tensor x = new Values(3).normal(DType.FLOAT64, Shape.of(1, 33, 31, 1));
    near(convNet(model, Naive.of(x), 0), model, x);
  }

  private static Naive convNet(ConvNet model, Naive x, int padding) {
    Naive y = x;
    for (Layer layer : List.of(model.conv1(), model.conv2(), model.conv3(), model.conv4())) {
      y = conv(y, layer, Slide.of(3, 2, padding)).map(Naive::gelu);
    }
    y = y.adaptiveAvgPool(1, 1).flattenChannelsFirst();
    return linear(linear(y, model.dense()).map(Naive::gelu), model.logits());
  }

  @Test
  void convNetOnEuroSat() {
    Shape image = Shape.of(64, 64, 3);
    ConvNet model = ConvNet.init(Key.of(1), image, 10);
    int kernels = 9 * (3 * 32 + 32 * 64 + 64 * 96 + 96 * 96);
    int biases = 32 + 64 + 96 + 96 + 96 + 10;
    assertEquals(kernels + 96 * 96 + 96 * 10 + biases, model.parameterCount());
    // The four outputs have 31², 15², 7² and 3² pixels.
    int windows = 9 * (961 * 3 * 32 + 225 * 32 * 64 + 49 * 64 * 96 + 9 * 96 * 96);
    assertEquals(2 * (windows + 96 * 96 + 96 * 10), model.flops(image));
    assertEquals(
        List.of(
            "conv1.weight",
            "conv1.bias",
            "conv2.weight",
            "conv2.bias",
            "conv3.weight",
            "conv3.bias",
            "conv4.weight",
            "conv4.bias",
            "dense.weight",
            "dense.bias",
            "logits.weight",
            "logits.bias"),
        Expect.paths(model));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 16, 28, 30, 31, 32})
  void convNetTakesImagesOf(int side) {
    Shape image = Shape.of(side, side + 1, 1);
    ConvNet model = ConvNet.init(Key.of(1), image, 5);
    assertEquals(Padding.of(side < 31 ? 1 : 0), ConvNet.halving(image).padding());
    assertEquals(2, ConvNet.halving(image).strideH());
    assertEquals(Shape.of(2, 5), model.apply(Tensor.ones(2, side, side + 1, 1)).shape());
  }

  @Test
  void convNetNeedsOneKernel() {
    Expect.error(
        "convnet: needs images of at least 3×3, got [8, 2, 3]",
        () -> ConvNet.init(Key.of(1), Shape.of(8, 2, 3), 10));
  }
}
