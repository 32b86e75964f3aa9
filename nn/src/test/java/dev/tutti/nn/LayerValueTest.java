package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The values of the layers without windows of weights, against their definitions in plain loops.
class LayerValueTest {
  @Property(tries = 100)
  void linear(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int n,
      @ForAll @IntRange(min = 1, max = 40) int in,
      @ForAll @IntRange(min = 1, max = 40) int out,
      @ForAll boolean withBias) {
    Values values = new Values(seed);
    Tensor bias = withBias ? values.whole(9, out) : null;
    Linear layer = new Linear(values.whole(9, in, out), bias);
    Tensor x = values.whole(9, n, in);
    Tensor y = layer.apply(x);
    assertEquals(Shape.of(n, out), y.shape());
    Naive rows = new Naive(n, 1, 1, in, x.toDoubles());
    Expect.equal(rows.linear(layer.weight(), bias).v(), y);
  }

  /// With normal numbers each of K products and sums rounds once, relative to the sum of absolute
  /// terms.
  @Test
  void linearRounds() {
    Values values = new Values(1);
    int in = 500;
    Linear layer = Linear.init(Key.of(1), in, 20);
    Tensor x = values.normal(6, in);
    double[] exact = new Naive(6, 1, 1, in, x.toDoubles()).linear(layer.weight(), layer.bias()).v();
    Naive absolute = new Naive(6, 1, 1, in, x.abs().toDoubles());
    double[] scale = absolute.linear(layer.weight().abs(), layer.bias().abs()).v();
    for (int i = 0; i < scale.length; i++) {
      scale[i] *= 2 * in * 0x1p-24;
    }
    Expect.close(exact, scale, layer.apply(x));
  }

  @Test
  void flattenOrders() {
    Values values = new Values(2);
    Tensor x = values.normal(3, 4, 2, 5);
    Naive images = Naive.of(x);
    Tensor first = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(x);
    assertEquals(Shape.of(3, 40), first.shape());
    Expect.equal(images.flattenChannelsFirst().v(), first);
    Tensor last = new Flatten(Flatten.Order.CHANNELS_LAST).apply(x);
    assertEquals(Shape.of(3, 40), last.shape());
    Expect.equal(images.v(), last);
    for (Flatten.Order order : Flatten.Order.values()) {
      Tensor features = values.normal(3, 7);
      Expect.sameBits("features", features, new Flatten(order).apply(features));
    }
    Tensor sequence = values.normal(3, 4, 2);
    Naive byChannel = Naive.of(sequence.reshape(3, 1, 4, 2));
    Expect.equal(
        byChannel.flattenChannelsFirst().v(),
        new Flatten(Flatten.Order.CHANNELS_FIRST).apply(sequence));
    Expect.equal(sequence.toDoubles(), new Flatten(Flatten.Order.CHANNELS_LAST).apply(sequence));
  }

  @Test
  void unflattenUndoesFlatten() {
    for (Flatten.Order order : Flatten.Order.values()) {
      for (Shape example : List.of(Shape.of(3, 4, 2), Shape.of(5, 3), Shape.of(6))) {
        Tensor x = new Values(5).normal(example.prepend(2).dims());
        Tensor flat = new Flatten(order).apply(x);
        Expect.sameBits(order + " " + example, x, new Unflatten(order, example).apply(flat));
      }
    }
    Expect.error(
        "unflatten: needs an input of [N, 24], got [2, 23]",
        () ->
            new Unflatten(Flatten.Order.CHANNELS_LAST, Shape.of(3, 4, 2))
                .apply(Tensor.ones(2, 23)));
  }

  @Test
  void activations() {
    Tensor x = new Values(3).normal(DType.FLOAT64, Shape.of(200)).mul(3);
    Naive row = new Naive(1, 1, 1, 200, x.toDoubles());
    Expect.equal(row.map(Naive::relu).v(), Activation.RELU.apply(x));
    double[] gelu = row.map(Naive::gelu).v();
    double[] tolerance = new double[200];
    // erf of both sides is right to a few roundings of 1, which x scales.
    Arrays.setAll(tolerance, i -> 0x1p-50 * Math.abs(row.v()[i]));
    Expect.close(gelu, tolerance, Activation.GELU.apply(x));
  }

  /// PyTorch 2.6.0: `gelu(tensor([-3, -1, -.1, 0, .5, 2]))`; float32 leaves 4 roundings of |x|.
  @Test
  void geluAsInPyTorch() {
    float[] x = {-3, -1, -0.1f, 0, 0.5f, 2};
    double[] y = {
      -0.00404969409489031,
      -0.15865525393145702,
      -0.0460172162722971,
      0,
      0.34573123063700656,
      1.9544997361036416
    };
    double[] tolerance = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      tolerance[i] = 4 * 0x1p-24 * Math.abs(x[i]);
    }
    Expect.close(y, tolerance, Activation.GELU.apply(Tensor.of(x)));
  }

  @Test
  void sequentialIsOneAfterAnother() {
    Layer a = Linear.init(Key.of(1), 4, 6);
    Layer b = Linear.init(Key.of(2), 6, 2);
    Sequential all = Sequential.of(a, Activation.RELU, Sequential.of(b));
    Tensor x = new Values(4).normal(5, 4);
    Expect.sameBits("chain", b.apply(a.apply(x).relu()), all.apply(x));
    Expect.sameBits("nothing", x, Sequential.of().apply(x));
    assertEquals(List.of("0.weight", "0.bias", "2.0.weight", "2.0.bias"), Expect.paths(all));
    assertEquals(4 * 6 + 6 + 6 * 2 + 2, all.parameterCount());
    assertEquals(2 * (4 * 6 + 6 * 2), all.flops(Shape.of(4)));
  }
}
