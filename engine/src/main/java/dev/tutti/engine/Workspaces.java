package dev.tutti.engine;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The working memory of kernels, which is reused: as many workspaces as processors, for any number
/// of calling threads.
///
/// The engine's own threads keep a workspace each. Another thread borrows one when its kernel asks
/// for it and gives it back when the kernel ends; if all are lent it waits, as it would for a
/// processor. Kernels do not wait for each other, so the wait ends; after a second of waiting the
/// thread gets a temporary workspace, which is dropped afterwards.
///
/// Internal: public only for the backends' packages.
public final class Workspaces<T> {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<T> make;
  private final long patience;
  private final ThreadLocal<Lent<T>> lent = new ThreadLocal<>();
  private final ConcurrentLinkedDeque<T> free = new ConcurrentLinkedDeque<>();
  private final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());

  private enum Return {
    TO_ALL,
    NEVER,
    THROWN_AWAY
  }

  private record Lent<T>(T workspace, Return when) {}

  /// @param make makes a workspace
  public Workspaces(Supplier<T> make) {
    this(make, SECOND);
  }

  /// @param patience after how many nanoseconds a kernel that waits gets a workspace of its own
  Workspaces(Supplier<T> make, long patience) {
    this.make = make;
    this.patience = patience;
  }

  /// {@return the workspace of the kernel that runs on this thread}
  public T get() {
    Lent<T> l = lent.get();
    if (l == null) {
      l = lend();
      lent.set(l);
    }
    return l.workspace;
  }

  private Lent<T> lend() {
    if (Team.helping()) {
      return new Lent<>(make.get(), Return.NEVER);
    }
    if (!permitted()) {
      return new Lent<>(make.get(), Return.THROWN_AWAY);
    }
    T workspace = free.poll();
    return new Lent<>(workspace == null ? make.get() : workspace, Return.TO_ALL);
  }

  private boolean permitted() {
    if (permits.tryAcquire()) {
      return true;
    }
    try {
      return permits.tryAcquire(patience, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Called on the same thread when the kernel has ended.
  public void done() {
    Lent<T> l = lent.get();
    if (l == null || l.when == Return.NEVER) {
      return;
    }
    lent.remove();
    if (l.when == Return.TO_ALL) {
      free.push(l.workspace);
      permits.release();
    }
  }
}
