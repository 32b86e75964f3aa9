package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// Elementwise functions, softmax and Adam's step on a million floats.
///
/// Ours makes a new tensor for every result, as its users do. libtorch is measured twice: writing
/// into memory that is there (`out=`, in place), and making a new tensor as ours does.
final class Elementwise implements Workload {
  private static final int N = 1_000_000;

  @Override
  public String name() {
    return "elementwise";
  }

  /// One function.
  ///
  /// @param dims the shape of its arguments
  /// @param ours ours, of x
  /// @param out libtorch's with `out=t[1]`
  /// @param fresh libtorch's with a new result
  private record Case(
      String name, int[] dims, UnaryOperator<Tensor> ours, String out, String fresh) {}

  private static Case unary(String name, UnaryOperator<Tensor> ours) {
    String call = "torch." + name + "(t[0]";
    return new Case(name, new int[] {N}, ours, call + ", out=t[1])", call + ")");
  }

  private static Case binary(String name, Tensor y, UnaryOperator<Tensor> ours) {
    String call = "torch." + name + "(t[0], t[2]";
    return new Case(name, y.shape().dims(), ours, call + ", out=t[1])", call + ")");
  }

  private static Case softmax(int rows, int columns) {
    return new Case(
        "softmax",
        new int[] {rows, columns},
        Tensor::softmax,
        "torch._softmax(t[0], -1, False, out=t[1])",
        "torch.softmax(t[0], -1)");
  }

  @Override
  public void run(Bench bench) {
    Tensor y = Draws.uniform(2, N);
    List<Case> cases =
        List.of(
            unary("exp", Tensor::exp),
            unary("tanh", Tensor::tanh),
            unary("sigmoid", Tensor::sigmoid),
            unary("gelu", Tensor::gelu),
            new Case(
                "relu",
                new int[] {N},
                Tensor::relu,
                "torch.clamp_min(t[0], 0., out=t[1])",
                "torch.relu(t[0])"),
            binary("add", y, x -> x.add(y)),
            binary("mul", y, x -> x.mul(y)),
            softmax(100_000, 10),
            softmax(1000, 1000));
    for (Case c : cases) {
      compare(bench, c, y);
    }
    adam(bench);
  }

  private void compare(Bench bench, Case c, Tensor y) {
    Torch torch = bench.torch();
    Tensor x = Draws.uniform(1, c.dims).mul(3);
    NDArray[] t = {torch.tensor(x), torch.tensor(x), torch.tensor(y)};
    Torch.Script out = torch.script(LOOP.formatted(c.out));
    // what is not used is not computed, so the result goes into a list
    Torch.Script fresh = torch.script(KEEPING.formatted(c.fresh));
    String shape = c.name + " " + String.join("x", dims(c.dims));
    Tensor[] result = new Tensor[1];
    Contender ours = Contender.repeating("ours", () -> result[0] = c.ours.apply(x));
    ours.run(1);
    float[] expected = result[0].toFloats();
    Agreement.check(c.name, "out=", expected, torch.floats(out.call(1, t)));
    Agreement.check(c.name, "new", expected, torch.floats(fresh.call(1, t)));
    List<Contest.Times> times =
        Contest.hold(
            List.of(
                ours,
                Contender.of("libtorch out=", n -> out.call(n, t).close()),
                Contender.of("libtorch new", n -> fresh.call(n, t).close())),
            1);
    addAll(bench, shape, times);
  }

  private void addAll(Bench bench, String shape, List<Contest.Times> times) {
    for (Contest.Times peer : times.subList(1, times.size())) {
      bench.add(name(), shape, times.getFirst(), peer, Goal.ELEMENTWISE);
    }
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
    List<Optimizer.Stepped<Tensor>> state = new ArrayList<>();
    state.add(new Optimizer.Stepped<>(p, adam.init(p)));
    Contender ours =
        Contender.repeating(
            "ours",
            () -> {
              Optimizer.Stepped<Tensor> s = state.getFirst();
              state.set(0, adam.step(s.params(), g, s.memory(), Tensor.scalar(1e-3)));
            });
    Torch.Script fused = torch.script(ADAM_FUSED);
    Torch.Script eager = torch.script(ADAM_EAGER);
    NDArray[] forFused = arguments(torch, p, g);
    NDArray[] forEager = arguments(torch, p, g);
    int steps = 5;
    ours.run(steps);
    float[] expected = state.getFirst().params().sub(p).toFloats();
    for (NDArray[] t : List.of(forFused, forEager)) {
      (t == forFused ? fused : eager).call(steps, t);
      float[] moved = Tensor.of(torch.floats(t[0]), N).sub(p).toFloats();
      Agreement.check("adam", t == forFused ? "fused" : "eager", expected, moved);
    }
    List<Contest.Times> times =
        Contest.hold(
            List.of(
                ours,
                Contender.of("libtorch fused", n -> fused.call(n, forFused).close()),
                Contender.of("libtorch eager", n -> eager.call(n, forEager).close())),
            1);
    addAll(bench, "adam " + N, times);
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
