package dev.tutti.engine;

import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// Independent tasks on the engine's own threads; the common ForkJoin pool is never touched.
///
/// A task that starts tasks runs them itself, one after another: the outermost cut is the one that
/// is spread over threads. Results never depend on the number of threads.
///
/// The number of threads is `-Dtutti.threads`, by default the number of processors; a value that is
/// not such a number is logged and ignored.
public final class Parallel {
  /// The largest number of threads that can be set.
  public static final int MAX_THREADS = 32_767;

  private static final ThreadLocal<Boolean> IN_TASK = ThreadLocal.withInitial(() -> false);

  private static volatile int threads = defaultThreads();
  private static volatile Team team = new Team(threads - 1);

  private Parallel() {}

  private static int defaultThreads() {
    int processors = Runtime.getRuntime().availableProcessors();
    String asked = System.getProperty("tutti.threads");
    if (asked == null) {
      return processors;
    }
    try {
      int number = Integer.parseInt(asked);
      if (number >= 1 && number <= MAX_THREADS) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for numbers out of range
    }
    System.getLogger(Parallel.class.getPackageName())
        .log(
            System.Logger.Level.WARNING,
            "-Dtutti.threads="
                + asked
                + " is not a number of threads; use 1 to "
                + MAX_THREADS
                + "; this run takes the number of processors, "
                + processors);
    return processors;
  }

  /// {@return the number of threads}
  public static int threads() {
    return threads;
  }

  /// Sets the number of threads for tasks started from now on.
  public static synchronized void threads(int number) {
    if (number < 1 || number > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads must be between 1 and " + MAX_THREADS + ", got " + number);
    }
    if (number != threads) {
      team.dismiss();
      team = new Team(number - 1);
      threads = number;
    }
  }

  /// {@return whether the caller runs inside a task (one of these or a ForkJoin task), so that new
  /// tasks would run one after another}
  public static boolean inTask() {
    return Team.helping() || IN_TASK.get() || ForkJoinTask.inForkJoinPool();
  }

  /// {@return what `call` returns, which holds much memory while it runs}
  ///
  /// Of calls on many threads, as many run at once as there are processors; the others wait. A call
  /// keeps its place for a second at most, and for 50 ms while less than half of the heap is in
  /// use: then the next one goes on beside it, so that long calls do not hold up short ones. A call
  /// inside of a call does not wait.
  ///
  /// Internal: `vmap` and a layer's prediction do this themselves.
  public static <T> T inTurn(Supplier<T> call) {
    return Turns.OF_CALLS.run(call);
  }

  /// Runs `body(0) … body(tasks − 1)` and returns when all are done; of several failures the one
  /// with the lowest number is thrown.
  public static void run(int tasks, IntConsumer body) {
    if (tasks <= 1 || threads == 1 || inTask()) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    Throwable[] failures = new Throwable[tasks];
    IntConsumer guarded = i -> guarded(body, i, failures);
    IN_TASK.set(true);
    try {
      if (!team.run(tasks, guarded)) {
        for (int i = 0; i < tasks; i++) {
          guarded.accept(i);
        }
      }
    } finally {
      IN_TASK.set(false);
    }
    for (Throwable failure : failures) {
      if (failure != null) {
        Parallel.<RuntimeException>raise(failure);
      }
    }
  }

  /// Throws what a task threw, also an exception that its lambda should not have let out.
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
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
    } catch (Throwable e) {
      failures[i] = e;
    }
  }
}
