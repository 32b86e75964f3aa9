package dev.tutti.nn.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The batches that were last requested and those that follow them. Each is made once, by a worker
/// or a caller, whichever is first.
///
/// A caller waits only for a batch that has been begun, so neither busy nor missing workers can
/// delay it.
final class BatchWindow {
  private final BatchPlan plan;
  private final Prefetch prefetch;
  private final int most;

  /// By step (the batch's number counted through all epochs), the one used longest ago first.
  private final Map<Long, FutureTask<Batch>> tasks = new LinkedHashMap<>(16, 0.75f, true);

  /// Those of them that no worker has taken, the next step first.
  private final TreeMap<Long, FutureTask<Batch>> waiting = new TreeMap<>();

  /// How many workers make them, or will.
  private int working;

  BatchWindow(BatchPlan plan, Prefetch prefetch) {
    this.plan = plan;
    this.prefetch = prefetch;
    this.most = 2 * (prefetch.ahead() + 1);
  }

  Batch batch(int epoch, int index) {
    long step = (long) epoch * plan.count() + index;
    FutureTask<Batch> task = ask(step);
    task.run(); // does nothing if another thread has begun
    return result(step, task);
  }

  private synchronized FutureTask<Batch> ask(long step) {
    int workers = prefetch.parallelism();
    for (int k = workers == 0 ? 0 : prefetch.ahead(); k > 0; k--) {
      tasks.computeIfAbsent(
          step + k,
          s -> {
            FutureTask<Batch> later = task(s);
            waiting.put(s, later);
            return later;
          });
    }
    FutureTask<Batch> task = tasks.computeIfAbsent(step, this::task);
    waiting.remove(step);
    Iterator<Long> oldest = tasks.keySet().iterator();
    while (tasks.size() > most) {
      waiting.remove(oldest.next());
      oldest.remove();
    }
    for (; working < Math.min(workers, waiting.size()); working++) {
      prefetch.start(this::work);
    }
    return task;
  }

  private FutureTask<Batch> task(long step) {
    int count = plan.count();
    int epoch = (int) Math.floorDiv(step, (long) count);
    return new FutureTask<>(() -> plan.batch(epoch, Math.floorMod(step, count)));
  }

  private void work() {
    for (FutureTask<Batch> next = next(); next != null; next = next()) {
      next.run();
    }
  }

  private synchronized FutureTask<Batch> next() {
    Map.Entry<Long, FutureTask<Batch>> first = waiting.pollFirstEntry();
    if (first == null) {
      working--;
      return null;
    }
    return first.getValue();
  }

  /// The batch, when it is made. A failure is not kept: a new request tries again.
  private Batch result(long step, FutureTask<Batch> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      synchronized (this) {
        tasks.remove(step, task);
      }
      throw BatchWindow.<RuntimeException>raised(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// A plan throws unchecked exceptions only.
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E raised(Throwable failure) throws E {
    throw (E) failure;
  }
}
