package dev.tutti.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Our engine compared with its peers: starts a [Session] for every number of threads, prints what
/// they measure as a table and writes it as JSON.
///
/// The exit status is 0 when all ratios are good enough, 1 when one is not or a run failed, 2 when
/// the input makes no sense.
final class SideBySide {
  /// Libraries read their number of threads from these when they are loaded.
  private static final List<String> THREAD_VARIABLES =
      List.of(
          "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS");

  /// These would keep a peer from the instructions that the processor has.
  private static final List<String> RESTRAINTS =
      List.of(
          "ATEN_CPU_CAPABILITY",
          "DNNL_MAX_CPU_ISA",
          "MKL_CBWR",
          "MKL_ENABLE_INSTRUCTIONS",
          "ONEDNN_MAX_CPU_ISA",
          "OPENBLAS_CORETYPE");

  private static final String FOOT =
      """

      Times are medians over rounds in which all have turns; a ratio is the peer's time over ours, with
      the smallest and the largest of any round. elementwise: ours writes over a donated state
      against out=, in place and fused, and makes new tensors against new. vmap-vs-loop: a ratio of
      at least %s counts as 1, the rest being the noise of measuring."""
          .formatted(1 - Row.NOISE);

  private static final List<String> FLAGS = List.of("--add-modules", "jdk.incubator.vector");

  /// How long all sessions may take before they measure in fewer rounds.
  private static final double SECONDS = 440;

  private final long start = System.nanoTime();
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> facts = new LinkedHashMap<>();
  private boolean broken;

  private SideBySide() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT);
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("side-by-side: " + e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new SideBySide().run(options));
  }

  private int run(Options options) throws IOException, InterruptedException {
    System.out.println(Row.head());
    int left = options.threads().size();
    for (int threads : options.threads()) {
      double remaining = Math.max(0, SECONDS - (System.nanoTime() - start) / 1e9);
      measure(threads, remaining / left--, options.workloads());
    }
    System.out.println(FOOT);
    if (options.json() != null) {
      Results.write(options.json(), facts, FLAGS, rows);
    }
    List<Row> below = rows.stream().filter(r -> !r.fits()).toList();
    if (!below.isEmpty()) {
      System.err.println("side-by-side: " + below.size() + " ratios are below their targets");
    }
    return broken || !below.isEmpty() ? 1 : 0;
  }

  private void measure(int threads, double seconds, List<String> workloads)
      throws IOException, InterruptedException {
    Process process = start(threads, seconds, workloads);
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(this::take);
    }
    int status = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(killer);
    if (status != 0) {
      System.err.println(
          "side-by-side: the run on " + threads + " thread(s) ended with status " + status);
      broken = true;
    }
  }

  private void take(String line) {
    if (line.startsWith(Session.ROW)) {
      Row row = Row.parse(line.substring(Session.ROW.length()));
      rows.add(row);
      System.out.println(row.line());
    } else if (line.startsWith(Session.FACT)) {
      String[] fact = line.split("\t");
      facts.put(fact[1], fact[2]);
    } else if (line.startsWith(Session.BROKEN)) {
      System.err.println("side-by-side: " + line.substring(Session.BROKEN.length()));
      broken = true;
    } else {
      System.err.println(line);
    }
  }

  private static Process start(int threads, double seconds, List<String> workloads) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dai.djl.offline=true");
    command.add("-Dtutti.threads=" + threads);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Session.class.getName());
    command.add(Integer.toString(threads));
    command.add(Double.toString(seconds));
    command.addAll(workloads);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    for (String variable : THREAD_VARIABLES) {
      builder.environment().put(variable, Integer.toString(threads));
    }
    RESTRAINTS.forEach(builder.environment()::remove);
    if (Machine.isIntelWithAvx512()) {
      // BLIS knows server processors by their names, which virtual machines hide, and falls back to
      // AVX2, at half the speed.
      builder.environment().putIfAbsent("BLIS_ARCH_TYPE", "skx");
    }
    String cache = System.getProperty("peers.cache");
    if (cache != null) {
      builder.environment().putIfAbsent("DJL_CACHE_DIR", cache); // where DJL unpacks libtorch
    }
    return builder.start();
  }
}
