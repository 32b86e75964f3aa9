package dev.tutti.engine;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Independent tasks on the engine's own ForkJoin pool; the common pool is never touched.
///
/// A task that starts tasks runs them itself, one after another: the outermost cut is the one that
/// is spread over threads. Results never depend on the number of threads.
///
/// The number of threads is `-Dtutti.threads`, by default the number of processors.
public final class Parallel {
  /// The most threads that can be asked for.
  public static final int MAX_THREADS = 32_767;

  private static volatile ForkJoinPool pool = pool(defaultThreads());

  private Parallel() {}

  private static int defaultThreads() {
    Integer asked = Integer.getInteger("tutti.threads");
    return asked != null && asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
  }

  private static ForkJoinPool pool(int threads) {
    return new ForkJoinPool(threads);
  }

  /// {@return the number of threads}
  public static int threads() {
    return pool.getParallelism();
  }

  /// Sets the number of threads for tasks started from now on.
  public static synchronized void threads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads must lie between 1 and " + MAX_THREADS + ", got " + threads);
    }
    if (threads != threads()) {
      pool = pool(threads); // the old one finishes its tasks; its idle threads end by themselves
    }
  }

  /// {@return whether the caller runs inside a task, so that new tasks would run one after another}
  public static boolean inTask() {
    return ForkJoinTask.inForkJoinPool();
  }

  /// Runs `body(0) … body(tasks − 1)` and returns when all are done; of several failures the one
  /// with the lowest number is thrown.
  public static void run(int tasks, IntConsumer body) {
    ForkJoinPool on = pool;
    if (tasks <= 1 || on.getParallelism() == 1 || inTask()) {
      IntStream.range(0, tasks).forEach(body);
      return;
    }
    Throwable[] failures = new Throwable[tasks];
    on.invoke(
        new RecursiveAction() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void compute() {
            ForkJoinTask.invokeAll(
                IntStream.range(0, tasks)
                    .mapToObj(i -> ForkJoinTask.adapt(() -> guarded(body, i, failures)))
                    .toList());
          }
        });
    for (Throwable failure : failures) {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }
  }

  /// A stretch of work.
  @FunctionalInterface
  public interface Range {
    /// Does the work of indices `from … to − 1`.
    void run(int from, int to);
  }

  /// Cuts `0 … n − 1` into one range per thread, of at least `grain` indices each, and runs them as
  /// tasks; one range when called inside a task.
  public static void ranges(int n, int grain, Range body) {
    int pieces = inTask() ? 1 : Math.max(1, Math.min(threads(), n / grain));
    run(pieces, i -> body.run((int) ((long) n * i / pieces), (int) ((long) n * (i + 1) / pieces)));
  }

  private static void guarded(IntConsumer body, int i, Throwable[] failures) {
    try {
      body.accept(i);
    } catch (RuntimeException | Error e) {
      failures[i] = e;
    }
  }
}
