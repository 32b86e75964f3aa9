package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Normalisation against its definition in plain loops over doubles.
class NormTest {
  private static final Key KEY = Key.of(3);

  /// Sums of up to two hundred elements, in blocks; weights are up to 1.5.
  private static final int ROUNDINGS = 32;

  private static double unit(DType type) {
    return type == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
  }

  /// Elements of order 1 to 10 with deviations of order 1.
  private static void same(double[] expected, Tensor actual) {
    double most = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 2 * ROUNDINGS * unit(actual.dtype()) * (1 + most));
    Expect.close(expected, tolerance, actual);
  }

  /// `standard · weight + bias`, the parameters along the last axes.
  private static double[] affine(double[] standard, Tensor weight, Tensor bias) {
    double[] out = standard.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= weight == null ? 1 : weight.toDoubles()[i % weight.size()];
      out[i] += bias == null ? 0 : bias.toDoubles()[i % bias.size()];
    }
    return out;
  }

  private static void check(Layer layer, Ctx ctx, Naive.Grouping grouping, Tensor x) {
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Layer l = Tree.map(layer, t -> t.dtype().isFloat() ? t.cast(type) : t);
      Tensor y = l.apply(x.cast(type), ctx);
      assertEquals(x.shape(), y.shape());
      assertEquals(type, y.dtype());
      double eps = l instanceof LayerNorm norm ? norm.eps() : ((ChannelNorm) l).eps();
      Naive in = images(x);
      double[] standard = in.standardized(grouping, eps).v();
      double[] expected = affine(standard, parameter(l, "weight"), parameter(l, "bias"));
      double most = Arrays.stream(in.v()).map(Math::abs).max().orElse(0);
      double[] tolerance = in.deviations(grouping, eps);
      for (int i = 0; i < tolerance.length; i++) {
        // A mean is right to some roundings of the largest element, which the division enlarges.
        tolerance[i] = ROUNDINGS * unit(type) * (1 + most / tolerance[i] + Math.abs(expected[i]));
      }
      Expect.close(expected, tolerance, y);
    }
  }

  private static Tensor parameter(Layer layer, String name) {
    return Tree.leaves(layer).stream()
        .filter(leaf -> leaf.path().equals(name))
        .map(Tree.Leaf::tensor)
        .findFirst()
        .orElse(null);
  }

  /// Features as images of one cell, sequences as images of one row.
  private static Naive images(Tensor x) {
    int h = x.rank() == 4 ? x.dim(1) : 1;
    int w = x.rank() == 2 ? 1 : x.dim(-2);
    return new Naive(x.dim(0), h, w, x.dim(-1), x.toDoubles());
  }

  @Property(tries = 40)
  void everyLayerStandardisesItsGroups(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int n,
      @ForAll @IntRange(min = 1, max = 5) int h,
      @ForAll @IntRange(min = 2, max = 6) int w,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(min = 1, max = 6) int perGroup) {
    int c = groups * perGroup;
    Tensor image = new Values(seed).normal(n, h, w, c).mul(3).add(1);
    Tensor sequence = image.reshape(n, h * w, c);
    Tensor features = image.reshape(n * h * w, c);
    Ctx training = Ctx.training(KEY);
    Ctx prediction = Ctx.inference();
    Naive.Grouping perChannel = (i, y, x, ch) -> ch;
    check(NormRows.drawn(KEY, BatchNorm.init(c)), training, perChannel, image);
    check(NormRows.drawn(KEY, BatchNorm.init(c)), training, perChannel, sequence);
    check(NormRows.drawn(KEY, BatchNorm.init(c)), training, perChannel, features);
    Naive.Grouping perInstance = (i, y, x, ch) -> i * c + ch;
    check(NormRows.drawn(KEY, InstanceNorm.init(c)), prediction, perInstance, image);
    check(NormRows.drawn(KEY, InstanceNorm.init(c, true, true)), training, perInstance, image);
    check(
        NormRows.drawn(KEY, InstanceNorm.init(c, true, false)), prediction, perInstance, sequence);
    Naive.Grouping perGroupOfChannels = (i, y, x, ch) -> i * groups + ch / perGroup;
    check(NormRows.drawn(KEY, GroupNorm.init(groups, c)), prediction, perGroupOfChannels, image);
    check(NormRows.drawn(KEY, GroupNorm.init(groups, c)), prediction, perGroupOfChannels, sequence);
    check(
        NormRows.drawn(KEY, LayerNorm.init(c)),
        training,
        (i, y, x, ch) -> (i * h + y) * w + x,
        image);
    check(NormRows.drawn(KEY, LayerNorm.init(h, w, c)), prediction, (i, y, x, ch) -> i, image);
  }

  /// y = max(x / √(ν² + eps) · weight + bias, tau), written out.
  @Property(tries = 20)
  void filterResponse(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int h,
      @ForAll @IntRange(min = 1, max = 6) int c) {
    Tensor x = new Values(seed).normal(3, h, 4, c);
    FilterResponseNorm l = NormRows.drawn(KEY, FilterResponseNorm.init(c));
    double[] meanSquare = images(x).map(v -> v * v).means((i, y, w, ch) -> i * c + ch);
    double[] expected = x.toDoubles();
    for (int e = 0; e < expected.length; e++) {
      int ch = e % c;
      double nu = Math.sqrt(meanSquare[e / (h * 4 * c) * c + ch] + l.eps());
      double y = expected[e] / nu * l.weight().toDoubles()[ch] + l.bias().toDoubles()[ch];
      expected[e] = Math.max(y, l.tau().toDoubles()[ch]);
    }
    same(expected, l.apply(x));
    same(expected, l.apply(x.reshape(3, h * 4, c)).reshape(x.shape()));
    same(expected, Values.doubles(l).apply(x.cast(DType.FLOAT64)));
  }

  /// Three training passes, then a prediction, with PyTorch's update by hand.
  @Property(tries = 20)
  void batchStatisticsRun(@ForAll long seed, @ForAll boolean cumulative) {
    int c = 3;
    BatchNorm layer = NormRows.drawn(KEY, BatchNorm.init(c, cumulative ? null : 0.3, 1e-3, true));
    double[] mean = layer.runningMean().toDoubles();
    double[] var = layer.runningVar().toDoubles();
    Values values = new Values(seed);
    for (int pass = 1; pass <= 3; pass++) {
      Tensor x = values.normal(2, 3, 2, c).mul(pass).add(pass);
      double share = cumulative ? 1.0 / pass : 0.3;
      statistics(x, x.dim(0) * 6, (i, y, w, ch) -> ch, share, mean, var);
      layer = trained(layer, x);
      same(mean, layer.runningMean());
      same(var, layer.runningVar());
      Expect.equal(new double[] {pass}, layer.numBatchesTracked());
    }
    predictsByRunning(layer, values.normal(1, 2, 2, c));
  }

  @Property(tries = 20)
  void instanceStatisticsRun(@ForAll long seed) {
    int c = 3;
    InstanceNorm layer = NormRows.drawn(KEY, InstanceNorm.init(c, true, true));
    double[] mean = layer.runningMean().toDoubles();
    double[] var = layer.runningVar().toDoubles();
    Values values = new Values(seed);
    for (int pass = 1; pass <= 3; pass++) {
      Tensor x = values.normal(4, 3, 2, c).mul(pass).add(pass);
      statistics(x, 6, (i, y, w, ch) -> i * c + ch, 0.1, mean, var);
      layer = trained(layer, x);
      same(mean, layer.runningMean());
      same(var, layer.runningVar());
    }
    // PyTorch 2.15 has this counter and leaves it at 0.
    Expect.equal(new double[] {0}, layer.numBatchesTracked());
    predictsByRunning(layer, values.normal(1, 2, 2, c));
  }

  private static <T extends Layer> T trained(T layer, Tensor x) {
    Ctx ctx = Ctx.training(KEY);
    layer.apply(x, ctx);
    return ctx.updated(layer);
  }

  /// Moves both a share of the way to the mean over groups of `count` elements of one channel of
  /// their means and unbiased variances.
  private static void statistics(
      Tensor x, int count, Naive.Grouping grouping, double share, double[] mean, double[] var) {
    int c = mean.length;
    int groups = x.size() / count / c;
    Naive in = images(x);
    double[] means = in.means(grouping);
    double[] deviations = in.deviations(grouping, 0);
    double[] squares =
        new Naive(in.n(), in.h(), in.w(), c, deviations).map(d -> d * d).means(grouping);
    for (int ch = 0; ch < c; ch++) {
      double m = 0;
      double v = 0;
      for (int g = 0; g < groups; g++) {
        double own = means[g * c + ch];
        m += own / groups;
        v += squares[g * c + ch] * count / (count - 1) / groups;
      }
      mean[ch] += share * (m - mean[ch]);
      var[ch] += share * (v - var[ch]);
    }
  }

  private static void predictsByRunning(RunningStatistics layer, Tensor x) {
    double[] expected = x.toDoubles();
    for (int e = 0; e < expected.length; e++) {
      int ch = e % x.dim(-1);
      double var = layer.runningVar().toDoubles()[ch];
      expected[e] -= layer.runningMean().toDoubles()[ch];
      expected[e] /= Math.sqrt(var + layer.eps());
    }
    same(affine(expected, layer.weight(), layer.bias()), layer.apply(x));
  }

  /// sin(0.7 i) for i = 0 … 23 as two images of 3 × 2 × 2, then 2 x + 1; the numbers are PyTorch
  /// 2.15's in float64.
  @Test
  void batchNormAsInPyTorch() {
    Tensor x = Tensor.arange(24).cast(DType.FLOAT64).mul(0.7).sin().reshape(2, 3, 2, 2);
    BatchNorm layer =
        new BatchNorm(
            Tensor.of(new double[] {1.5, -0.5}),
            Tensor.of(new double[] {0.25, 2}),
            Tensor.of(new double[] {0.5, -1}),
            Tensor.of(new double[] {2, 3}),
            Standardise.counter(),
            0.1,
            1e-3);
    Tensor y = layer.apply(x, Ctx.training(KEY)).reshape(24).slice(0, 0, 4);
    same(
        new double[] {
          0.006625172964585145, 1.601084058287998, 2.202111813602309, 1.4421750589375268
        },
        y);
    BatchNorm twice = trained(trained(layer, x), x.mul(2).add(1));
    same(new double[] {0.5366794278831633, -0.6826026363227717}, twice.runningMean());
    same(new double[] {1.8617772251764702, 2.683260355317336}, twice.runningVar());
    same(
        new double[] {
          -0.33982849183545133, 1.5950794659803533, 0.7432134468342851, 1.52824733641583
        },
        twice.apply(x).reshape(24).slice(0, 0, 4));
  }

  @Test
  void initialValuesAndNames() {
    BatchNorm norm = BatchNorm.init(2);
    assertEquals(
        List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"),
        Expect.paths(norm));
    Expect.equal(new double[] {1, 1}, norm.weight());
    Expect.equal(new double[] {0, 0}, norm.bias());
    Expect.equal(new double[] {0, 0}, norm.runningMean());
    Expect.equal(new double[] {1, 1}, norm.runningVar());
    assertEquals(Shape.SCALAR, norm.numBatchesTracked().shape());
    assertEquals(DType.INT32, norm.numBatchesTracked().dtype());
    assertEquals(0.1, norm.momentum());
    assertEquals(1e-5, norm.eps());
    assertNull(BatchNorm.init(2, null, 1e-5, false).weight());
    assertEquals(List.of(), Expect.paths(InstanceNorm.init(2)));
    assertEquals(Shape.of(3, 2), LayerNorm.init(3, 2).bias().shape());
    assertEquals(8, FilterResponseNorm.init(8).tau().size());
  }

  @Test
  void runningStatisticsComeTogether() {
    Tensor t = Tensor.ones(3);
    Tensor n = Standardise.counter();
    String all = ": running mean, variance and count must be all given or all null, got ";
    Expect.refused(
        "batch_norm" + all + "[3], [3] and null", () -> new BatchNorm(t, t, t, t, null, 0.1, 1e-5));
    Expect.refused(
        "batch_norm" + all + "null, null and []",
        () -> new BatchNorm(t, t, null, null, n, 0.1, 1e-5));
    Expect.refused(
        "instance_norm" + all + "[3], null and []",
        () -> new InstanceNorm(t, t, t, null, n, 0.1, 1e-5));
    Expect.refused(
        "instance_norm" + all + "null, [3] and null",
        () -> new InstanceNorm(t, t, null, t, null, 0.1, 1e-5));
    Tensor x = new Values(1).normal(4, 3);
    BatchNorm without = new BatchNorm(t, t, null, null, null, 0.1, 1e-5);
    Expect.sameBits("no statistics", without.apply(x), without.apply(x, Ctx.training(KEY)));
  }

  @Test
  void errorsNameTheShapes() {
    Ctx training = Ctx.training(KEY);
    Expect.error(
        "batch_norm: training needs more than one value per channel, got an input of [1, 1, 1, 3]",
        () -> BatchNorm.init(3).apply(Tensor.ones(1, 1, 1, 3), training));
    assertEquals(Shape.of(1, 3), BatchNorm.init(3).apply(Tensor.ones(1, 3)).shape());
    Expect.error(
        "batch_norm: needs an input of [N, …, C], got [3]",
        () -> BatchNorm.init(3).apply(Tensor.ones(3)));
    Expect.error(
        "batch_norm: the layer has 3 channels, the input is [2, 2, 2, 1]",
        () -> BatchNorm.init(3).apply(Tensor.ones(2, 2, 2, 1)));
    Expect.error(
        "instance_norm: needs more than one position per example, got an input of [2, 1, 3]",
        () -> InstanceNorm.init(3).apply(Tensor.ones(2, 1, 3)));
    Expect.error(
        "instance_norm: needs an input of [N, …, C], got [2, 3]",
        () -> InstanceNorm.init(3).apply(Tensor.ones(2, 3)));
    Expect.error(
        "layer_norm: needs an input that ends in [2, 3], got [4, 3]",
        () -> LayerNorm.init(2, 3).apply(Tensor.ones(4, 3)));
    Expect.refused("layer_norm: needs at least one axis to normalise over", LayerNorm::init);
    Expect.refused("group_norm: 4 groups do not divide 6 channels", () -> GroupNorm.init(4, 6));
    Expect.error(
        "group_norm: 4 groups do not divide 6 channels of [2, 6]",
        () -> new GroupNorm(null, null, 4, 1e-5).apply(Tensor.ones(2, 6)));
    Expect.refused("group_norm: needs at least 1 group, got 0", () -> GroupNorm.init(0, 6));
    Expect.error(
        "filter_response_norm: needs an input of [N, …, C], got [2, 3]",
        () -> FilterResponseNorm.init(3).apply(Tensor.ones(2, 3)));
  }
}
