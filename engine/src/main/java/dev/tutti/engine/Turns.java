package dev.tutti.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Calls of many threads at once: as many have a place as there are processors, and the others wait
/// in order. Running more would not finish sooner, and each call holds the values between its
/// layers.
///
/// A call that takes longer than a limit loses its place to the first that waits, which then runs
/// beside it. So short calls wait for long ones no longer than the limit, all of them together and
/// not one after another, and calls that wait for calls of other threads finish.
final class Turns {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(50);

  /// The turns of whole calls. While less than half of the heap is in use the limit is a moment.
  static final Turns OF_CALLS = new Turns(() -> isCrowded() ? SECOND : MOMENT);

  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  private final int places = Runtime.getRuntime().availableProcessors();
  private final LongSupplier limit;

  /// Held by the thread that is next.
  private final ReentrantLock next = new ReentrantLock(true);

  /// The calls that have a place, the oldest first.
  private final Deque<Turn> held = new ArrayDeque<>();

  private static final class Turn {
    private final long since = System.nanoTime();
  }

  /// @param limit for how many nanoseconds a call keeps its place while others wait
  Turns(LongSupplier limit) {
    this.limit = limit;
  }

  /// {@return what `call` returns} A call inside of a call belongs to it.
  <T> T run(Supplier<T> call) {
    if (INSIDE.get() || Parallel.inTask()) {
      return call.get();
    }
    Turn turn = begin();
    INSIDE.set(true);
    try {
      return call.get();
    } finally {
      INSIDE.remove();
      end(turn);
    }
  }

  /// {@return the number of places that nobody has}
  synchronized int free() {
    return places - held.size();
  }

  /// {@return a turn with a place, or without one if the thread is interrupted}
  private Turn begin() {
    try {
      next.lockInterruptibly();
      try {
        return placed();
      } finally {
        next.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Turn();
    }
  }

  private synchronized Turn placed() throws InterruptedException {
    while (held.size() == places) {
      long left = limit.getAsLong() - (System.nanoTime() - held.getFirst().since);
      if (left <= 0) {
        held.removeFirst();
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, MOMENT));
      }
    }
    Turn turn = new Turn();
    held.addLast(turn);
    return turn;
  }

  private synchronized void end(Turn turn) {
    held.remove(turn);
    notifyAll();
  }

  private static boolean isCrowded() {
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory() > jvm.maxMemory() / 2;
  }
}
