package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.LayerRow.Member;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients of every layer in its parameters and its input against central differences in float64.
class LayerGradientTest {
  /// Third derivatives here are of order 1, so truncation, h²/6, and rounding, 2⁻⁵³/h, stay below
  /// 1e-10.
  private static final double H = 1e-5;

  /// Of the sum of absolute terms of a directional derivative.
  private static final double TOLERANCE = 1e-6;

  /// Far above the rounding of a gradient whose terms cancel, far below any that is not 0.
  private static final double ROUNDING = 1e-10;

  /// Tensors of up to this size are checked element by element, larger ones along directions.
  private static final int SMALL = 150;

  private static final int DIRECTIONS = 5;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#passes")
  void gradientIsTheSlope(LayerRow row) {
    Member at = Values.doubles(row.member(Key.of(11)));
    Member gradient = Transforms.grad(Member::loss).apply(at);
    List<Tensor> tensors = Tree.tensors(at);
    List<Tensor> slopes = Tree.tensors(gradient);
    assertEquals(Expect.paths(at), Expect.paths(gradient));
    Values values = new Values(3);
    for (int leaf = 0; leaf < tensors.size(); leaf++) {
      Tensor t = tensors.get(leaf);
      assertEquals(t.dtype(), slopes.get(leaf).dtype());
      double most = slopes.get(leaf).abs().reshape(t.size()).max(0).item();
      if (Tree.leaves(at).get(leaf).state() || !t.dtype().isFloat()) {
        assertEquals(0, most, Expect.paths(at).get(leaf) + " is not a parameter");
        continue;
      }
      if (row.isIdle(Tree.leaves(at).get(leaf))) {
        assertEquals(0, most, ROUNDING, Expect.paths(at).get(leaf) + " is said to be idle");
        continue;
      }
      boolean small = t.size() <= SMALL;
      assertTrue(most > ROUNDING, Expect.paths(at).get(leaf) + " has no gradient");
      for (int d = 0; d < (small ? t.size() : DIRECTIONS); d++) {
        Tensor dir = small ? unit(t, d) : values.normal(DType.FLOAT64, t.shape());
        double ahead = loss(at, leaf, t.add(dir.mul(H)));
        double behind = loss(at, leaf, t.sub(dir.mul(H)));
        Tensor terms = slopes.get(leaf).mul(dir);
        // An element's own slope may be 0; the rounding of the loss is then left.
        double scale = small ? most : terms.abs().sum().item();
        assertEquals(
            (ahead - behind) / (2 * H),
            terms.sum().item(),
            TOLERANCE * scale,
            Expect.paths(at).get(leaf) + ", direction " + d);
      }
    }
  }

  private static Tensor unit(Tensor like, int i) {
    double[] v = new double[like.size()];
    v[i] = 1;
    return Tensor.of(v).reshape(like.shape());
  }

  private static double loss(Member at, int leaf, Tensor instead) {
    List<Tensor> tensors = new ArrayList<>(Tree.tensors(at));
    tensors.set(leaf, instead);
    return Tree.rebuild(at, tensors).loss().item();
  }
}
