package dev.tutti.nn.fit;

/// What a training run reports after each step.
///
/// @param epoch the running epoch, from 0
/// @param epochs how many there are
/// @param step the number of steps done in this epoch
/// @param steps how many an epoch has
/// @param loss the loss of the step; if members train separately, that of the first one in training
public record Progress(int epoch, int epochs, int step, int steps, double loss) {

  /// A listener. Calls come one at a time.
  @FunctionalInterface
  public interface Listener {
    /// Takes a report; a `RuntimeException` ends the training and is thrown by it.
    void report(Progress progress);

    /// Listens to nothing.
    Listener NONE = progress -> {};
  }
}
