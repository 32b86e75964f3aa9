package dev.tutti.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the command line asks for.
///
/// @param workloads names of workloads, in their order
/// @param threads numbers of threads, one process each
/// @param json where results are written, or null
record Options(List<String> workloads, List<Integer> threads, Path json) {
  private static final int MOST_THREADS = 1024;

  /// {@return the options}
  ///
  /// @throws IllegalArgumentException with one line on what is wrong
  static Options parse(String... args) {
    List<String> only = new ArrayList<>();
    List<Integer> threads = new ArrayList<>();
    Path json = null;
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      int from = i + 1;
      while (i + 1 < args.length && !args[i + 1].startsWith("-")) {
        i++;
      }
      List<String> values = List.of(args).subList(from, i + 1);
      if (values.isEmpty() && List.of("--only", "--threads", "--json").contains(option)) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      switch (option) {
        case "--only" -> values.forEach(v -> only.add(workload(v)));
        case "--threads" -> values.forEach(v -> threads.add(count(v)));
        case "--json" -> json = file(values, json);
        default ->
            throw new IllegalArgumentException(
                "unknown input '" + option + "'; known are --only, --threads and --json");
      }
    }
    List<String> names = Workload.all().stream().map(Workload::name).toList();
    return new Options(
        names.stream().filter(n -> only.isEmpty() || only.contains(n)).toList(),
        threads.isEmpty() ? usual() : threads.stream().distinct().sorted().toList(),
        json);
  }

  /// One and two threads; two only if there are two processors.
  private static List<Integer> usual() {
    return Runtime.getRuntime().availableProcessors() > 1 ? List.of(1, 2) : List.of(1);
  }

  private static String workload(String name) {
    List<String> names = Workload.all().stream().map(Workload::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "--only: there is no workload '" + name + "'; there are " + String.join(", ", names));
    }
    return name;
  }

  private static int count(String text) {
    int threads;
    try {
      threads = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      threads = 0;
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "--threads: '" + text + "' is not a number between 1 and " + MOST_THREADS);
    }
    return threads;
  }

  private static Path file(List<String> values, Path before) {
    if (values.size() > 1 || before != null) {
      throw new IllegalArgumentException("--json takes one file");
    }
    Path file = Path.of(values.getFirst()).toAbsolutePath();
    if (Files.isDirectory(file) || !Files.isDirectory(file.getParent())) {
      throw new IllegalArgumentException("--json: cannot write a file " + values.getFirst());
    }
    return file;
  }
}
