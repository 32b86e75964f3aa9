package dev.tutti.ensembles.train;

/// What a training run reports after each step.
///
/// @param epoch the running epoch, from 0
/// @param epochs how many there are
/// @param step the number of steps done in this epoch
/// @param steps how many an epoch has
/// @param loss the loss of the step; where members train apart, that of the first one in training
public record Progress(int epoch, int epochs, int step, int steps, double loss) {

  /// Who wants to know. Calls come one at a time.
  @FunctionalInterface
  public interface Listener {
    /// Takes a report; a `RuntimeException` ends the training and comes out of it.
    void report(Progress progress);

    /// Listens to nothing.
    Listener NONE = progress -> {};
  }
}
