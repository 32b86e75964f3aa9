package dev.tutti.bench.peers;

/// How long a [Session] may take. Nothing is left out when the time is used up: what is still to be
/// measured is measured in fewer rounds.
final class Budget {
  private final long end;

  /// A budget that starts now.
  Budget(double seconds) {
    end = System.nanoTime() + (long) (1e9 * seconds);
  }

  /// {@return whether the time is used up}
  boolean spent() {
    return System.nanoTime() - end > 0;
  }
}
