package dev.tutti.nn.optim;

/// Up to the base rate and down to almost nothing within one training run (Smith and Topin, 2017),
/// PyTorch's `OneCycleLR` without its cycle of the momentum; the base rate is its `max_lr`.
///
/// With `n = epochs · stepsPerEpoch` steps, the factor goes from `1 / divFactor` at the first step
/// to 1 at step `pctStart · n − 1`, and to `1 / (divFactor · finalDivFactor)` at step `n − 1`; in
/// three phases, first back to `1 / divFactor` at step `2 · pctStart · n − 2`.
///
/// @param stepsPerEpoch how many steps (batches) are taken in an epoch; 1 for a schedule per epoch
/// @param pctStart the part of the steps on the way up
/// @param threePhase whether the way down has the length of the way up, the rest going lower
public record OneCycle(
    int epochs,
    int stepsPerEpoch,
    double pctStart,
    Anneal anneal,
    double divFactor,
    double finalDivFactor,
    boolean threePhase)
    implements Schedule {
  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if a number is not positive or `pctStart` is over 1, or over
  ///   ½ with three phases
  public OneCycle {
    Range.POSITIVE.check("one cycle: epochs", epochs);
    Range.POSITIVE.check("one cycle: steps per epoch", stepsPerEpoch);
    Range.POSITIVE.check("one cycle: the first divisor", divFactor);
    Range.POSITIVE.check("one cycle: the last divisor", finalDivFactor);
    if (!(pctStart >= 0 && pctStart <= (threePhase ? 0.5 : 1))) {
      throw new IllegalArgumentException(
          "one cycle: the part on the way up must be in "
              + (threePhase ? "[0, 0.5] with three phases" : "[0, 1]")
              + ", got "
              + pctStart);
    }
  }

  /// One cycle with PyTorch's defaults: 0.3 of it on the way up, along cosines, from 1 / 25 and to
  /// 1 / 250000, in two phases.
  public OneCycle(int epochs, int stepsPerEpoch) {
    this(epochs, stepsPerEpoch, 0.3, Anneal.COSINE, 25, 1e4, false);
  }

  /// {@return this with another part of the steps on the way up}
  public OneCycle pctStart(double part) {
    return new OneCycle(epochs, stepsPerEpoch, part, anneal, divFactor, finalDivFactor, threePhase);
  }

  /// {@return this along cosines or lines}
  public OneCycle anneal(Anneal along) {
    return new OneCycle(
        epochs, stepsPerEpoch, pctStart, along, divFactor, finalDivFactor, threePhase);
  }

  /// {@return this from `1 / divisor`}
  public OneCycle divFactor(double divisor) {
    return new OneCycle(
        epochs, stepsPerEpoch, pctStart, anneal, divisor, finalDivFactor, threePhase);
  }

  /// {@return this to the first factor over `divisor`}
  public OneCycle finalDivFactor(double divisor) {
    return new OneCycle(epochs, stepsPerEpoch, pctStart, anneal, divFactor, divisor, threePhase);
  }

  /// {@return this in three phases or in two}
  public OneCycle threePhase(boolean on) {
    return new OneCycle(epochs, stepsPerEpoch, pctStart, anneal, divFactor, finalDivFactor, on);
  }

  @Override
  public double factor(double epoch) {
    double steps = (double) epochs * stepsPerEpoch;
    double up = pctStart * steps - 1;
    double step = Math.min(Position.step(epoch, stepsPerEpoch), steps - 1);
    double start = 1 / divFactor;
    double end = start / finalDivFactor;
    if (step < up || up >= steps - 1) {
      return anneal.between(start, 1, up > 0 ? step / up : 1);
    }
    if (!threePhase) {
      return anneal.between(1, end, (step - up) / (steps - 1 - up));
    }
    double down = 2 * pctStart * steps - 2;
    return step < down
        ? anneal.between(1, start, (step - up) / (down - up))
        : anneal.between(start, end, (step - down) / (steps - 1 - down));
  }
}
