package dev.tutti.nn.optim;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.optim.Optimizer.Memory;
import dev.tutti.nn.optim.Optimizer.Stepped;
import dev.tutti.testkit.Values;

/// Softmax regression of 12 examples with 6 features and 3 classes: the engine's gradient, and the
/// same by plain loops over doubles.
final class Problem {
  static final int EXAMPLES = 12;
  static final int FEATURES = 6;
  static final int CLASSES = 3;
  private static final Tensor X = new Values(21).normal(EXAMPLES, FEATURES);
  private static final Tensor LABELS = new Values(22).ints(0, CLASSES - 1, EXAMPLES);

  private Problem() {}

  /// A model in training.
  public record Run(Layer model, Memory<Layer> memory) {
    static Run start(Optimizer optimizer, Key key) {
      Layer model = Linear.init(key, FEATURES, CLASSES);
      return new Run(model, optimizer.init(model));
    }

    Run step(Optimizer optimizer, Tensor lr) {
      Layer gradient =
          Transforms.grad((Layer l) -> Losses.crossEntropy(l.apply(X), LABELS)).apply(model);
      Stepped<Layer> next = optimizer.step(model, gradient, memory, lr);
      return new Run(next.params(), next.memory());
    }
  }

  /// {@return the parameters: weight and bias}
  static double[][] parts(Layer model) {
    Linear l = (Linear) model;
    return new double[][] {l.weight().toDoubles(), l.bias().toDoubles()};
  }

  /// {@return the gradient at `p`: mean of x ⊗ (softmax(x · w + b) − one-hot)}
  static double[][] gradient(double[][] p) {
    double[] x = X.toDoubles();
    int[] labels = LABELS.toInts();
    double[][] g = {new double[FEATURES * CLASSES], new double[CLASSES]};
    for (int i = 0; i < EXAMPLES; i++) {
      double[] e = new double[CLASSES];
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        double z = p[1][c];
        for (int f = 0; f < FEATURES; f++) {
          z += x[i * FEATURES + f] * p[0][f * CLASSES + c];
        }
        e[c] = Math.exp(z);
        sum += e[c];
      }
      for (int c = 0; c < CLASSES; c++) {
        double residual = (e[c] / sum - (labels[i] == c ? 1 : 0)) / EXAMPLES;
        for (int f = 0; f < FEATURES; f++) {
          g[0][f * CLASSES + c] += residual * x[i * FEATURES + f];
        }
        g[1][c] += residual;
      }
    }
    return g;
  }
}
