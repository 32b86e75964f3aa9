package dev.tutti.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// Worker threads that run the tasks of one caller at a time. Tasks are numbered; the caller and
/// the helpers each take the next number from a shared counter until none is left.
///
/// An idle helper spins for [#SPIN_NANOS] before it parks: kernels follow each other within
/// microseconds, and waking a parked thread takes longer than many kernels run. The caller waits
/// only for tasks that a helper has begun, so on a busy machine it does all the work itself.
final class Team {
  /// How long an idle thread spins before it parks.
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

  /// Runs tasks `0 … tasks − 1`. Returns false, and runs none, if the team already works for
  /// another caller.
  boolean run(int tasks, IntConsumer body) {
    synchronized (this) {
      if (busy) {
        return false;
      }
      busy = true;
    }
    try {
      Job mine = new Job(tasks, body);
      job = mine;
      try {
        wake(Math.min(tasks - 1, helpers.length));
      } catch (OutOfMemoryError noMoreThreads) {
        // the threads that exist do the work
      }
      mine.work();
      await(mine);
    } finally {
      job = null;
      synchronized (this) {
        busy = false;
      }
    }
    return true;
  }

  /// Ends each helper as soon as it is idle.
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

  /// Returns when all tasks are done, none of which is left to take. Helpers work while they hold a
  /// lock: waiting for a lock neither ends nor clears the flag of a thread that was interrupted,
  /// which tasks may look at.
  private void await(Job mine) {
    long end = System.nanoTime() + SPIN_NANOS;
    while (!mine.ended() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    for (Helper helper : helpers) {
      if (mine.ended()) {
        return;
      }
      if (helper != null) {
        synchronized (helper.working) {
          // the helper has finished what it took
        }
      }
    }
  }

  /// The tasks of one call of [#run].
  private static final class Job {
    private final int tasks;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    Job(int tasks, IntConsumer body) {
      this.tasks = tasks;
      this.body = body;
    }

    void work() {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        body.accept(i);
        done.incrementAndGet();
      }
    }

    boolean open() {
      return next.get() < tasks;
    }

    boolean ended() {
      return done.get() == tasks;
    }
  }

  private final class Helper extends Thread {
    private final Object working = new Object();
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
          synchronized (working) {
            found.work();
          }
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
