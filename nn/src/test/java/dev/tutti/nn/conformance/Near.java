package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tutti.engine.Tensor;

/// How far our numbers may be from PyTorch's.
///
/// Both compute in float32 and add in different orders, so sums differ in their last digits. An
/// element's error is therefore measured against the largest finite magnitude of its tensor, which
/// is the size of the terms that were added, not against the element itself, which may be their
/// small difference: `|actual − expected| ≤ relative · max |expected|`. Where elements do not mix
/// (activations on extreme inputs) each is measured by itself: `|actual − expected| ≤ relative ·
/// |expected| + floor`. Not-a-number and infinities must be in the same places as PyTorch's.
///
/// @param relative the error relative to the magnitude
/// @param elementwise whether each element has its own magnitude
/// @param floor what an element of any size may differ by, if each is measured by itself
record Near(double relative, boolean elementwise, double floor) {
  /// What outputs, gradients and running statistics of one layer or loss keep: sixteen times the
  /// distance of PyTorch's own float32 from its float64 in the fixtures, which is at most 1.2e-6.
  static final Near LAYER = new Near(2e-5, false, 0);

  /// {@return a bound relative to the tensor's largest magnitude}
  static Near relative(double relative) {
    return new Near(relative, false, 0);
  }

  /// Fails unless the two have one shape and are as near as this says.
  void check(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape(), what);
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    double scale = largest(e);
    for (int i = 0; i < e.length; i++) {
      boolean same = Double.compare(a[i], e[i]) == 0;
      double allowed = relative * (elementwise ? Math.abs(e[i]) : scale) + floor;
      boolean finite = Double.isFinite(e[i]);
      if (!same && !(finite && Math.abs(a[i] - e[i]) <= allowed)) {
        fail(
            "%s: element %d of %s is %s, PyTorch's is %s, allowed is a distance of %.3g"
                .formatted(what, i, actual.shape(), a[i], e[i], finite ? allowed : 0));
      }
    }
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double v : values) {
      largest = Double.isFinite(v) ? Math.max(largest, Math.abs(v)) : largest;
    }
    return largest;
  }
}
