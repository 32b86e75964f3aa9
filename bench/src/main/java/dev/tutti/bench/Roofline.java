package dev.tutti.bench;

import dev.tutti.bench.RooflineKernel.Limit;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Parallel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Every kernel's speed as a share of what one core of this machine can do, with a floor for each.
///
/// The limit of a kernel of multiply-adds is the fma peak, that of the others copying: a share of
/// 0.5 means that it takes twice as long as copying the bytes that it has to read and write. Limits
/// are measured before and after each kernel. Results are new arrays, so what the JVM needs to
/// clear them is a part of every time.
///
/// A floor is about 60 % of what the kernel reached when the floor was set, and it is meant to find
/// a kernel that fails to compile rather than one that gets a little slower: if C2 gives up on a
/// method, or on inlining one, its vectors become objects and it runs some fifty times slower,
/// which no test of results detects. The exit status is 1 when a kernel is below its floor, 2 when
/// the input makes no sense.
final class Roofline {
  /// A kernel is warm when it has twice not become faster for this long.
  private static final double WARM_UP_SECONDS = 0.3;

  private static final double LONGEST_WARM_UP_SECONDS = 4;
  private static final double TURN_SECONDS = 0.01;
  private static final int ROUNDS = 9;

  /// As many floats as the elementwise kernels read.
  private static final int FLOATS = 1_000_000;

  private static final float[] FROM = new float[FLOATS];
  private static final float[] TO = new float[FLOATS];

  private Roofline() {}

  /// Prints the table; the arguments are words that a kernel's name begins with.
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    List<String> wanted = List.of(args);
    List<RooflineKernel> kernels =
        RooflineKernel.all().stream()
            .filter(k -> wanted.isEmpty() || wanted.stream().anyMatch(k.name()::startsWith))
            .toList();
    if (kernels.isEmpty()) {
      System.err.println("roofline: no kernel's name begins with " + String.join(" or ", wanted));
      System.exit(2);
    }
    Parallel.threads(1);
    Backend backend = Backend.active();
    System.out.printf("backend %s: %s; one thread%n", backend.name(), backend.why());
    for (Limit limit : Limit.values()) {
      System.out.printf("%s %.1f %s%n", limit.title(), warm(limit), limit.unit());
    }
    System.out.printf(
        "%-34s %11s %8s %8s  %-5s %6s %6s%n",
        "kernel", "µs", "GFLOP/s", "GB/s", "limit", "share", "floor");
    kernels.forEach(
        k -> warmUp(backend, k.call())); // the compiler goes on with the first meanwhile
    int below = 0;
    for (RooflineKernel k : kernels) {
      double before = peak(k.limit());
      double seconds = seconds(backend, k.call());
      double peak = (before + peak(k.limit())) / 2;
      double gigaflops = k.call().cost().flops() / seconds / 1e9;
      double gigabytes = k.call().cost().bytes() / seconds / 1e9;
      double share = (k.limit() == Limit.FMA ? gigaflops : gigabytes) / peak;
      boolean low = share < k.floor();
      below += low ? 1 : 0;
      System.out.printf(
          "%-34s %11.1f %8.1f %8.1f  %-5s %6.2f %6.2f%s%n",
          k.name(),
          1e6 * seconds,
          gigaflops,
          gigabytes,
          k.limit().name().toLowerCase(Locale.ROOT),
          share,
          k.floor(),
          low ? " BELOW" : "");
    }
    if (below > 0) {
      System.err.println("roofline: " + below + " kernels are below their floor");
    }
    System.exit(below > 0 ? 1 : 0);
  }

  /// {@return what the machine does at this moment; its clock changes with what it did before}
  private static double peak(Limit limit) {
    return limit == Limit.FMA ? MachinePeak.gigaflops() : MachinePeak.copyGigabytes(FROM, TO);
  }

  private static double warm(Limit limit) {
    double last = 0;
    for (int i = 0; i < 20; i++) {
      last = peak(limit);
    }
    return last;
  }

  /// {@return the median time of a call}
  private static double seconds(Backend backend, KernelCall call) {
    int times = warmUp(backend, call);
    double[] rounds = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      rounds[r] = turn(backend, call, times) / times;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  /// {@return how many calls a turn takes}
  private static int warmUp(Backend backend, KernelCall call) {
    int times = 1;
    double spent = 0;
    double since = 0;
    double best = Double.POSITIVE_INFINITY;
    while (since < WARM_UP_SECONDS && spent < LONGEST_WARM_UP_SECONDS) {
      double last = turn(backend, call, times);
      spent += last;
      since = last / times < 0.9 * best ? 0 : since + last;
      best = Math.min(best, last / times);
      times = last < TURN_SECONDS ? 2 * times : times;
    }
    return times;
  }

  private static double turn(Backend backend, KernelCall call, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      call.run(backend);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
