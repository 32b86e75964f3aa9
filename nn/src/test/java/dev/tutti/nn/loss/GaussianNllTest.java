package dev.tutti.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.loss.GaussianNll.Link;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The objective of a network that predicts means and variances.
class GaussianNllTest {
  @ParameterizedTest
  @EnumSource
  void valueIsTheMeanOverRowsAndTargets(Link link) {
    GaussianNll nll = new GaussianNll().link(link).eps(1e-3).withConstant();
    Tensor output = Key.of(1).normal(5, 4); // of two targets
    Tensor target = Key.of(2).normal(5, 2);
    double[] o = output.toDoubles();
    double[] y = target.toDoubles();
    double sum = 0;
    for (int b = 0; b < 5; b++) {
      for (int t = 0; t < 2; t++) {
        double raw = o[4 * b + 2 + t];
        double v = (link == Link.EXP ? Math.exp(raw) : Math.log1p(Math.exp(raw))) + 1e-3;
        double d = y[2 * b + t] - o[4 * b + t];
        sum += 0.5 * (Math.log(2 * Math.PI * v) + d * d / v);
        assertEquals(v, nll.variance(output).toDoubles()[2 * b + t], 1e-6);
      }
    }
    assertEquals(sum / 10, nll.of(output, target).item(), 1e-6);
    assertArrayEquals(output.slice(-1, 0, 2).toFloats(), nll.mean(output).toFloats());
    double without = nll.of(output, target).item() - 0.5 * Math.log(2 * Math.PI);
    assertEquals(without, new GaussianNll(link, 1e-3, false).of(output, target).item(), 1e-6);
    assertTrue(nll.isMean());
  }

  /// Outputs of members: their axis comes first, and the mean is that of all.
  @Test
  void leadingAxesAreKept() {
    Tensor outputs = Key.of(1).normal(3, 5, 2);
    GaussianNll nll = new GaussianNll();
    assertEquals(Shape.of(3, 5, 1), nll.mean(outputs).shape());
    assertEquals(Shape.of(3, 5, 1), nll.variance(outputs).shape());
    Tensor target = Key.of(2).normal(5, 1);
    Tensor each = Transforms.vmap((Tensor own) -> nll.of(own, target)).apply(outputs);
    for (int m = 0; m < 3; m++) {
      assertEquals(nll.of(outputs.get(m), target).item(), each.get(m).item());
    }
  }

  /// It is least at the mean and variance of the targets.
  @Test
  void minimumIsTheNormalDistributionOfTheTargets() {
    Tensor y = Tensor.of(new float[] {-1, 0, 2, 3}, 4, 1);
    GaussianNll nll = new GaussianNll().link(Link.EXP);
    Tensor best = Tensor.of(1f, (float) Math.log(2.5));
    Tensor slope =
        Transforms.grad((Tensor o) -> nll.of(o.unsqueeze(0).expand(Shape.of(4, 2)), y)).apply(best);
    assertEquals(0, slope.abs().max().item(), 1e-6);
  }

  @Test
  void errorsSayWhatFits() {
    GaussianNll nll = new GaussianNll();
    assertEquals(
        "gaussian_nll: output [5, 3] needs a last axis of 2T, a mean and a variance for each of T"
            + " targets",
        assertThrows(ShapeError.class, () -> nll.mean(Tensor.zeros(5, 3))).getMessage());
    assertThrows(ShapeError.class, () -> nll.variance(Tensor.scalar(1)));
    assertEquals(
        "gaussian_nll: input [5, 1] and target [5] differ in shape",
        assertThrows(ShapeError.class, () -> nll.of(Tensor.zeros(5, 2), Tensor.zeros(5)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> nll.eps(0));
  }
}
