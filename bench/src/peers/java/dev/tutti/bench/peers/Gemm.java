package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Vmap;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// Single matrix products of the shapes that networks and convolutions give, against libtorch's
/// `mm` into memory that is there and against BLAS libraries, ND4J and EJML. Ours is a mapped
/// product whose last result is donated to the next, which then need not be new memory either.
///
/// The goals are for the geometric mean over shapes against libtorch and against the best BLAS of
/// each shape; on two threads for the shapes of at least two million operations.
final class Gemm implements Workload {
  /// M, N, K.
  private static final int[][] SHAPES = {
    {64, 64, 64},
    {128, 128, 128},
    {256, 256, 256},
    {512, 512, 512},
    {1024, 1024, 1024},
    {64, 128, 784},
    {64, 128, 128},
    {64, 10, 128},
    {784, 128, 64},
    {640, 128, 784},
    {64, 120, 400},
    {64, 84, 120},
    {32, 1024, 1024},
    {96, 392, 576},
    {96, 3136, 576},
    {3136, 96, 576},
    {32768, 32, 27},
    {8192, 64, 288},
  };

  /// EJML and ND4J are compared on one thread; larger products than this are not worth waiting for
  /// with EJML.
  private static final long EJML_FLOPS = 200_000_000;

  private static final long SPLIT_FLOPS = 2_000_000;

  private List<Blas> libraries;
  private boolean nd4j = true;

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public void run(Bench bench) {
    libraries = Blas.installed();
    for (int[] s : SHAPES) {
      warmUp(s);
    }
    List<Row> torch = new ArrayList<>();
    List<Row> best = new ArrayList<>();
    for (int[] s : SHAPES) {
      List<Row> own = compare(bench, s[0], s[1], s[2]);
      own.forEach(bench.rows());
      if (bench.threads() == 1 || 2L * s[0] * s[1] * s[2] > SPLIT_FLOPS) {
        torch.add(own.getFirst());
        own.stream().filter(r -> r.peer().startsWith(BEST)).forEach(best::add);
      }
    }
    Goal torchGoal = bench.threads() == 1 ? Goal.GEMM_TORCH_MEAN : Goal.GEMM_TORCH_MEAN_2;
    bench.rows().accept(Row.mean(name(), bench.threads(), torch, "libtorch mm", torchGoal));
    if (!best.isEmpty()) {
      bench.rows().accept(Row.mean(name(), bench.threads(), best, BEST, Goal.GEMM_BLAS_MEAN));
    }
  }

  private static final String BEST = "best blas";

  /// The compiler sees every shape before the first is measured.
  private static void warmUp(int[] s) {
    Ours ours = new Ours(Draws.uniform(1, s[0], s[2]), Draws.uniform(2, s[2], s[1]));
    for (long start = System.nanoTime(); System.nanoTime() - start < 200_000_000; ) {
      ours.run(1);
    }
  }

  /// Our products.
  private static final class Ours implements Contender {
    private static final Vmap<State, State> PRODUCT =
        Transforms.vmap((State s) -> new State(s.a, s.b, s.a.matmul(s.b))).donate();

    private State state;

    /// What is donated: the factors come back as they are, the last result's array is used again.
    private record State(Tensor a, Tensor b, Tensor result) {}

    Ours(Tensor a, Tensor b) {
      state = new State(only(a), only(b), Tensor.zeros(1, a.dim(0), b.dim(1)));
    }

    private static Tensor only(Tensor t) {
      return t.reshape(t.shape().prepend(1));
    }

    @Override
    public String name() {
      return "ours";
    }

    @Override
    public void run(int times) {
      for (int i = 0; i < times; i++) {
        state = PRODUCT.apply(state);
      }
    }
  }

  private List<Row> compare(Bench bench, int m, int n, int k) {
    Torch torch = bench.torch();
    Tensor a = Draws.uniform(1, m, k);
    Tensor b = Draws.uniform(2, k, n);
    float[] left = a.toFloats();
    float[] right = b.toFloats();
    String shape = m + "," + n + "," + k;
    Ours ours = new Ours(a, b);
    List<Contender> contenders = new ArrayList<>(List.of(ours));
    ours.run(3);
    float[] expected = ours.state.result.toFloats();
    NDArray[] t = {torch.tensor(a), torch.tensor(b), torch.tensor(Tensor.zeros(m, n))};
    Torch.Script mm = torch.script(MM);
    Agreement.check(shape, "libtorch", expected, torch.floats(mm.call(1, t)));
    contenders.add(Contender.of("libtorch mm", times -> mm.call(times, t).close()));
    try (Arena arena = Arena.ofConfined()) {
      for (Blas library : libraries) {
        Blas.Product product = library.new Product(arena, m, n, k, left, right);
        product.run(1);
        Agreement.check(shape, library.name(), expected, product.result());
        contenders.add(Contender.of(library.name(), product::run));
      }
      if (nd4j && bench.threads() == 1) {
        addNd4j(contenders, shape, expected, m, n, k, left, right);
      }
      if (bench.threads() == 1 && 2L * m * n * k < EJML_FLOPS) {
        add(contenders, "ejml", shape, expected, JavaProducts.ejml(m, n, k, left, right));
      }
      return rows(bench.threads(), shape, bench.hold(contenders, 0.2));
    }
  }

  private void addNd4j(
      List<Contender> contenders,
      String shape,
      float[] expected,
      int m,
      int n,
      int k,
      float[] a,
      float[] b) {
    try {
      add(contenders, "nd4j", shape, expected, JavaProducts.nd4j(m, n, k, a, b));
    } catch (LinkageError e) {
      System.err.println("side-by-side: ND4J does not load (" + e + "); going on without it");
      nd4j = false;
    }
  }

  private static void add(
      List<Contender> contenders,
      String name,
      String shape,
      float[] expected,
      JavaProducts.Product product) {
    product.run();
    Agreement.check(shape, name, expected, product.result());
    contenders.add(Contender.repeating(name, product));
  }

  private List<Row> rows(int threads, String shape, List<Contest.Times> times) {
    List<Row> rows = new ArrayList<>();
    for (Contest.Times peer : times.subList(1, times.size())) {
      rows.add(Row.of(name(), shape, threads, times.getFirst(), peer, Goal.NONE));
    }
    List<String> names = libraries.stream().map(Blas::name).toList();
    List<Contest.Times> blas = times.stream().filter(t -> names.contains(t.name())).toList();
    if (!blas.isEmpty()) {
      Contest.Times best = Contest.fastest(blas);
      Contest.Times named = new Contest.Times(BEST + " (" + best.name() + ")", best.us());
      rows.add(Row.of(name(), shape, threads, times.getFirst(), named, Goal.GEMM_SHAPE));
    }
    return rows;
  }

  private static final String MM =
      """
      for i in range(int(t[-1])):
        _0 = torch.mm(t[0], t[1], out=t[2])
      return t[2]
      """;
}
