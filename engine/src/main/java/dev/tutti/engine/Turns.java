package dev.tutti.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Calls of many threads at once: as many run as there are processors, and the others wait. Running
/// more would not finish sooner, and each call holds the values between its layers.
///
/// While less than half of the heap is in use, the waiting calls start one by one, so that a short
/// call does not wait for long ones without need. A call that waits for another thread's call could
/// wait forever, so no call waits longer than [#PATIENCE] without seeing a call end.
final class Turns {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(50);

  private static final Semaphore PLACES =
      new Semaphore(Runtime.getRuntime().availableProcessors(), true);

  /// Held by the thread that is next.
  private static final ReentrantLock NEXT = new ReentrantLock(true);

  private static final AtomicLong ENDED = new AtomicLong();
  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  private Turns() {}

  /// {@return what `call` returns} A call inside of a call belongs to it.
  static <T> T run(Supplier<T> call) {
    if (INSIDE.get() || Parallel.inTask()) {
      return call.get();
    }
    boolean placed = PLACES.tryAcquire() || waited();
    INSIDE.set(true);
    try {
      return call.get();
    } finally {
      INSIDE.remove();
      ENDED.incrementAndGet();
      if (placed) {
        PLACES.release();
      }
    }
  }

  /// {@return whether there is a place now; if not, the call runs without one}
  private static boolean waited() {
    try {
      NEXT.lockInterruptibly();
      try {
        long ended = ENDED.get();
        long since = System.nanoTime();
        while (!PLACES.tryAcquire(STEP, TimeUnit.NANOSECONDS)) {
          if (ENDED.get() != ended) {
            ended = ENDED.get();
            since = System.nanoTime();
          }
          if (!isCrowded() || System.nanoTime() - since > PATIENCE) {
            return false;
          }
        }
        return true;
      } finally {
        NEXT.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isCrowded() {
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory() > jvm.maxMemory() / 2;
  }
}
