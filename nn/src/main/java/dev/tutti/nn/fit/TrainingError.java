package dev.tutti.nn.fit;

import dev.tutti.engine.Tree;

/// Training that cannot continue: a loss or a parameter that is not finite, with the member and
/// step named, or a batch that is too small for the network.
public final class TrainingError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Creates an error with its one-line message.
  public TrainingError(String message) {
    super(message);
  }

  /// Creates an error with its one-line message and its cause.
  TrainingError(String message, Throwable cause) {
    super(message, cause);
  }

  /// Checks the parameters after a step.
  public static void requireFinite(Object network, String whose, int epoch, int step) {
    for (Tree.Leaf leaf : Tree.leaves(network)) {
      // Zero times a number that is not finite is NaN.
      if (leaf.tensor().dtype().isFloat() && leaf.tensor().mul(0).sum().item() != 0) {
        throw new TrainingError(
            "training: %s of %s is not finite after epoch %s, step %s; a smaller learning rate may help"
                .formatted(leaf.path(), whose, epoch + 1, step + 1));
      }
    }
  }

  /// Checks the loss of a step.
  public static void requireFinite(double loss, String whose, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      throw new TrainingError(
          "training: the loss of %s is %s at epoch %s, step %s; a smaller learning rate may help"
              .formatted(whose, loss, epoch + 1, step + 1));
    }
  }
}
