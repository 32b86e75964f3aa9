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
/// are measured before and after each kernel. The exit status is 1 when a kernel is below its
/// floor, 2 when the input makes no sense.
final class Roofline {
  private static final double WARM_UP_SECONDS = 0.4;
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
    int times = 1;
    double spent = 0;
    double last;
    do {
      last = turn(backend, call, times);
      spent += last;
      times = last < TURN_SECONDS ? 2 * times : times;
    } while (spent < WARM_UP_SECONDS);
    double[] rounds = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      rounds[r] = turn(backend, call, times) / times;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  private static double turn(Backend backend, KernelCall call, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      call.run(backend);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
