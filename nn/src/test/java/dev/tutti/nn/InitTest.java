package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import java.util.Arrays;
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
