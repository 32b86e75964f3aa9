package dev.tutti.ensembles.train;

/// Training that cannot go on: a loss that is not a number, with the member and step named.
public final class TrainingError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Creates an error with its one-line message.
  public TrainingError(String message) {
    super(message);
  }
}
