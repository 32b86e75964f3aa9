package dev.tutti.ensembles.train;

/// Training that cannot go on: a loss that is not a number, with the member and step named.
public final class TrainingError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Creates an error with its one-line message.
  public TrainingError(String message) {
    super(message);
  }

  /// Checks the loss of a step.
  static void requireFinite(double loss, String whose, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      throw new TrainingError(
          "training: the loss of "
              + whose
              + " is "
              + loss
              + " at epoch "
              + (epoch + 1)
              + ", step "
              + (step + 1)
              + "; a smaller learning rate may help");
    }
  }
}
