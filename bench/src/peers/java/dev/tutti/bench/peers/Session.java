package dev.tutti.bench.peers;

import dev.tutti.engine.Backend;
import dev.tutti.engine.Parallel;
import java.util.List;
import java.util.Locale;

/// The process that measures, with one number of threads: `THREADS SECONDS WORKLOAD…`. It prints a
/// line `row` and the fields of a [Row] for every comparison, a line `fact`, a name and a value for
/// what it runs on, and `broken` with a line of text if ours and a peer do not agree.
final class Session {
  static final String ROW = "row\t";
  static final String FACT = "fact\t";
  static final String BROKEN = "broken\t";

  private Session() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    int threads = Integer.parseInt(args[0]);
    Budget budget = new Budget(Double.parseDouble(args[1]));
    List<String> names = List.of(args).subList(2, args.length);
    Torch torch = new Torch();
    if (Parallel.threads() != threads || torch.threads() != threads) {
      throw new IllegalStateException(
          "%d threads wanted, ours has %d and libtorch %d"
              .formatted(threads, Parallel.threads(), torch.threads()));
    }
    fact("backend", Backend.active().name() + ": " + Backend.active().why());
    fact("libtorch", Torch.version());
    fact("BLIS_ARCH_TYPE", System.getenv().getOrDefault("BLIS_ARCH_TYPE", "unset"));
    if (names.contains("gemm")) {
      Blas.installed().forEach(b -> fact(b.name(), b.version()));
    }
    for (Workload workload : Workload.all()) {
      if (names.contains(workload.name())) {
        run(workload, new Workload.Bench(threads, torch, budget, Session::row));
      }
    }
    System.out.flush();
    // Threads of the peers' libraries do not keep the process.
    System.exit(0);
  }

  private static void run(Workload workload, Workload.Bench bench) {
    long start = System.nanoTime();
    try {
      workload.run(bench);
    } catch (IllegalStateException e) {
      System.out.println(BROKEN + e.getMessage());
    }
    System.err.printf(
        "side-by-side: %s on %d thread(s) took %.0f s%n",
        workload.name(), bench.threads(), (System.nanoTime() - start) / 1e9);
  }

  private static void row(Row row) {
    System.out.println(ROW + row.fields());
  }

  private static void fact(String name, String value) {
    System.out.println(FACT + name + "\t" + value.replaceAll("\\s+", " "));
  }
}
