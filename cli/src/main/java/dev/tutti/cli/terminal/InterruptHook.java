package dev.tutti.cli.terminal;

/// What is to be done when the process is told to stop (Ctrl-C) before this is closed. It runs in a
/// shutdown hook, so the work goes on until the JVM halts after it.
public final class InterruptHook implements AutoCloseable {
  private final Thread hook;

  private InterruptHook(Thread hook) {
    this.hook = hook;
  }

  public static InterruptHook add(Runnable interrupted) {
    Thread hook = new Thread(interrupted, "tutti-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    return new InterruptHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // it runs already
    }
  }
}
