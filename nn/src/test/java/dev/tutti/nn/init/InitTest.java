package dev.tutti.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerRow;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Naive;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Initial values: PyTorch's bounds, and a stream of draws per member.
class InitTest {
  @Test
  void linearIsUniformInOneOverRootOfItsInputs() {
    Linear layer = Linear.init(Key.of(1), 64, 500);
    assertEquals(Shape.of(64, 500), layer.weight().shape());
    assertEquals(Shape.of(500), layer.bias().shape());
    uniform(layer.weight(), 1 / 8.0);
    uniform(layer.bias(), 1 / 8.0);
  }

  @Test
  void convolutionIsUniformInOneOverRootOfItsWindow() {
    Conv2d.Geometry grouped = Conv2d.Geometry.DEFAULT.groups(2);
    Conv2d layer = Conv2d.init(Key.of(1), 8, 600, 3, grouped);
    assertEquals(Shape.of(3, 3, 4, 600), layer.weight().shape());
    assertEquals(Shape.of(600), layer.bias().shape());
    uniform(layer.weight(), 1 / 6.0);
    uniform(layer.bias(), 1 / 6.0);
  }

  @Test
  void noInputsAtAllAreLikeOne() {
    uniform(Init.torchDefault(Key.of(1), 0, 1000), 1);
  }

  /// A kernel of 3 × 5 from 4 to 100 channels: 60 inputs per output, 1500 outputs per input.
  private static final int[] KERNEL = {3, 5, 4, 100};

  @Test
  void fansAreThoseOfPyTorch() {
    assertEquals(60, Init.Fan.IN.of(KERNEL));
    assertEquals(1500, Init.Fan.OUT.of(KERNEL));
    assertEquals(7, Init.Fan.IN.of(7, 9));
    assertEquals(9, Init.Fan.OUT.of(7, 9));
    Expect.error("init: fans need a weight of at least 2 axes, got [5]", () -> Init.Fan.IN.of(5));
    assertEquals(Math.sqrt(2), Init.RELU);
    assertEquals(Math.sqrt(2 / 1.04), Init.leakyRelu(0.2));
    // kaiming_uniform_ with a = √5 is the default of layers.
    Expect.sameBits(
        "the default",
        Init.torchDefault(Key.of(2), 60, KERNEL),
        Init.kaimingUniform(Key.of(2), Init.Fan.IN, Init.leakyRelu(Math.sqrt(5)), KERNEL));
  }

  @Test
  void kaimingAndXavier() {
    Key key = Key.of(6);
    uniform(Init.kaimingUniform(key, Init.Fan.IN, Init.RELU, KERNEL), Math.sqrt(6.0 / 60));
    uniform(Init.kaimingUniform(key, Init.Fan.OUT, 1, KERNEL), Math.sqrt(3.0 / 1500));
    normal(Init.kaimingNormal(key, Init.Fan.IN, Init.RELU, KERNEL), Math.sqrt(2.0 / 60));
    normal(Init.kaimingNormal(key, Init.Fan.OUT, Init.TANH, KERNEL), 5.0 / 3 / Math.sqrt(1500));
    uniform(Init.xavierUniform(key, KERNEL), Math.sqrt(6.0 / 1560));
    normal(Init.xavierNormal(key, KERNEL), Math.sqrt(2.0 / 1560));
  }

  /// Mean 0 and this standard deviation to five standard errors.
  private static void normal(Tensor t, double std) {
    double[] v = t.toDoubles();
    double mean = Arrays.stream(v).average().orElseThrow();
    double variance = Arrays.stream(v).map(x -> x * x).average().orElseThrow();
    assertEquals(0, mean, 5 * std / Math.sqrt(v.length));
    assertEquals(std * std, variance, 5 * std * std * Math.sqrt(2.0 / v.length));
  }

  /// Shares of the draws below some values, compared with the distribution function by another
  /// formula, [Naive#phi], to five standard errors.
  @Test
  void truncatedNormalsFollowTheirDistribution() {
    double[][] cases = {{0, 1, -2, 2}, {1, 0.5, 0.5, 3}, {0, 0.02, -2, 2}, {0, 1, 2, 3}};
    int n = 20_000;
    for (double[] c : cases) {
      Tensor t = Init.truncNormal(Key.of(1), c[0], c[1], c[2], c[3], n);
      double[] v = t.toDoubles();
      assertTrue(Arrays.stream(v).allMatch(x -> x >= c[2] && x <= c[3]), Arrays.toString(c));
      double all = Naive.phi((c[3] - c[0]) / c[1]) - Naive.phi((c[2] - c[0]) / c[1]);
      for (double z = -3; z <= 3; z += 0.5) {
        double at = c[0] + z * c[1];
        double p = (Naive.phi(z) - Naive.phi((c[2] - c[0]) / c[1])) / all;
        if (at > c[2] && at < c[3]) {
          double below = Arrays.stream(v).filter(x -> x < at).count() / (double) n;
          assertEquals(p, below, 5 * Math.sqrt(p * (1 - p) / n) + 1e-9, at + " of " + n);
        }
      }
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Init.truncNormal(Key.of(1), 0, 0, 1, 1, 3));
    assertEquals(
        "trunc_normal: needs std > 0 and low < high, got std 0.0, low 1.0, high 1.0",
        e.getMessage());
  }

  @Test
  void orthogonalWeightsHaveOrthonormalColumnsOrRows() {
    int[][] shapes = {{40, 40}, {3, 3, 7, 20}, {5, 64}, {1, 9}, {9, 1}, {1, 1}};
    for (int[] dims : shapes) {
      Tensor w = Init.orthogonal(Key.of(4), dims);
      assertEquals(Shape.of(dims), w.shape());
      Tensor m = w.reshape(-1, dims[dims.length - 1]);
      boolean tall = m.dim(0) >= m.dim(1);
      int k = Math.min(m.dim(0), m.dim(1));
      Tensor gram = m.matmul(m, tall, !tall);
      double[] one = Tensor.arange(k).oneHot(k).toDoubles();
      double[] tolerance = new double[one.length];
      // Dot products of unit vectors: a few roundings of 1.
      Arrays.fill(tolerance, 16 * 0x1p-24);
      Expect.close(one, tolerance, gram);
    }
    assertFalse(Expect.same(Init.orthogonal(Key.of(4), 3, 3), Init.orthogonal(Key.of(5), 3, 3)));
  }

  /// A uniformly random rotation's entries have mean 0 and variance 1 / n.
  @Test
  void orthogonalWeightsPreferNoDirection() {
    int n = 4;
    int draws = 2000;
    Tensor all = Transforms.vmap((Key k) -> Init.orthogonal(k, n, n)).apply(Key.of(3).split(draws));
    for (int i = 0; i < n * n; i++) {
      double[] entry = all.reshape(draws, n * n).slice(1, i, i + 1).toDoubles();
      assertEquals(0, Arrays.stream(entry).average().orElseThrow(), 5 / Math.sqrt(n * draws));
      double square = Arrays.stream(entry).map(x -> x * x).average().orElseThrow();
      assertEquals(1.0 / n, square, 5 * 2.0 / n / Math.sqrt(draws)); // x² has a deviation below 2/n
    }
  }

  /// A fan that counted the members would make every member's weights smaller.
  @Test
  void everyMemberIsDrawnAsAlone() {
    int[] dims = {3, 3, 4, 8};
    List<Function<Key, Tensor>> draws =
        List.of(
            k -> Init.torchDefault(k, 36, dims),
            k -> Init.kaimingUniform(k, Init.Fan.IN, Init.RELU, dims),
            k -> Init.kaimingNormal(k, Init.Fan.OUT, Init.RELU, dims),
            k -> Init.xavierUniform(k, dims),
            k -> Init.xavierNormal(k, dims),
            k -> Init.truncNormal(k, 0, 1, -2, 2, dims),
            k -> Init.orthogonal(k, dims));
    for (int i = 0; i < draws.size(); i++) {
      Tensor all = Transforms.vmap(draws.get(i)).apply(Key.of(1).split(3));
      for (int m = 0; m < 3; m++) {
        Expect.sameBits("rule " + i, draws.get(i).apply(Key.of(1).fold(m)), all.get(m));
      }
    }
  }

  /// Inside the bounds, close to both, and with the mean 0 and variance bound²/3 of the uniform
  /// distribution to five standard errors.
  private static void uniform(Tensor t, double bound) {
    double[] v = t.toDoubles();
    double root = Math.sqrt(v.length);
    double most = Arrays.stream(v).max().orElseThrow();
    double least = Arrays.stream(v).min().orElseThrow();
    assertTrue(least >= -bound && most <= bound, least + " … " + most);
    // The farthest of n draws stops bound · 20 / n short with probability e⁻¹⁰.
    assertTrue(most > bound * (1 - 20.0 / v.length), "largest " + most);
    assertTrue(least < -bound * (1 - 20.0 / v.length), "smallest " + least);
    double mean = Arrays.stream(v).average().orElseThrow();
    assertEquals(0, mean, 5 * bound / Math.sqrt(3) / root);
    double variance = Arrays.stream(v).map(x -> x * x).average().orElseThrow();
    // The variance of x² is bound⁴ · 4/45.
    assertEquals(bound * bound / 3, variance, 5 * bound * bound * Math.sqrt(4.0 / 45) / root);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#all")
  void memberOfAMappedInitIsTheLayerOfItsKey(LayerRow row) {
    Key key = Key.of(99);
    Layer first = row.init().apply(key.fold(0));
    if (first.parameterCount() == 0) {
      return;
    }
    Layer stacked = Transforms.vmap(row.init()).apply(key.split(3));
    for (int m = 0; m < 3; m++) {
      Layer alone = row.init().apply(key.fold(m));
      Expect.sameLeaves("member " + m, alone, Tree.get(stacked, m));
    }
    for (int leaf = 0; leaf < Tree.tensors(stacked).size(); leaf++) {
      Tensor t = Tree.tensors(stacked).get(leaf);
      if (t.dtype().isFloat()) { // counts of batches start at 0
        assertFalse(Expect.same(t.get(0), t.get(1)), Expect.paths(stacked).get(leaf));
      }
    }
  }

  @Test
  void everyTensorOfALayerHasDrawsOfItsOwn() {
    Linear layer = Linear.init(Key.of(4), 6, 6);
    assertFalse(Expect.same(layer.weight().get(0), layer.bias()));
    Conv2d conv = Conv2d.init(Key.of(4), 1, 6, 1);
    assertFalse(Expect.same(conv.weight().reshape(6), conv.bias()));
  }
}
