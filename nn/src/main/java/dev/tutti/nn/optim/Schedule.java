package dev.tutti.nn.optim;

/// The factor on the learning rate as training goes on.
///
/// A schedule has factors on the base rate; PyTorch's schedulers have learning rates (`eta_min`)
/// instead. At whole epochs, or throughout with [#perEpoch], the factors are those of PyTorch's
/// schedulers stepped once per epoch; between, they are smooth if the schedule is smooth.
///
/// Within an epoch the position is step / steps per epoch, which is rounded. A position that
/// differs from a jump of the schedule by less than any step (a part of 1e-10) is at the jump: no
/// restart, milestone or end of a warm-up comes a step late.
@FunctionalInterface
public interface Schedule {
  /// {@return the factor at `epoch`, which counts from 0 and is fractional within an epoch}
  double factor(double epoch);

  /// {@return this schedule with one value per epoch, as PyTorch steps its schedulers}
  default Schedule perEpoch() {
    return epoch -> factor(Position.whole(epoch, 1));
  }

  /// {@return this schedule for this many epochs, then `next` from its start (`SequentialLR`)}
  default Schedule then(double epochs, Schedule next) {
    Range.NOT_NEGATIVE.check("then: epochs", epochs);
    return epoch ->
        Position.reached(epoch, epochs)
            ? next.factor(Position.since(epochs, epoch))
            : factor(epoch);
  }

  /// {@return the product of both factors (`ChainedScheduler`)}
  default Schedule times(Schedule other) {
    return epoch -> factor(epoch) * other.factor(epoch);
  }

  /// {@return the factor 1 throughout}
  static Schedule constant() {
    return constant(1);
  }

  /// {@return one factor throughout}
  static Schedule constant(double factor) {
    Range.NOT_NEGATIVE.check("constant: the factor", factor);
    return epoch -> factor;
  }

  /// {@return `gamma` to the power of how many times `size` epochs have passed (`StepLR`)}
  static Schedule step(int size, double gamma) {
    Range.POSITIVE.check("step: the size", size);
    Range.NOT_NEGATIVE.check("step: gamma", gamma);
    return epoch -> StrictMath.pow(gamma, Position.whole(epoch, size));
  }

  /// {@return 1, times `gamma` for every milestone that has been reached (`MultiStepLR`)}
  static Schedule multiStep(double gamma, int... milestones) {
    Range.NOT_NEGATIVE.check("multi-step: gamma", gamma);
    int[] at = milestones.clone();
    return epoch -> {
      double factor = 1;
      for (int milestone : at) {
        factor *= Position.reached(epoch, milestone) ? gamma : 1;
      }
      return factor;
    };
  }

  /// {@return `gamma` to the power of `epoch` (`ExponentialLR`)}
  static Schedule exponential(double gamma) {
    Range.POSITIVE.check("exponential: gamma", gamma);
    return epoch -> StrictMath.pow(gamma, epoch);
  }

  /// {@return from one factor to another along a line, the other afterwards (`LinearLR`)}
  static Schedule linear(double from, double to, double epochs) {
    Range.NOT_NEGATIVE.check("linear: the first factor", from);
    Range.NOT_NEGATIVE.check("linear: the last factor", to);
    Range.POSITIVE.check("linear: epochs", epochs);
    return epoch -> Anneal.LINEAR.between(from, to, Position.part(epoch, epochs));
  }

  /// {@return from a factor to 1 along a line, then another schedule from its start}
  ///
  /// PyTorch's `SequentialLR` of `LinearLR` and the other.
  static Schedule warmup(double epochs, double startFactor, Schedule then) {
    return linear(startFactor, 1, epochs).then(epochs, then);
  }

  /// {@return from 1 to 0 as `(1 − epoch / epochs)^power`; 0 afterwards (`PolynomialLR`)}
  static Schedule polynomial(double epochs, double power) {
    Range.POSITIVE.check("polynomial: epochs", epochs);
    Range.POSITIVE.check("polynomial: the power", power);
    return epoch -> StrictMath.pow(1 - Position.part(epoch, epochs), power);
  }

  /// {@return from 1 to 0 along half a cosine, `½ (1 + cos(π · epoch / epochs))`; 0 afterwards}
  /// (Loshchilov and Hutter, 2017; PyTorch's `CosineAnnealingLR` up to `T_max`.)
  static Schedule cosine(double epochs) {
    return cosine(epochs, 0);
  }

  /// {@return from 1 to a last factor along half a cosine; the last factor afterwards}
  static Schedule cosine(double epochs, double last) {
    Range.POSITIVE.check("cosine: epochs", epochs);
    Range.NOT_NEGATIVE.check("cosine: the last factor", last);
    return epoch -> Anneal.COSINE.between(1, last, Position.part(epoch, epochs));
  }

  /// {@return a cosine that starts again and again; see [CosineRestarts]}
  static CosineRestarts cosineRestarts(double first, int growth, double last) {
    return new CosineRestarts(first, growth, last);
  }

  /// {@return up, and down to almost nothing; see [OneCycle]}
  static OneCycle oneCycle(int epochs, int stepsPerEpoch) {
    return new OneCycle(epochs, stepsPerEpoch);
  }
}
