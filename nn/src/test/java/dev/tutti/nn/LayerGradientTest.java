package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.LayerRow.Member;
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

  /// Tensors of up to this size are checked element by element, larger ones along directions.
  private static final int SMALL = 150;

  private static final int DIRECTIONS = 5;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#all")
  void gradientIsTheSlope(LayerRow row) {
    Member at = Values.doubles(row.member(Key.of(11)));
    Member gradient = Transforms.grad(Member::loss).apply(at);
    List<Tensor> tensors = Tree.tensors(at);
    List<Tensor> slopes = Tree.tensors(gradient);
    assertEquals(Expect.paths(at), Expect.paths(gradient));
    Values values = new Values(3);
    for (int leaf = 0; leaf < tensors.size(); leaf++) {
      Tensor t = tensors.get(leaf);
      assertEquals(DType.FLOAT64, slopes.get(leaf).dtype());
      boolean small = t.size() <= SMALL;
      double most = slopes.get(leaf).abs().reshape(t.size()).max(0).item();
      assertTrue(most > 0, Expect.paths(at).get(leaf) + " has no gradient");
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
