package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Reduction;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The four ways in which members' losses become one.
class EnsembleLossTest {
  private static final int MEMBERS = 3;
  private static final int BATCH = 8;
  private static final int CLASSES = 5;
  private static final Tensor LOGITS =
      Values.doubles(new Values(1).normal(MEMBERS, BATCH, CLASSES).mul(3));
  private static final Tensor LABELS = new Values(2).ints(0, CLASSES - 1, BATCH);

  /// log Σ exp z − z[label] of the logits that start at `from`, and its gradient added to `g` with
  /// weight.
  private static double crossEntropy(double[] z, int from, int label, double weight, double[] g) {
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      sum += Math.exp(z[from + c]);
    }
    for (int c = 0; c < CLASSES; c++) {
      g[from + c] = weight * (Math.exp(z[from + c]) / sum - (c == label ? 1 : 0));
    }
    return weight * (Math.log(sum) - z[from + label]);
  }

  /// The loss, with its gradient in the logits written to `g`.
  private static double naive(EnsembleLoss loss, double[] z, int[] labels, double[] g) {
    double total = 0;
    if (loss == EnsembleLoss.SUMMED_LOGITS) {
      double[] summed = new double[BATCH * CLASSES];
      double[] shared = new double[BATCH * CLASSES];
      for (int i = 0; i < z.length; i++) {
        summed[i % summed.length] += z[i];
      }
      for (int b = 0; b < BATCH; b++) {
        total += crossEntropy(summed, b * CLASSES, labels[b], 1.0 / BATCH, shared);
      }
      for (int i = 0; i < z.length; i++) {
        g[i] = shared[i % shared.length];
      }
      return total;
    }
    for (int row = 0; row < MEMBERS * BATCH; row++) {
      double weight =
          switch ((MemberLoss) loss) {
            case MEAN_OVER_ROWS -> 1.0 / (MEMBERS * BATCH);
            case MEAN_OVER_MEMBERS -> 1.0 / MEMBERS / BATCH;
            default -> 1.0 / BATCH;
          };
      total += crossEntropy(z, row * CLASSES, labels[row % BATCH], weight, g);
    }
    return total;
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.ensembles.EnsembleLoss#values")
  void valueAndGradientAreTheDefinitions(EnsembleLoss loss) {
    double[] gradient = new double[LOGITS.size()];
    double value = naive(loss, LOGITS.toDoubles(), LABELS.toInts(), gradient);
    Transforms.ValueAndGrad<Tensor, Tensor> g =
        Transforms.valueAndGrad((Tensor z) -> loss.of(z, LABELS)).apply(LOGITS);
    assertEquals(Shape.SCALAR, g.value().shape());
    // In float64 both sides are a few dozen roundings of numbers of order 10 and 1.
    assertEquals(value, g.value().item(), 1e-13);
    double[] tolerance = new double[gradient.length];
    Arrays.fill(tolerance, 1e-15);
    Expect.close(gradient, tolerance, g.grad());
  }

  /// One member's logits change; the others' gradients keep their bits unless the loss couples
  /// them.
  @ParameterizedTest
  @MethodSource("dev.tutti.ensembles.EnsembleLoss#values")
  void onlySummedLogitsCoupleMembers(EnsembleLoss loss) {
    Tensor changed = Tensor.stack(LOGITS.get(0), LOGITS.get(1).neg(), LOGITS.get(2));
    Tensor before = Transforms.grad((Tensor z) -> loss.of(z, LABELS)).apply(LOGITS);
    Tensor after = Transforms.grad((Tensor z) -> loss.of(z, LABELS)).apply(changed);
    assertFalse(Expect.same(before.get(1), after.get(1)));
    for (int m : new int[] {0, 2}) {
      if (loss == EnsembleLoss.SUMMED_LOGITS) {
        assertFalse(Expect.same(before.get(m), after.get(m)), "member " + m);
      } else {
        Expect.sameBits("member " + m, before.get(m), after.get(m));
      }
    }
  }

  /// What a member sees of its own gradient: 1/M of it under the means, all of it under the sum.
  @Test
  void scalesOfTheOwnGradient() {
    Tensor own = Transforms.grad((Tensor z) -> z.crossEntropy(LABELS).mean()).apply(LOGITS.get(1));
    for (EnsembleLoss loss : EnsembleLoss.values()) {
      if (loss == EnsembleLoss.SUMMED_LOGITS) {
        continue;
      }
      double scale = loss == EnsembleLoss.SUM_OVER_MEMBERS ? 1 : 1.0 / MEMBERS;
      Tensor g = Transforms.grad((Tensor z) -> loss.of(z, LABELS)).apply(LOGITS).get(1);
      Expect.relative(own.mul(scale).toDoubles(), 1e-15, g);
    }
  }

  /// One-hot soft labels are the labels, and any objective is combined in the four ways.
  @ParameterizedTest
  @MethodSource("dev.tutti.ensembles.EnsembleLoss#values")
  void softLabelsAndOtherObjectives(EnsembleLoss loss) {
    Tensor soft = LABELS.oneHot(CLASSES).cast(DType.FLOAT64);
    assertEquals(
        loss.of(LOGITS, LABELS).item(),
        loss.of(LOGITS, soft, Losses::crossEntropy).item(),
        1e-12); // a few dozen roundings of numbers of order 10
    double[] z = LOGITS.toDoubles();
    double[] y = soft.toDoubles();
    double expected = 0;
    for (int i = 0; i < y.length; i++) {
      double sum = 0;
      for (int m = 0; m < MEMBERS; m++) {
        double own = z[m * y.length + i];
        sum += own;
        double weight = loss == EnsembleLoss.SUM_OVER_MEMBERS ? 1 : 1.0 / MEMBERS;
        boolean summed = loss == EnsembleLoss.SUMMED_LOGITS;
        expected += summed ? 0 : weight * (own - y[i]) * (own - y[i]) / y.length;
      }
      expected += loss == EnsembleLoss.SUMMED_LOGITS ? (sum - y[i]) * (sum - y[i]) / y.length : 0;
    }
    Tensor actual = loss.of(LOGITS, soft, (a, b) -> Losses.mse(a, b, Reduction.MEAN));
    assertEquals(expected, actual.item(), 1e-12 * expected);
  }
}
