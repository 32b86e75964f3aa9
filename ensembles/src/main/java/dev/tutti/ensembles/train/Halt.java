package dev.tutti.ensembles.train;

import dev.tutti.nn.fit.TrainingError;

/// The first failure of a stretch, which ends all shards. Shards continue up to the step that
/// failed, so the earliest failure, of the lowest member, is found for any cut into shards.
final class Halt {
  private volatile int step = Integer.MAX_VALUE;
  private int member;
  private RuntimeException cause;

  boolean before(int at) {
    return step < at;
  }

  synchronized void at(int at, int first, RuntimeException e) {
    // At one step the training's own error goes before that of a listener.
    boolean own = e instanceof TrainingError && !(cause instanceof TrainingError);
    boolean other = cause instanceof TrainingError && !(e instanceof TrainingError);
    if (at < step || at == step && !other && (own || first < member)) {
      cause = e;
      member = first;
      step = at;
    }
  }

  synchronized void raise() {
    if (cause != null) {
      throw cause;
    }
  }
}
