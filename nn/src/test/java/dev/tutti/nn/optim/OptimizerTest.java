package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Expect;
import dev.tutti.nn.optim.Problem.Run;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The optimisers against PyTorch's update rules written a second time in doubles, 20 steps each.
class OptimizerTest {
  private static final int STEPS = 20;

  /// The rules of PyTorch's documentation, parameter by parameter.
  private interface Rule {
    double[] step(int t, double lr, double[] p, double[] g);
  }

  /// `torch.optim.SGD`.
  private static Rule sgd(double momentum, boolean nesterov, double decay) {
    double[][] buffer = new double[1][];
    return (t, lr, p, g) -> {
      double[] out = new double[p.length];
      buffer[0] = t == 1 ? new double[p.length] : buffer[0];
      for (int i = 0; i < p.length; i++) {
        double d = g[i] + decay * p[i];
        if (momentum != 0) {
          buffer[0][i] = t == 1 ? d : momentum * buffer[0][i] + d;
          d = nesterov ? d + momentum * buffer[0][i] : buffer[0][i];
        }
        out[i] = p[i] - lr * d;
      }
      return out;
    };
  }

  /// `torch.optim.Adam` and `torch.optim.AdamW`.
  private static Rule adam(double b1, double b2, double eps, double decay, boolean decoupled) {
    double[][] moments = new double[2][];
    return (t, lr, p, g) -> {
      double[] out = new double[p.length];
      moments[0] = t == 1 ? new double[p.length] : moments[0];
      moments[1] = t == 1 ? new double[p.length] : moments[1];
      for (int i = 0; i < p.length; i++) {
        double before = decoupled ? p[i] - lr * decay * p[i] : p[i];
        double d = decoupled ? g[i] : g[i] + decay * p[i];
        moments[0][i] = b1 * moments[0][i] + (1 - b1) * d;
        moments[1][i] = b2 * moments[1][i] + (1 - b2) * d * d;
        double m = moments[0][i] / (1 - Math.pow(b1, t));
        double v = moments[1][i] / (1 - Math.pow(b2, t));
        out[i] = before - lr * m / (Math.sqrt(v) + eps);
      }
      return out;
    };
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        Arguments.of(new Sgd(), sgd(0, false, 0)),
        Arguments.of(new Sgd(0, false, 0.1), sgd(0, false, 0.1)),
        Arguments.of(new Sgd(0.9, false, 0), sgd(0.9, false, 0)),
        Arguments.of(new Sgd(0.9, true, 0), sgd(0.9, true, 0)),
        Arguments.of(new Sgd(0.8, true, 0.05), sgd(0.8, true, 0.05)),
        Arguments.of(new Adam(), adam(0.9, 0.999, 1e-8, 0, false)),
        Arguments.of(new Adam().beta1(0.8).beta2(0.9).eps(1e-3), adam(0.8, 0.9, 1e-3, 0, false)),
        Arguments.of(new Adam().weightDecay(0.1), adam(0.9, 0.999, 1e-8, 0.1, false)),
        Arguments.of(Adam.w(0.1), adam(0.9, 0.999, 1e-8, 0.1, true)),
        Arguments.of(new Adam().beta1(0).beta2(0.99), adam(0, 0.99, 1e-8, 0, false)));
  }

  /// The learning rate falls from step to step, as under a schedule.
  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void followsPyTorchsRule(Optimizer optimizer, Rule rule) {
    Run run = Run.start(optimizer, Key.of(5));
    double[] start = Problem.flat(run.model());
    double[] p = start;
    for (int t = 1; t <= STEPS; t++) {
      double lr = 0.3 * (1 + Math.cos(Math.PI * (t - 1) / STEPS));
      run = run.step(optimizer, Tensor.scalar(lr));
      p = rule.step(t, lr, p, Problem.gradient(p));
      double[] actual = Problem.flat(run.model());
      double moved = 0;
      for (int i = 0; i < p.length; i++) {
        moved = Math.max(moved, Math.abs(p[i] - start[i]));
      }
      assertTrue(moved > 0.01, "nothing moves");
      for (int i = 0; i < p.length; i++) {
        // A hundred float32 roundings of what the parameters have moved by and are.
        double tolerance = 1e-5 * Math.max(moved, Math.abs(p[i]));
        assertEquals(p[i], actual[i], tolerance, "step " + t + ", parameter " + i);
      }
    }
    assertEquals(STEPS, run.memory().step().item());
  }

  /// Under a constant gradient every step of Adam is `lr · g / (|g| + eps)`, as both corrected
  /// moments are constant. The corrections 1 − betaᵗ are small differences: computed as such in
  /// float32 they would cost four digits.
  @Test
  void adamsCorrectionsAreExact() {
    Adam adam = new Adam();
    List<Tensor> p = List.of(Tensor.of(0, 0, 0));
    List<Tensor> g = List.of(Tensor.of(1, -3, 1e-3f));
    Optimizer.Memory<List<Tensor>> memory = adam.init(p);
    for (int t = 1; t <= 50; t++) {
      Optimizer.Stepped<List<Tensor>> next = adam.step(p, g, memory, Tensor.scalar(0.01));
      p = next.params();
      memory = next.memory();
      double[] expected = {-0.01 * t, 0.01 * t, -0.01 * t * 1e-3 / (1e-3 + 1e-8)};
      Expect.relative(expected, 1e-6, p.getFirst());
    }
  }

  @Test
  void memoryStartsAtZero() {
    List<Tensor> p = List.of(Tensor.of(1, 2), Tensor.scalar(3));
    assertEquals(List.of(), new Sgd().init(p).moments());
    Optimizer.Memory<List<Tensor>> one = new Sgd(0.9, false, 0).init(p);
    assertEquals(1, one.moments().size());
    Optimizer.Memory<List<Tensor>> two = new Adam().init(p);
    assertEquals(2, two.moments().size());
    Expect.sameBits("moment", Tensor.zeros(2), two.moments().get(1).getFirst());
    Expect.sameBits("moment", Tensor.zeros(), two.moments().getFirst().get(1));
    Expect.sameBits("step", Tensor.scalar(0), two.step());
  }

  private static String refused(Executable e) {
    return assertThrows(IllegalArgumentException.class, e).getMessage();
  }

  @Test
  void hyperParametersAreChecked() {
    assertEquals(
        "sgd: momentum must be finite and not negative, got -0.1",
        refused(() -> new Sgd(-0.1, false, 0)));
    assertEquals(
        "adam: beta1 must lie in [0, 1), got 1.0 for member 2",
        refused(() -> new Adam().beta1(0.9, 0, 1)));
  }
}
