package dev.tutti.nn.fit;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/// Whether the thread that trains has been interrupted, by [Thread#interrupt].
///
/// @param trainer that thread; its flag is read, also by the threads that help it, and stays set
public record Interruption(Thread trainer) {
  /// Of the current thread.
  public Interruption() {
    this(Thread.currentThread());
  }

  /// {@return whether the training is to end}
  public boolean asked() {
    return trainer.isInterrupted();
  }

  /// {@return whether a failure is only the effect of an interrupt on reading or writing a file}
  public boolean causes(Throwable failure) {
    for (Throwable cause = failure; asked() && cause != null; cause = cause.getCause()) {
      if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }
}
