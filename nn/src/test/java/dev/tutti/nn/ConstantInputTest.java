package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Reduction;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Inputs that are equal everywhere (a channel that is dead, saturated or padded), at any size:
/// nothing is left of them after normalisation, and means are the value. Rounding errors that add
/// up with the number of elements show here first.
class ConstantInputTest {
  private static final float[] VALUES = {0.1f, 1.1f, -100.1f, 1000.1f, 1e5f + 0.1f, 255};

  private static final double NEAR = 1e-6;

  /// A layer for inputs of this many channels, and inputs `[N, H, W, C]` that fit.
  private record Norm(Class<?> type, java.util.function.Function<Shape, Layer> of, int rank) {}

  private static final List<Norm> NORMS =
      List.of(
          new Norm(BatchNorm.class, s -> BatchNorm.init(s.dim(-1)), 2),
          new Norm(BatchNorm.class, s -> BatchNorm.init(s.dim(-1)), 3),
          new Norm(BatchNorm.class, s -> BatchNorm.init(s.dim(-1)), 4),
          new Norm(GroupNorm.class, s -> GroupNorm.init(1, s.dim(-1)), 4),
          new Norm(GroupNorm.class, s -> GroupNorm.init(s.dim(-1), s.dim(-1)), 3),
          new Norm(InstanceNorm.class, s -> InstanceNorm.init(s.dim(-1), true, true), 3),
          new Norm(InstanceNorm.class, s -> InstanceNorm.init(s.dim(-1), true, true), 4),
          new Norm(LayerNorm.class, s -> LayerNorm.init(s.dim(1), s.dim(2), s.dim(3)), 4),
          new Norm(LayerNorm.class, s -> LayerNorm.init(s.dim(-1)), 2));

  private static final int[][] IMAGES = {
    {64, 28, 28, 3}, {16, 128, 128, 3}, {64, 28, 28, 1}, {3, 3, 3, 1}, {2, 1, 7, 6}, {4, 5, 9, 768}
  };

  static Stream<Arguments> normalised() {
    return NORMS.stream()
        .flatMap(n -> Arrays.stream(IMAGES).map(s -> Arguments.of(n.type.getSimpleName(), n, s)));
  }

  @ParameterizedTest(name = "{0} of {2}")
  @MethodSource("normalised")
  void nothingIsLeft(String name, Norm norm, int[] image) {
    int c = image[3];
    Shape shape =
        switch (norm.rank) {
          case 2 -> Shape.of(image[0] * image[1] * image[2], c);
          case 3 -> Shape.of(image[0], image[1] * image[2], c);
          default -> Shape.of(image);
        };
    for (float v : VALUES) {
      Tensor x = Tensor.full(v, shape.dims());
      Tensor y = norm.of.apply(shape).apply(x, Ctx.training(Key.of(1)));
      for (float e : y.toFloats()) {
        assertEquals(0, e, () -> name + " of " + v);
      }
    }
  }

  /// Of channels with values of their own.
  @Test
  void nothingIsLeftOfSeveralChannels() {
    Tensor x = Tensor.of(VALUES).expand(Shape.of(64, 20, 20, VALUES.length));
    for (Layer norm : List.of(BatchNorm.init(6), InstanceNorm.init(6), GroupNorm.init(6, 6))) {
      Tensor y = norm.apply(x, Ctx.training(Key.of(1)));
      for (float e : y.toFloats()) {
        assertEquals(0, e, () -> norm.getClass().getSimpleName());
      }
    }
  }

  /// Divided by the root of its mean square, a constant is 1 or −1.
  @Test
  void filterResponse() {
    Tensor never = Tensor.full(-2, 3);
    FilterResponseNorm norm = new FilterResponseNorm(Tensor.ones(3), Tensor.zeros(3), never, 1e-12);
    for (float v : VALUES) {
      Tensor y = norm.apply(Tensor.full(v, 4, 128, 128, 3), Ctx.inference());
      for (float e : y.toFloats()) {
        assertEquals(Math.signum(v), e, NEAR);
      }
    }
  }

  @Test
  void noNormIsLeftOut() {
    Set<Class<?>> tested = new TreeSet<>(Comparator.comparing(Class::getName));
    NORMS.forEach(n -> tested.add(n.type));
    tested.add(FilterResponseNorm.class);
    Set<Class<?>> all = new TreeSet<>(Comparator.comparing(Class::getName));
    PublicTypes.of(Layer.class).stream()
        .filter(t -> t.getSimpleName().matches(".*Norm(1d|2d)?"))
        .forEach(all::add);
    assertEquals(all, tested);
  }

  /// The mean of one batch, and of many that are the same.
  @Test
  void runningStatistics() {
    for (float v : VALUES) {
      Tensor x = Tensor.full(v, 8, 64, 64, 3);
      BatchNorm one = BatchNorm.init(3, null, 1e-5, true);
      for (int batch = 0; batch < 50; batch++) {
        Ctx ctx = Ctx.training(Key.of(batch));
        one.apply(x, ctx);
        one = ctx.updated(one);
        assertEquals(List.of(v, v, v), list(one.runningMean()));
        assertEquals(List.of(0f, 0f, 0f), list(one.runningVar()));
      }
    }
  }

  /// Statistics that have arrived stay, for any momentum.
  @Test
  void runningStatisticsThatHaveArrivedStay() {
    for (double momentum : new double[] {0.001, 0.1, 0.3, 0.5, 0.7, 0.99, 1}) {
      for (float v : VALUES) {
        BatchNorm norm =
            new BatchNorm(
                null,
                null,
                Tensor.full(v, 2),
                Tensor.zeros(2),
                Tensor.of(new int[] {5}).reshape(),
                momentum,
                1e-5);
        Ctx ctx = Ctx.training(Key.of(1));
        norm.apply(Tensor.full(v, 1000, 2), ctx);
        assertEquals(List.of(v, v), list(ctx.updated(norm).runningMean()), () -> "" + momentum);
      }
    }
  }

  private static List<Float> list(Tensor t) {
    float[] a = t.toFloats();
    return Stream.iterate(0, i -> i < a.length, i -> i + 1).map(i -> a[i]).toList();
  }

  private static final Map<String, BinaryOperator<Tensor>> LOSSES =
      Map.ofEntries(
          Map.entry("mse", Losses::mse),
          Map.entry("l1", Losses::l1),
          Map.entry("huber", Losses::huber),
          Map.entry("smooth_l1", Losses::smoothL1),
          Map.entry("bce", Losses::bceWithLogits),
          Map.entry("kl", (x, y) -> Losses.klDiv(x, y, false, Reduction.MEAN)),
          Map.entry("batch mean", (x, y) -> Losses.klDiv(x, y, false, Reduction.BATCH_MEAN)),
          Map.entry(
              "gaussian",
              (x, y) -> Losses.gaussianNll(x, y, x.mul(x), false, 1e-6, Reduction.MEAN)),
          Map.entry("cross-entropy", (x, y) -> Losses.crossEntropy(classes(x), labels(x))),
          Map.entry(
              "weighted cross-entropy",
              (x, y) ->
                  new CrossEntropy().weight(Tensor.of(0.3f, 1.7f)).apply(classes(x), labels(x))),
          Map.entry(
              "focal", (x, y) -> Losses.focal(classes(x), labels(x), 2, null, Reduction.MEAN)),
          Map.entry(
              "confidence penalty",
              (x, y) -> Losses.confidencePenalty(classes(x), labels(x), 0.1, Reduction.MEAN)),
          Map.entry("nll", (x, y) -> Losses.nll(classes(x), labels(x))));

  private static Tensor classes(Tensor x) {
    return Tensor.concat(-1, x.reshape(-1, 1), x.reshape(-1, 1).neg());
  }

  private static Tensor labels(Tensor x) {
    return Tensor.of(new int[x.size()]);
  }

  /// The mean over a million elements is that of one.
  @Test
  void lossesOfEqualElements() {
    LOSSES.forEach((name, loss) -> {
      double one = loss.apply(Tensor.full(0.7, 1, 1), Tensor.full(0.2, 1, 1)).item();
      int n = 1 << 20;
      double many = loss.apply(Tensor.full(0.7, n, 1), Tensor.full(0.2, n, 1)).item();
      assertEquals(one, many, NEAR * Math.abs(one), name);
    });
  }

  @Test
  void averagesOfEqualPixels() {
    for (float v : VALUES) {
      Tensor x = Tensor.full(v, 2, 224, 224, 3);
      List<Layer> pools =
          List.of(new GlobalAvgPool(), new AdaptiveAvgPool2d(1, 1), new AdaptiveAvgPool2d(3, 2));
      for (Layer pool : pools) {
        for (float mean : pool.apply(x, Ctx.inference()).toFloats()) {
          assertEquals(v, mean, NEAR * Math.abs(v));
        }
      }
    }
  }
}
