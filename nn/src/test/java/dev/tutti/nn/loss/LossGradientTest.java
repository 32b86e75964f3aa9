package dev.tutti.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients of every loss in all its float inputs, targets too, against central differences in
/// float64; and where a careless formula has none.
class LossGradientTest {
  /// Third derivatives here are at most 1000 and totals of order 10, so truncation, 1000 · h²/6,
  /// and rounding, 10 · 2⁻⁵³/h, stay below 2e-9.
  private static final double H = 3e-6;

  private static final double TOLERANCE = 1e-8;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.loss.LossRow#all")
  void gradientIsTheSlope(LossRow row) {
    List<Tensor> at = Values.doubles(row.inputs().apply(Key.of(12)));
    List<Tensor> gradient = Transforms.grad(row::total).apply(at);
    for (int leaf = 0; leaf < at.size(); leaf++) {
      Tensor t = at.get(leaf);
      if (!t.dtype().isFloat()) {
        continue;
      }
      double[] slopes = gradient.get(leaf).toDoubles();
      double most = gradient.get(leaf).abs().max().item();
      assertTrue(most > 0, "input " + leaf + " has no gradient");
      for (int i = 0; i < slopes.length; i++) {
        double ahead = total(row, at, leaf, i, H);
        double behind = total(row, at, leaf, i, -H);
        String what = "input " + leaf + ", element " + i;
        assertEquals((ahead - behind) / (2 * H), slopes[i], TOLERANCE * Math.max(1, most), what);
      }
    }
  }

  private static double total(LossRow row, List<Tensor> at, int leaf, int i, double by) {
    List<Tensor> moved = new ArrayList<>(at);
    double[] v = at.get(leaf).toDoubles();
    v[i] += by;
    moved.set(leaf, Tensor.of(v).reshape(at.get(leaf).shape()));
    return row.total(moved).item();
  }

  private static Tensor slope(Function<Tensor, Tensor> loss, double... at) {
    return Transforms.grad((Tensor t) -> loss.apply(t).sum()).apply(Tensor.of(at));
  }

  private static void close(double[] expected, Tensor actual) {
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 1e-12);
    Expect.close(expected, tolerance, actual);
  }

  /// A small or negative variance has the derivative at ε, ½ (1 / ε − d² / ε²), as in PyTorch.
  @Test
  void smallVariancesRecover() {
    Tensor mean = Tensor.of(new double[] {0, 0, 0});
    Tensor y = Tensor.of(new double[] {1, 1, 1});
    Tensor g = slope(v -> Losses.gaussianNll(mean, y, v, false, 0.5, Reduction.NONE), 0.25, -3, 2);
    close(new double[] {-1, -1, 0.125}, g);
  }

  /// At logits of 0, where the terms of softplus have kinks, the slope is ½ − t.
  @Test
  void binaryCrossEntropyAtZero() {
    Tensor t = Tensor.of(new double[] {0, 1, 0.25, 0, 1});
    Tensor g = slope(x -> Losses.bceWithLogits(x, t, null, Reduction.NONE), 0, 0, 0, 1000, -1000);
    close(new double[] {0.5, -0.5, 0.25, 1, -1}, g);
  }

  /// Certain rows: p = 1 to the last bit, where (1 − p)^γ has an infinite slope for γ < 1.
  @Test
  void focalOfCertainRowsIsFlat() {
    Tensor logits = Tensor.of(new double[] {1000, 0, 0, 1000}, 2, 2);
    Tensor labels = Tensor.of(new int[] {0, 0});
    for (double gamma : new double[] {0, 0.5, 1, 2}) {
      Tensor g =
          Transforms.grad((Tensor x) -> Losses.focal(x, labels, gamma, null, Reduction.SUM))
              .apply(logits);
      close(new double[] {0, 0, -1, 1}, g);
    }
  }

  @Test
  void absoluteDifferenceOfEqualsIsFlat() {
    Tensor y = Tensor.of(new double[] {1, 2, 3});
    close(new double[] {0, -1, 1}, slope(x -> Losses.l1(x, y, Reduction.NONE), 1, 1, 4));
    close(new double[] {0, -1, 1}, slope(x -> Losses.huber(x, y, 1, Reduction.NONE), 1, 1, 4));
  }

  /// If the target is 0 or the prediction −∞, the other terms keep their derivatives.
  @Test
  void divergenceOfImpossibleClasses() {
    Tensor t = Tensor.of(new double[] {0, 0, 1});
    Function<Tensor, Tensor> loss = q -> Losses.klDiv(q, t, false, Reduction.NONE);
    close(new double[] {0, 0, -1}, slope(loss, Double.NEGATIVE_INFINITY, -1, -2));
    assertEquals(
        2, loss.apply(Tensor.of(new double[] {Double.NEGATIVE_INFINITY, -1, -2})).sum().item());
    Tensor q = Tensor.of(new double[] {Double.NEGATIVE_INFINITY, -1, -2}, 1, 3);
    assertEquals(2, Losses.nll(q, Tensor.of(new int[] {2}), Reduction.MEAN).item());
  }

  /// An ignored row has no effect, whatever its scores: in PyTorch it may be −∞ too.
  @Test
  void ignoredRowsMayHoldAnything() {
    double worst = Double.NEGATIVE_INFINITY;
    Tensor x = Tensor.of(new double[] {worst, 1, 2, Double.NaN, 0, 0, 1, 1, 1}, 3, 3);
    Tensor labels = Tensor.of(new int[] {-100, -100, 1});
    CrossEntropy ignoring = new CrossEntropy().ignoreIndex(-100);
    for (CrossEntropy loss : List.of(ignoring, ignoring.labelSmoothing(0.3))) {
      assertEquals(Math.log(3), loss.apply(x, labels).item(), 1e-15);
      Tensor g = Transforms.grad((Tensor t) -> loss.apply(t, labels)).apply(x);
      double high = loss.labelSmoothing() / 3;
      double own = 1 - loss.labelSmoothing() + high;
      double third = 1.0 / 3;
      close(new double[] {0, 0, 0, 0, 0, 0, third - high, third - own, third - high}, g);
    }
    assertEquals(-1, ignoring.nll(x, labels).item());
    Tensor g = Transforms.grad((Tensor t) -> ignoring.nll(t, labels)).apply(x);
    close(new double[] {0, 0, 0, 0, 0, 0, 0, -1, 0}, g);
  }

  /// Evidence below 0 is none, and has no gradient.
  @Test
  void negativeEvidenceIsNone() {
    Tensor labels = Tensor.of(new int[] {1});
    for (EvidentialLosses.Risk risk : EvidentialLosses.Risk.values()) {
      Function<Tensor, Tensor> loss =
          x -> EvidentialLosses.classification(x, labels, risk, 1, Reduction.SUM);
      Tensor x = new Values(1).normal(DType.FLOAT64, Shape.of(1, 4)).abs().neg();
      close(new double[4], Transforms.grad((Tensor v) -> loss.apply(v)).apply(x));
      Expect.sameBits("no evidence", loss.apply(x.mul(0)), loss.apply(x));
    }
  }
}
