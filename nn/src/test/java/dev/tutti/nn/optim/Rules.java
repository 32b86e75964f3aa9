package dev.tutti.nn.optim;

/// The optimisers' formulas a second time: plain loops over doubles.
final class Rules {
  private Rules() {}

  /// New parameters, tensor by tensor, from parameters and gradients; remembers what it needs.
  interface Rule {
    double[][] step(int t, double lr, double[][] p, double[][] g);
  }

  /// A rule for one number, which may remember three.
  private interface Elementwise {
    double next(int t, double lr, double p, double g, double[] memory);
  }

  private static Rule each(Elementwise rule) {
    double[][][] memory = new double[8][1000][3];
    return (t, lr, p, g) -> {
      double[][] out = like(p);
      for (int part = 0; part < p.length; part++) {
        for (int i = 0; i < p[part].length; i++) {
          out[part][i] = rule.next(t, lr, p[part][i], g[part][i], memory[part][i]);
        }
      }
      return out;
    };
  }

  private static double[][] like(double[][] p) {
    double[][] out = new double[p.length][];
    for (int part = 0; part < p.length; part++) {
      out[part] = new double[p[part].length];
    }
    return out;
  }

  static Rule sgd(double momentum, double dampening, boolean nesterov, double decay) {
    return each((t, lr, p, g, memory) -> {
      double d = g + decay * p;
      if (momentum == 0) {
        return p - lr * d;
      }
      memory[0] = t == 1 ? d : momentum * memory[0] + (1 - dampening) * d;
      return p - lr * (nesterov ? d + momentum * memory[0] : memory[0]);
    });
  }

  static Rule adam(double b1, double b2, double eps, double decay, boolean amsgrad) {
    return each((t, lr, p, g, memory) -> {
      double d = g + decay * p;
      memory[0] = b1 * memory[0] + (1 - b1) * d;
      memory[1] = b2 * memory[1] + (1 - b2) * d * d;
      memory[2] = amsgrad ? Math.max(memory[2], memory[1]) : memory[1];
      double m = memory[0] / (1 - Math.pow(b1, t));
      double v = memory[2] / (1 - Math.pow(b2, t));
      return p - lr * m / (Math.sqrt(v) + eps);
    });
  }

  static Rule rmsProp(double alpha, double eps, double momentum, double decay, boolean centered) {
    return each((t, lr, p, g, memory) -> {
      double d = g + decay * p;
      memory[0] = alpha * memory[0] + (1 - alpha) * d * d;
      memory[1] = alpha * memory[1] + (1 - alpha) * d;
      double v = centered ? memory[0] - memory[1] * memory[1] : memory[0];
      memory[2] = momentum * memory[2] + d / (Math.sqrt(v) + eps);
      return p - lr * memory[2];
    });
  }

  static Rule adagrad(double lrDecay, double decay, double start, double eps) {
    return each((t, lr, p, g, memory) -> {
      double d = g + decay * p;
      memory[0] = (t == 1 ? start : memory[0]) + d * d;
      return p - lr / (1 + (t - 1) * lrDecay) * d / (Math.sqrt(memory[0]) + eps);
    });
  }

  /// Algorithm 2 of the paper: Adam's direction, scaled to the norm of its parameter tensor.
  static Rule lamb(double b1, double b2, double eps, double decay) {
    // With a rate of 1 and a parameter of 0 Adam's step is its direction.
    Rule adam = adam(b1, b2, eps, 0, false);
    return (t, lr, p, g) -> {
      double[][] minusR = adam.step(t, 1, like(p), g);
      double[][] out = like(p);
      for (int part = 0; part < p.length; part++) {
        double[] u = new double[p[part].length];
        for (int i = 0; i < u.length; i++) {
          u[i] = -minusR[part][i] + decay * p[part][i];
        }
        double w = norm(p[part]);
        double ratio = w > 0 && norm(u) > 0 ? w / norm(u) : 1;
        for (int i = 0; i < u.length; i++) {
          out[part][i] = p[part][i] - lr * ratio * u[i];
        }
      }
      return out;
    };
  }

  /// Decoupled decay of the first `parts` tensors.
  static Rule decay(double rate, int parts, Rule inner) {
    return (t, lr, p, g) -> {
      double[][] decayed = p.clone();
      for (int part = 0; part < parts; part++) {
        decayed[part] = scaled(p[part], 1 - lr * rate);
      }
      return inner.step(t, lr, decayed, g);
    };
  }

  static Rule clipNorm(double max, Rule inner) {
    return (t, lr, p, g) -> {
      double squares = 0;
      for (double[] part : g) {
        squares += norm(part) * norm(part);
      }
      double scale = Math.min(1, max / (Math.sqrt(squares) + 1e-6));
      double[][] clipped = new double[g.length][];
      for (int part = 0; part < g.length; part++) {
        clipped[part] = scaled(g[part], scale);
      }
      return inner.step(t, lr, p, clipped);
    };
  }

  static Rule clipValue(double max, Rule inner) {
    return (t, lr, p, g) -> {
      double[][] clipped = like(g);
      for (int part = 0; part < g.length; part++) {
        for (int i = 0; i < g[part].length; i++) {
          clipped[part][i] = Math.clamp(g[part][i], -max, max);
        }
      }
      return inner.step(t, lr, p, clipped);
    };
  }

  static double norm(double[] a) {
    double squares = 0;
    for (double v : a) {
      squares += v * v;
    }
    return Math.sqrt(squares);
  }

  private static double[] scaled(double[] a, double by) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = a[i] * by;
    }
    return out;
  }
}
