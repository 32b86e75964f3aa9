package dev.tutti.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// Threads that help their caller: tasks are numbered, and caller and helpers take the next number
/// until none is left.
///
/// A helper that finds nothing to do looks again for a while before it parks, since kernels follow
/// each other within microseconds and waking a parked thread takes longer than many a kernel. The
/// caller never waits for a helper that has not begun: on a busy machine it does all the work
/// itself.
final class Team {
  /// How long an idle thread looks for work before it parks.
  private static final long SPIN_NANOS = 50_000;

  private final Helper[] helpers;
  private volatile Job job;
  private volatile boolean dismissed;
  private boolean busy;

  Team(int helpers) {
    this.helpers = new Helper[helpers];
  }

  /// {@return whether the current thread works for a team}
  static boolean helping() {
    return Thread.currentThread() instanceof Helper;
  }

  /// Runs tasks `0 … tasks − 1`; false when the team works for another caller already.
  boolean run(int tasks, IntConsumer body) {
    synchronized (this) {
      if (busy) {
        return false;
      }
      busy = true;
    }
    try {
      Job mine = new Job(tasks, body, Thread.currentThread());
      job = mine;
      try {
        wake(Math.min(tasks - 1, helpers.length));
      } catch (OutOfMemoryError noMoreThreads) {
        // those that there are do the work
      }
      mine.work();
      mine.await();
    } finally {
      job = null;
      synchronized (this) {
        busy = false;
      }
    }
    return true;
  }

  /// Ends the helpers as soon as they have nothing to do.
  void dismiss() {
    dismissed = true;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  private void wake(int count) {
    for (int i = 0; i < count; i++) {
      if (helpers[i] == null) {
        Helper helper = new Helper(i + 1);
        helper.start();
        helpers[i] = helper;
      } else if (helpers[i].parked) {
        LockSupport.unpark(helpers[i]);
      }
    }
  }

  /// One set of tasks.
  private static final class Job {
    private final int tasks;
    private final IntConsumer body;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean waiting;

    Job(int tasks, IntConsumer body, Thread caller) {
      this.tasks = tasks;
      this.body = body;
      this.caller = caller;
    }

    void work() {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        body.accept(i);
        if (done.incrementAndGet() == tasks && waiting) {
          LockSupport.unpark(caller);
        }
      }
    }

    boolean open() {
      return next.get() < tasks;
    }

    /// Returns when all tasks are done. An interrupted caller keeps its flag, which tasks may look
    /// at.
    void await() {
      long end = System.nanoTime() + SPIN_NANOS;
      while (done.get() < tasks && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      waiting = true;
      while (done.get() < tasks) {
        if (caller.isInterrupted()) {
          Thread.yield(); // park would return at once
        } else {
          LockSupport.park(this);
        }
      }
    }
  }

  private final class Helper extends Thread {
    private volatile boolean parked;

    Helper(int number) {
      super("tutti-" + number);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (true) {
        Job found = job;
        if (found != null && found.open()) {
          found.work();
        } else if (dismissed) {
          return;
        } else {
          rest();
        }
      }
    }

    private void rest() {
      long end = System.nanoTime() + SPIN_NANOS;
      while (System.nanoTime() < end) {
        if (hasWork()) {
          return;
        }
        Thread.onSpinWait();
      }
      parked = true;
      if (!hasWork()) {
        LockSupport.park(Team.this);
      }
      parked = false;
    }

    private boolean hasWork() {
      Job found = job;
      return dismissed || found != null && found.open();
    }
  }
}
