package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;
import java.util.function.DoubleBinaryOperator;

/// The definitions of the losses as plain loops over doubles.
final class NaiveLosses {
  private NaiveLosses() {}

  /// A loss of one row of scores with its label.
  interface RowLoss {
    double of(double[] scores, int label);
  }

  /// {@return the loss of every row of `[N, C]`}
  static double[] rows(Tensor scores, Tensor labels, RowLoss loss) {
    int c = scores.dim(-1);
    double[] v = scores.toDoubles();
    int[] y = labels.toInts();
    double[] out = new double[y.length];
    for (int i = 0; i < out.length; i++) {
      double[] row = new double[c];
      System.arraycopy(v, i * c, row, 0, c);
      out[i] = loss.of(row, y[i]);
    }
    return out;
  }

  /// {@return the loss of every pair of elements}
  static double[] pairs(Tensor x, Tensor y, DoubleBinaryOperator loss) {
    double[] a = x.toDoubles();
    double[] b = y.toDoubles();
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = loss.applyAsDouble(a[i], b[i]);
    }
    return out;
  }

  static double[] logSoftmax(double[] z) {
    double most = Double.NEGATIVE_INFINITY;
    for (double v : z) {
      most = Math.max(most, v);
    }
    double sum = 0;
    for (double v : z) {
      sum += Math.exp(v - most);
    }
    double[] out = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      out[i] = z[i] - most - Math.log(sum);
    }
    return out;
  }

  static double crossEntropy(double[] z, int label) {
    return -logSoftmax(z)[label];
  }

  /// With class weights and label smoothing.
  static double crossEntropy(double[] z, int label, double[] weight, double smoothing) {
    double[] target = new double[z.length];
    for (int c = 0; c < z.length; c++) {
      target[c] = smoothing / z.length + (c == label ? 1 - smoothing : 0);
    }
    return soft(z, target, weight);
  }

  /// −Σ w · t · log p.
  static double soft(double[] z, double[] target, double[] weight) {
    double[] logp = logSoftmax(z);
    double sum = 0;
    for (int c = 0; c < z.length; c++) {
      sum -= weight[c] * target[c] * logp[c];
    }
    return sum;
  }

  static double focal(double[] z, int label, double gamma, double[] alpha) {
    double logp = logSoftmax(z)[label];
    return -alpha[label] * Math.pow(1 - Math.exp(logp), gamma) * logp;
  }

  static double confidencePenalty(double[] z, int label, double beta) {
    double entropy = 0;
    for (double logp : logSoftmax(z)) {
      entropy -= Math.exp(logp) * logp;
    }
    return crossEntropy(z, label) - beta * entropy;
  }

  static double bce(double x, double t, double weight) {
    double p = 1 / (1 + Math.exp(-x));
    return -weight * t * Math.log(p) - (1 - t) * Math.log(1 - p);
  }

  static double huber(double d, double delta) {
    return d <= delta ? d * d / 2 : delta * (d - delta / 2);
  }

  static double gaussianNll(double error, double variance) {
    return 0.5 * (Math.log(2 * Math.PI * variance) + error * error / variance);
  }

  /// log Γ from Γ(x) = Γ(x + n) / (x · … · (x + n − 1)) and Stirling's series, whose next term is
  /// below 1e-16 beyond 30.
  static double lgamma(double x) {
    double product = 1;
    double z = x;
    for (; z < 30; z++) {
      product *= z;
    }
    double w = 1 / (z * z);
    double series = 1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680)));
    double stirling = (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI);
    return stirling + series / z - Math.log(product);
  }

  /// ψ likewise.
  static double digamma(double x) {
    double sum = 0;
    double z = x;
    for (; z < 30; z++) {
      sum += 1 / z;
    }
    double w = 1 / (z * z);
    double series = 1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240)));
    return Math.log(z) - 0.5 / z - w * series - sum;
  }

  static double evidential(double[] outputs, int label, EvidentialLosses.Risk risk, double weight) {
    int classes = outputs.length;
    double s = 0;
    for (double e : outputs) {
      s += Math.max(e, 0) + 1;
    }
    double loss = 0;
    double left = 0;
    double divergence = -lgamma(classes);
    for (int c = 0; c < classes; c++) {
      double alpha = Math.max(outputs[c], 0) + 1;
      double y = c == label ? 1 : 0;
      double p = alpha / s;
      loss +=
          switch (risk) {
            case MAXIMUM_LIKELIHOOD -> y * Math.log(s / alpha);
            case CROSS_ENTROPY -> y * (digamma(s) - digamma(alpha));
            case SQUARED_ERROR -> (y - p) * (y - p) + alpha * (s - alpha) / (s * s * (s + 1));
          };
      left += c == label ? 1 : alpha;
    }
    divergence += lgamma(left);
    for (int c = 0; c < classes; c++) {
      double alpha = c == label ? 1 : Math.max(outputs[c], 0) + 1;
      divergence += (alpha - 1) * (digamma(alpha) - digamma(left)) - lgamma(alpha);
    }
    return loss + weight * divergence;
  }

  static double evidentialRegression(
      double gamma, double nu, double alpha, double beta, double y, double lambda) {
    double omega = 2 * beta * (1 + nu);
    double nll =
        0.5 * Math.log(Math.PI / nu)
            - alpha * Math.log(omega)
            + (alpha + 0.5) * Math.log((y - gamma) * (y - gamma) * nu + omega)
            + lgamma(alpha)
            - lgamma(alpha + 0.5);
    return nll + lambda * Math.abs(y - gamma) * (2 * nu + alpha);
  }
}
