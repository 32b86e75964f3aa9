package dev.tutti.nn.optim;

/// A position in training, in epochs, against a boundary of a schedule.
///
/// Positions and boundaries are quotients of steps by steps per epoch, and sums, differences and
/// multiples of such. Rounding moves them, so that the step at a boundary may seem to be before it:
/// 3 / 10 is less than 3 · 0.1. What differs by less than any step is therefore the same.
final class Position {
  /// Far more than rounding moves a position and far less than a step, as a part of the position or
  /// of an epoch.
  private static final double SLACK = 1e-10;

  private Position() {}

  /// {@return whether `epoch` is at `boundary` or after it}
  static boolean reached(double epoch, double boundary) {
    return epoch >= boundary - slack(boundary);
  }

  /// {@return how many whole lengths there are before `epoch`: `⌊epoch / length⌋`}
  static double whole(double epoch, double length) {
    return Math.floor((epoch + slack(epoch)) / length);
  }

  /// {@return which part of the way to `end` is done, 1 at the end and after it}
  static double part(double epoch, double end) {
    return reached(epoch, end) ? 1 : epoch / end;
  }

  /// {@return the position after `boundary`, which it has reached: 0 at it}
  static double since(double boundary, double epoch) {
    return Math.max(0, epoch - boundary);
  }

  /// {@return the number of steps before `epoch`, whole if it is the position of a step}
  static double step(double epoch, int stepsPerEpoch) {
    double steps = epoch * stepsPerEpoch;
    double nearest = Math.rint(steps);
    return Math.abs(steps - nearest) <= stepsPerEpoch * slack(epoch) ? nearest : steps;
  }

  private static double slack(double epoch) {
    return SLACK * Math.max(1, epoch);
  }
}
