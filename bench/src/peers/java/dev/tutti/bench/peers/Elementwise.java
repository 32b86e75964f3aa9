package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Vmap;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// Elementwise functions, softmax and Adam's step on a million floats.
///
/// Both are measured twice. Into memory that is there: libtorch with `out=` or in place, ours as a
/// state that is donated from step to step, whose arrays take turns. And into a new tensor for every
/// result, which the collector has to clear for ours.
final class Elementwise implements Workload {
  private static final int N = 1_000_000;

  @Override
  public String name() {
    return "elementwise";
  }

  /// One function.
  ///
  /// @param dims the shape of its arguments
  /// @param ours ours, of x and y
  /// @param out libtorch's with `out=t[1]`
  /// @param fresh libtorch's with a new result
  private record Case(
      String name, int[] dims, BinaryOperator<Tensor> ours, String out, String fresh) {}

  private static Case unary(String name, UnaryOperator<Tensor> ours) {
    String call = "torch." + name + "(t[0]";
    return new Case(name, new int[] {N}, (x, y) -> ours.apply(x), call + ", out=t[1])", call + ")");
  }

  private static Case binary(String name, BinaryOperator<Tensor> ours) {
    String call = "torch." + name + "(t[0], t[2]";
    return new Case(name, new int[] {N}, ours, call + ", out=t[1])", call + ")");
  }

  private static Case softmax(int rows, int columns) {
    return new Case(
        "softmax",
        new int[] {rows, columns},
        (x, y) -> x.softmax(),
        "torch._softmax(t[0], -1, False, out=t[1])",
        "torch.softmax(t[0], -1)");
  }

  @Override
  public void run(Bench bench) {
    List<Case> cases =
        List.of(
            unary("exp", Tensor::exp),
            unary("tanh", Tensor::tanh),
            unary("sigmoid", Tensor::sigmoid),
            unary("gelu", Tensor::gelu),
            new Case(
                "relu",
                new int[] {N},
                (x, y) -> x.relu(),
                "torch.clamp_min(t[0], 0., out=t[1])",
                "torch.relu(t[0])"),
            binary("add", Tensor::add),
            binary("mul", Tensor::mul),
            softmax(100_000, 10),
            softmax(1000, 1000));
    for (Case c : cases) {
      compare(bench, c);
    }
    adam(bench);
  }

  /// What is donated: the arguments come back as they are, the last result's array is used again.
  private record State(Tensor x, Tensor y, Tensor result) {}

  private void compare(Bench bench, Case c) {
    Torch torch = bench.torch();
    Tensor x = Draws.uniform(1, c.dims).mul(3);
    Tensor y = Draws.uniform(2, c.dims);
    NDArray[] t = {torch.tensor(x), torch.tensor(x), torch.tensor(y)};
    Torch.Script out = torch.script(LOOP.formatted(c.out));
    // what is not used is not computed, so the result goes into a list
    Torch.Script fresh = torch.script(KEEPING.formatted(c.fresh));
    Vmap<State, State> step =
        Transforms.vmap((State s) -> new State(s.x, s.y, c.ours.apply(s.x, s.y))).donate();
    State[] state = {new State(only(x), only(y), Tensor.zeros(Trainings.withFirst(1, c.dims)))};
    Tensor[] result = new Tensor[1];
    Contender donated = Contender.repeating("ours donated", () -> state[0] = step.apply(state[0]));
    Contender ours = Contender.repeating("ours new", () -> result[0] = c.ours.apply(x, y));
    donated.run(3);
    ours.run(1);
    float[] expected = result[0].toFloats();
    Agreement.check(c.name, "donated", expected, state[0].result.toFloats());
    Agreement.check(c.name, "out=", expected, torch.floats(out.call(1, t)));
    Agreement.check(c.name, "new", expected, torch.floats(fresh.call(1, t)));
    List<Contest.Times> times =
        bench.hold(
            List.of(
                donated,
                Contender.of("libtorch out=", n -> out.call(n, t).close()),
                ours,
                Contender.of("libtorch new", n -> fresh.call(n, t).close())),
            1);
    String shape = c.name + " " + String.join("x", dims(c.dims));
    bench.add(name(), shape, times.get(0), times.get(1), Goal.ELEMENTWISE);
    bench.add(name(), shape, times.get(2), times.get(3), Goal.NONE);
  }

  /// {@return `t` as the only entry of a first axis}
  private static Tensor only(Tensor t) {
    return t.reshape(t.shape().prepend(1));
  }

  private static List<String> dims(int[] dims) {
    return Arrays.stream(dims).mapToObj(Integer::toString).toList();
  }

  /// Our step by the optimiser; libtorch's fused kernel, and the sequence of operations that
  /// `optim.Adam` runs on a CPU by default.
  private void adam(Bench bench) {
    Torch torch = bench.torch();
    Tensor p = Draws.uniform(3, N);
    Tensor g = Draws.uniform(4, N);
    Adam adam = new Adam();
    Vmap<Optimizer.Stepped<Tensor>, Optimizer.Stepped<Tensor>> step =
        Transforms.vmap(
                (Optimizer.Stepped<Tensor> s) ->
                    adam.step(s.params(), g, s.memory(), Tensor.scalar(1e-3)))
            .donate();
    List<Optimizer.Stepped<Tensor>> state = new ArrayList<>();
    Tensor start = only(p);
    state.add(
        new Optimizer.Stepped<>(start, Transforms.vmap((Tensor q) -> adam.init(q)).apply(start)));
    Contender ours =
        Contender.repeating("ours", () -> state.set(0, step.apply(state.getFirst())));
    Torch.Script fused = torch.script(ADAM_FUSED);
    Torch.Script eager = torch.script(ADAM_EAGER);
    NDArray[] forFused = arguments(torch, p, g);
    NDArray[] forEager = arguments(torch, p, g);
    int steps = 5;
    ours.run(steps);
    float[] expected = state.getFirst().params().reshape(N).sub(p).toFloats();
    for (NDArray[] t : List.of(forFused, forEager)) {
      (t == forFused ? fused : eager).call(steps, t);
      float[] moved = Tensor.of(torch.floats(t[0]), N).sub(p).toFloats();
      Agreement.check("adam", t == forFused ? "fused" : "eager", expected, moved);
    }
    List<Contest.Times> times =
        bench.hold(
            List.of(
                ours,
                Contender.of("libtorch fused", n -> fused.call(n, forFused).close()),
                Contender.of("libtorch eager", n -> eager.call(n, forEager).close())),
            1);
    for (Contest.Times peer : times.subList(1, times.size())) {
      bench.add(name(), "adam " + N, times.getFirst(), peer, Goal.ELEMENTWISE);
    }
  }

  /// Parameter, gradient, both moments and the number of the step.
  private static NDArray[] arguments(Torch torch, Tensor p, Tensor g) {
    return new NDArray[] {
      torch.tensor(p),
      torch.tensor(g),
      torch.tensor(Tensor.zeros(N)),
      torch.tensor(Tensor.zeros(N)),
      torch.tensor(Tensor.scalar(0))
    };
  }

  private static final String LOOP =
      """
      for i in range(int(t[-1])):
        _0 = %s
      return t[1]
      """;

  private static final String KEEPING =
      """
      kept = t[0]
      for i in range(int(t[-1])):
        kept = %s
      return kept
      """;

  private static final String ADAM_FUSED =
      """
      p = [t[0]]
      g = [t[1]]
      m = [t[2]]
      v = [t[3]]
      steps = [t[4]]
      for i in range(int(t[-1])):
        _0 = torch.add_(t[4], 1)
        torch._fused_adam_(p, g, m, v, annotate(List[Tensor], []), steps, lr=0.001, beta1=0.9, beta2=0.999, weight_decay=0., eps=1e-08, amsgrad=False, maximize=False)
      return p[0]
      """;

  private static final String ADAM_EAGER =
      """
      for i in range(int(t[-1])):
        _0 = torch.add_(t[4], 1)
        step = float(t[4])
        _1 = torch.lerp_(t[2], t[1], 0.1)
        _2 = torch.addcmul_(torch.mul_(t[3], 0.999), t[1], t[1], value=0.001)
        c2 = torch.sqrt(torch.sub(1., torch.pow(0.999, step)))
        size = torch.div(0.001, torch.sub(1., torch.pow(0.9, step)))
        denominator = torch.add_(torch.div(torch.sqrt(t[3]), c2), 1e-08)
        _3 = torch.addcdiv_(t[0], t[2], denominator, value=torch.neg(size))
      return t[0]
      """;
}
