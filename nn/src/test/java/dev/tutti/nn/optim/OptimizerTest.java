package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.optim.Problem.Run;
import dev.tutti.nn.optim.Rules.Rule;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The optimisers against their formulas written a second time in doubles, 20 steps each.
class OptimizerTest {
  private static final int STEPS = 20;

  /// The learning rate falls from step to step, as under a schedule.
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.optim.OptimizerRow#all")
  void followsItsFormula(OptimizerRow row) {
    Run run = Run.start(row.optimizer(), Key.of(5));
    Rule rule = row.rule().get();
    double[][] start = Problem.parts(run.model());
    double[][] p = start;
    for (int t = 1; t <= STEPS; t++) {
      double lr = 0.15 * (1 + Math.cos(Math.PI * (t - 1) / STEPS));
      run = run.step(row.optimizer(), Tensor.scalar(lr));
      p = rule.step(t, lr, p, Problem.gradient(p));
      double[][] actual = Problem.parts(run.model());
      for (int part = 0; part < p.length; part++) {
        double moved = 0;
        for (int i = 0; i < p[part].length; i++) {
          moved = Math.max(moved, Math.abs(p[part][i] - start[part][i]));
        }
        assertTrue(moved > 0.003, "nothing moves");
        for (int i = 0; i < p[part].length; i++) {
          // A hundred float32 roundings of what the parameters have moved by and are.
          double tolerance = 1e-5 * Math.max(moved, Math.abs(p[part][i]));
          assertEquals(p[part][i], actual[part][i], tolerance, "step " + t + ", parameter " + i);
        }
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

  /// Under a constant gradient the variance of centred RMSprop decays to 0, and rounding takes it
  /// below.
  @Test
  void aVarianceIsNotNegative() {
    RmsProp rule = new RmsProp().alpha(0.9).eps(1).centered(true);
    Tensor g = new Values(1).normal(1000);
    Tensor p = Tensor.zeros(1000);
    Optimizer.Memory<Tensor> memory = rule.init(p);
    for (int t = 0; t < 300; t++) {
      Optimizer.Stepped<Tensor> next = rule.step(p, g, memory, Tensor.scalar(1));
      Tensor slope = p.sub(next.params());
      p = next.params();
      memory = next.memory();
      assertTrue(slope.mul(g.sign()).min(0).item() > 0, "step " + t);
    }
    double[] m = memory.moments().get(1).toDoubles();
    double[] v = memory.moments().get(0).toDoubles();
    assertTrue(IntStream.range(0, 1000).anyMatch(i -> v[i] < m[i] * m[i]), "rounding shows");
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
}
