package dev.tutti.nn.data;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Daemon threads that make batches in advance.
///
/// They belong to a ForkJoin pool, so the engine treats their work as tasks and leaves its own
/// threads to the training.
///
/// @param workers the threads, null for none
/// @param ahead how many batches they make in advance
record Prefetch(ForkJoinPool workers, int ahead) {
  private static final int MOST_WORKERS = 256;
  private static final int MOST_AHEAD = 1 << 16;
  private static final long IDLE_SECONDS = 5;

  static Prefetch of(int workers, int ahead) {
    if (workers < 0 || workers > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "prefetched: workers must be between 0 and " + MOST_WORKERS + ", got " + workers);
    }
    if (ahead < 0 || ahead > MOST_AHEAD) {
      throw new IllegalArgumentException(
          "prefetched: batches ahead must be between 0 and " + MOST_AHEAD + ", got " + ahead);
    }
    return new Prefetch(workers == 0 ? null : pool(workers), ahead);
  }

  private static ForkJoinPool pool(int workers) {
    ForkJoinPool.ForkJoinWorkerThreadFactory threads =
        pool -> {
          var thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName("tutti-batches-" + thread.getPoolIndex());
          return thread;
        };
    return new ForkJoinPool(
        workers, threads, null, true, 0, workers, 0, null, IDLE_SECONDS, TimeUnit.SECONDS);
  }

  /// {@return how many batches can be made at once, 0 after [#close]}
  int parallelism() {
    return workers == null || workers.isShutdown() ? 0 : workers.getParallelism();
  }

  /// Runs `work` on a worker as soon as one is free.
  void start(Runnable work) {
    try {
      workers.execute(work);
    } catch (RejectedExecutionException closed) {
      // closed since: from now on callers make their batches
    }
  }

  void close() {
    if (workers != null) {
      workers.shutdown();
    }
  }
}
