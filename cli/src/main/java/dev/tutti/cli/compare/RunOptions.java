package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Parallel;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How to run, and the places of results.
final class RunOptions {
  private static final int SEED = 42;
  private static final String STDOUT = "-";

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of everything that is random (default: " + SEED + ").")
  Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute on; changes no figure but seconds (default: the cores).")
  Integer threads;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results as JSON; - is standard output, tables go to the other.")
  String json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write METHOD.safetensors, each method's trained weights, and run.json, which holds"
              + " all that repeats the run.")
  Path out;

  @Option(names = "--force", description = "Replace what a former run wrote to --out.")
  boolean force;

  @Option(names = "--quiet", description = "No progress on standard error.")
  boolean quiet;

  @Option(
      names = "--history",
      paramLabel = "DIR",
      description = "Write METHOD.jsonl, a line of losses and rates for every epoch.")
  Path history;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "Save METHOD.checkpoint after every epoch, all that the training needs to go on.")
  Path checkpoint;

  @Option(
      names = "--resume",
      description =
          "Go on from the files of --checkpoint, if there are any, with the bits of a run without a"
              + " break.")
  boolean resume;

  /// Checks the choices and makes the defaults.
  void resolve() {
    if (force && out == null) {
      throw new UsageError("--force has no effect without --out");
    }
    if (resume && checkpoint == null) {
      throw new UsageError("--resume needs a --checkpoint folder");
    }
    Settings.requireAtLeastOne("--threads", threads);
    if (threads != null && threads > Parallel.MAX_THREADS) {
      throw new UsageError("--threads is at most " + Parallel.MAX_THREADS + ", got " + threads);
    }
    seed = seed == null ? SEED : seed;
    threads = threads == null ? Parallel.threads() : threads;
  }

  /// {@return whether standard output is the JSON's}
  boolean jsonToStdout() {
    return STDOUT.equals(json);
  }

  /// {@return the file of results, if it is one}
  Optional<Path> jsonFile() {
    return Optional.ofNullable(json).filter(name -> !name.equals(STDOUT)).map(Path::of);
  }

  /// {@return the file of a method's checkpoint, if requested}
  Optional<Path> checkpointOf(Method method) {
    return Optional.ofNullable(checkpoint).map(dir -> dir.resolve(method.label() + ".checkpoint"));
  }

  /// {@return the file of a method's history, if requested}
  Optional<Path> historyOf(Method method) {
    return Optional.ofNullable(history).map(dir -> dir.resolve(method.label() + ".jsonl"));
  }

  /// {@return the folder of weights, if requested}
  Optional<Path> folder() {
    return Optional.ofNullable(out);
  }
}
