package dev.tutti.ensembles.train;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/// Whether the thread that trains has been interrupted, by [Thread#interrupt].
///
/// @param trainer that thread; its flag is read, also by the threads that help it, and stays set
record Interruption(Thread trainer) {
  /// Of the current thread.
  Interruption() {
    this(Thread.currentThread());
  }

  boolean asked() {
    return trainer.isInterrupted();
  }

  /// {@return whether a failure is only the effect of an interrupt on reading or writing a file}
  boolean causes(Throwable failure) {
    for (Throwable cause = failure; asked() && cause != null; cause = cause.getCause()) {
      if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }
}
