package dev.tutti.bench.peers;

import java.util.Locale;

/// Checks that two contenders compute the same.
final class Agreement {
  /// The largest difference allowed, as a share of the largest element.
  static final double ALLOWED = 1e-3;

  private Agreement() {}

  /// Compares two results: the largest difference of two elements over the largest element.
  ///
  /// @throws IllegalStateException if it is above [#ALLOWED]
  static void check(String workload, String peer, float[] ours, float[] theirs) {
    if (ours.length != theirs.length) {
      throw new IllegalStateException(
          "%s: ours has %d elements, %s has %d"
              .formatted(workload, ours.length, peer, theirs.length));
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(theirs[i]));
      double d = Math.abs((double) ours[i] - theirs[i]);
      difference = Double.isNaN(d) ? Double.NaN : Math.max(difference, d);
    }
    double relative = difference / largest;
    System.err.println(
        String.format(
            Locale.ROOT,
            "  %s: ours and %s differ by %.1e of the largest",
            workload,
            peer,
            relative));
    if (!(relative < ALLOWED)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: ours and %s differ by %.2e of the largest element; below %.0e is expected",
              workload,
              peer,
              relative,
              ALLOWED));
    }
  }
}
