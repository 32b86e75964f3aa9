package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Averaging.Averaged;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Optimizer.Memory;
import dev.tutti.nn.optim.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every optimiser under every schedule, 20 steps long: the learning rates, the parameters after 1,
/// 5 and 20 steps, and the averaged weights are PyTorch's.
class OptimizerConformanceTest {
  /// Of the parameters' largest magnitude. Rounding differences of a step are carried on and grow
  /// with the next: PyTorch's float32 trajectories are up to 1e-6 from its float64 ones.
  private static final Near TRAJECTORY = Near.relative(1e-5);

  /// Of the largest rate. PyTorch makes most rates from the ones before, so that 60 roundings of
  /// float64 add up.
  private static final Near RATE = Near.relative(1e-13);

  private static final int STEPS = 20;
  private static final Fixture FIXTURE = Fixture.read("optimizers");
  private static final Case PROBLEM = FIXTURE.cases().get("problem");

  /// The parameters of the problem, in the order of the fixture's rows.
  public record Net(Tensor w1, Tensor b1, Tensor w2, Tensor scale) {
    Tensor loss() {
      Tensor hidden = PROBLEM.tensor("data", "x").matmul(w1).add(b1).tanh();
      Tensor error = hidden.matmul(w2).mul(scale).sub(PROBLEM.tensor("data", "t"));
      return error.mul(error).mean();
    }

    /// All parameters in one row.
    Tensor flat() {
      return Tensor.concat(
          0, Tree.tensors(this).stream().map(t -> t.reshape(t.size())).toArray(Tensor[]::new));
    }
  }

  /// What a training run carries from step to step.
  public record Run(Net net, Memory<Net> memory, Averaged<Net> average, Tensor lr) {}

  private static List<Case> cases(String attribute) {
    return FIXTURE.cases().values().stream()
        .filter(c -> c.attributes().containsKey(attribute))
        .toList();
  }

  static List<String> optimizers() {
    return cases("optimizer").stream().map(OptimizerConformanceTest::optimizer).distinct().toList();
  }

  private static String optimizer(Case c) {
    return c.name().split(" / ")[0];
  }

  static List<Case> longSeries() {
    return cases("schedule").stream().filter(c -> c.name().startsWith("series")).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void longSeries(Case c) {
    rates(c, 1);
  }

  /// All schedules at once, as members of one mapped step: each member has its own rate.
  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizers")
  void goesWherePyTorchGoes(String name) {
    List<Case> members =
        cases("optimizer").stream().filter(c -> optimizer(c).equals(name)).toList();
    Arguments about = members.getFirst().arguments("optimizer");
    double[][] rates =
        members.stream().map(c -> rates(c, about.number("lr"))).toArray(double[][]::new);
    Arguments a = new Arguments(Json.map(about.object("args")));
    Optimizer optimizer = OptimizerTable.optimizer(about.text("kind", null), a);
    Averaging averaging = OptimizerTable.averaging(a);
    int from = a.integer("swa_from", 1);
    int every = a.integer("swa_every", 1);
    a.requireAllRead(name);

    Net start = start();
    Run alone =
        new Run(
            start,
            optimizer.init(start),
            averaging == null ? null : averaging.init(start),
            Tensor.scalar(0));
    Run all = Tree.stack(Collections.nCopies(members.size(), alone));
    List<?> kept = PROBLEM.arguments().list("steps");
    List<Tensor> trajectory = new ArrayList<>();
    List<Tensor> averages = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      int i = step - 1;
      boolean takesIn = averaging != null && step >= from && (step - from) % every == 0;
      all = new Run(all.net, all.memory, all.average, column(rates, i));
      all =
          Transforms.vmap((Run run) -> step(optimizer, takesIn ? averaging : null, run)).apply(all);
      if (kept.contains((double) step)) {
        trajectory.add(Transforms.vmap(Net::flat).apply(all.net));
        if (averaging != null) {
          averages.add(Transforms.vmap(Net::flat).apply(all.average.params()));
        }
      }
    }
    for (int m = 0; m < members.size(); m++) {
      check(members.get(m), "trajectory", trajectory, m);
      check(members.get(m), "averaged", averages, m);
    }
  }

  private static Run step(Optimizer optimizer, Averaging averaging, Run run) {
    Net gradient = Transforms.grad(Net::loss).apply(run.net);
    Optimizer.Stepped<Net> next = optimizer.step(run.net, gradient, run.memory, run.lr);
    Averaged<Net> average =
        averaging == null ? run.average : averaging.update(run.average, next.params());
    return new Run(next.params(), next.memory(), average, run.lr);
  }

  private static void check(Case c, String role, List<Tensor> rows, int member) {
    assertEquals(rows.isEmpty(), c.tensors(role).isEmpty(), c + ": " + role);
    if (rows.isEmpty()) {
      return;
    }
    Tensor actual = Tensor.stack(rows.stream().map(r -> r.get(member)).toArray(Tensor[]::new));
    TRAJECTORY.check(c + ", " + role, c.tensor(role, "float32"), actual);
    TRAJECTORY.check(
        c + ", " + role + " in float64", c.tensor(role, "float64"), actual.cast(DType.FLOAT64));
  }

  private static Tensor column(double[][] rates, int step) {
    float[] column = new float[rates.length];
    for (int m = 0; m < rates.length; m++) {
      column[m] = (float) rates[m][step];
    }
    return Tensor.of(column);
  }

  /// The rates of a case from our schedule, after a look at PyTorch's.
  private static double[] rates(Case c, double lr) {
    Arguments about = c.arguments("schedule");
    Arguments a = new Arguments(Json.map(about.object("args")));
    Schedule schedule = OptimizerTable.schedule(about.text("kind", null), a);
    Tensor expected = c.tensor("lr", "float64");
    double[] rates =
        IntStream.range(0, expected.size()).mapToDouble(i -> lr * schedule.factor(i)).toArray();
    RATE.check(c + ": learning rates", expected, Tensor.of(rates, rates.length));
    return rates;
  }

  private static Net start() {
    Map<String, Tensor> at = PROBLEM.tensors("start");
    return new Net(at.get("w1"), at.get("b1"), at.get("w2"), at.get("scale"));
  }

  @Test
  void everyPairIsThere() {
    Set<String> schedules = new HashSet<>();
    cases("schedule").forEach(c -> schedules.add(c.name().split(" / ")[1]));
    assertEquals(optimizers().size() * schedules.size(), cases("optimizer").size());
    assertEquals(schedules.size(), longSeries().size());
    assertEquals(OptimizerTable.OPTIMIZERS.keySet(), kinds("optimizer"));
    assertEquals(OptimizerTable.SCHEDULES.keySet(), kinds("schedule"));
  }

  private static Set<String> kinds(String attribute) {
    Set<String> kinds = new HashSet<>();
    cases(attribute).forEach(c -> kinds.add(c.arguments(attribute).text("kind", null)));
    return kinds;
  }
}
