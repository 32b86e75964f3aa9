package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Naive;
import dev.tutti.nn.Naive.Slide;
import dev.tutti.nn.Sequential;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// The parts of networks as plain loops over doubles, with the parameters of a network's layers.
final class NaiveParts {
  private NaiveParts() {}

  static Naive linear(Naive x, Layer layer) {
    return x.linear(((Linear) layer).weight(), ((Linear) layer).bias());
  }

  static Naive conv(Naive x, Layer layer, Slide slide) {
    return x.conv(((Conv2d) layer).weight(), ((Conv2d) layer).bias(), slide, 1);
  }

  /// A convolution that is padded by half its kernel.
  static Naive conv(Naive x, Layer layer, int kernel, int stride) {
    return conv(x, layer, Slide.of(kernel, stride, kernel / 2));
  }

  /// Batch normalisation by the batch's mean and variance, or by the running ones.
  static Naive norm(Naive x, Layer layer, boolean training) {
    BatchNorm bn = (BatchNorm) layer;
    double[] weight = bn.weight().toDoubles();
    double[] bias = bn.bias().toDoubles();
    if (training) {
      return x.standardized((i, row, column, channel) -> channel, 1e-5).scaled(weight, bias);
    }
    double[] mean = bn.runningMean().toDoubles();
    double[] var = bn.runningVar().toDoubles();
    for (int c = 0; c < weight.length; c++) {
      weight[c] /= Math.sqrt(var[c] + 1e-5);
      bias[c] -= mean[c] * weight[c];
    }
    return x.scaled(weight, bias);
  }

  static List<Layer> parts(Layer sequential) {
    return ((Sequential) sequential).layers();
  }

  /// Values of order 1 after a few dozen layers, summed in another order: 1e-12 is a thousand
  /// roundings.
  static void near(Naive expected, Tensor actual) {
    double[] tolerance = new double[expected.v().length];
    Arrays.fill(tolerance, 1e-12);
    Expect.close(expected.v(), tolerance, actual);
  }

  /// {@return the network in float64 with its biases, gains and running statistics drawn}
  static <T extends Layer> T drawn(T network) {
    return Values.doubles(Values.drawn(Key.of(3), network, t -> t.rank() == 1));
  }

  /// {@return a network without elements, its shapes after an axis of length 0: an ensemble of no
  /// members}
  static Layer shapesOnly(Function<Key, Layer> init) {
    return Transforms.vmap(init).apply(Key.of(1).split(0));
  }

  /// {@return a network of zeros, for which nothing is drawn}
  static Layer zeros(Function<Key, Layer> init) {
    return Tree.map(shapesOnly(init), t -> Tensor.full(t.dtype(), 0, t.shape().tail()));
  }

  /// {@return the parameters that a network of shapes would have}
  static long parameterCount(Layer shapesOnly) {
    return Tree.leaves(shapesOnly).stream()
        .filter(leaf -> !leaf.state())
        .mapToLong(leaf -> leaf.tensor().shape().with(0, 1).size())
        .sum();
  }

  /// {@return the multiply-adds on images that are `scale` times as high and wide as `image`: those
  /// of convolutions grow with the area, those of linear layers do not}
  ///
  /// @param small the network for `image`
  /// @param large the network for the larger ones, as [#shapesOnly]
  static long multiplyAdds(Layer small, Shape image, int scale, Layer large) {
    long convolutions = small.flops(image) / 2 - matrices(small, t -> t.shape());
    return scale * scale * convolutions + matrices(large, t -> t.shape().tail());
  }

  private static long matrices(Layer network, Function<Tensor, Shape> shape) {
    return Tree.tensors(network).stream()
        .map(shape)
        .filter(s -> s.rank() == 2)
        .mapToLong(Shape::size)
        .sum();
  }
}
