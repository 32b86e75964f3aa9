package dev.tutti.nn.optim;

/// The factor on the learning rate as training goes on.
@FunctionalInterface
public interface Schedule {
  /// {@return the factor at `epoch`, which counts from 0 and is fractional within an epoch}
  double factor(double epoch);

  /// {@return this schedule with one value per epoch, as PyTorch steps its schedulers}
  default Schedule perEpoch() {
    return epoch -> factor(Math.floor(epoch));
  }

  /// {@return the factor 1 throughout}
  static Schedule constant() {
    return epoch -> 1;
  }

  /// {@return from 1 to 0 along half a cosine, `½ (1 + cos(π · epoch / epochs))`; 0 afterwards}
  /// (Loshchilov and Hutter, 2017; PyTorch's `CosineAnnealingLR` when stepped per epoch.)
  static Schedule cosine(double epochs) {
    return epoch -> epoch >= epochs ? 0 : 0.5 * (1 + StrictMath.cos(Math.PI * epoch / epochs));
  }

  /// {@return 1, times `gamma` for every milestone that has been reached (`MultiStepLR`)}
  static Schedule multiStep(double gamma, int... milestones) {
    int[] at = milestones.clone();
    return epoch -> {
      double factor = 1;
      for (int milestone : at) {
        factor *= epoch >= milestone ? gamma : 1;
      }
      return factor;
    };
  }
}
