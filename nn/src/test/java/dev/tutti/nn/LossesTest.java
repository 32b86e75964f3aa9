package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The mean cross-entropy and its gradient.
class LossesTest {
  @Test
  void crossEntropyAsInPyTorch() {
    Tensor logits = Tensor.of(new float[] {1, -2, 0.5f, 0, 3, -1}, 2, 3);
    Tensor labels = Tensor.of(new int[] {2, 0});
    // PyTorch 2.6.0 in float64: F.cross_entropy of the same.
    assertEquals(2.0352404030498565, Losses.crossEntropy(logits, labels).item(), 4 * 0x1p-23);
  }

  /// The loss is Σ (log Σ exp z − z[label]) / N, its gradient (softmax z − one-hot) / N.
  @Test
  void crossEntropyAndItsGradient() {
    int n = 40;
    int c = 7;
    Values values = new Values(5);
    Tensor logits = Values.doubles(values.normal(n, c).mul(4));
    Tensor labels = values.ints(0, c - 1, n);
    double[] z = logits.toDoubles();
    double loss = 0;
    double[] gradient = new double[z.length];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < c; j++) {
        sum += Math.exp(z[i * c + j]);
      }
      int label = labels.toInts()[i];
      loss += (Math.log(sum) - z[i * c + label]) / n;
      for (int j = 0; j < c; j++) {
        gradient[i * c + j] = (Math.exp(z[i * c + j]) / sum - (j == label ? 1 : 0)) / n;
      }
    }
    assertEquals(loss, Losses.crossEntropy(logits, labels).item(), 1e-13);
    Tensor g = Transforms.grad((Tensor t) -> Losses.crossEntropy(t, labels)).apply(logits);
    double[] tolerance = new double[gradient.length];
    Arrays.fill(tolerance, 1e-15);
    Expect.close(gradient, tolerance, g);
  }
}
