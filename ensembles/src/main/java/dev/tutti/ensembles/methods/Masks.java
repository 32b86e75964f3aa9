package dev.tutti.ensembles.methods;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;

/// Masks of Masksembles (Durasov et al., 2021), made in one go: `n` masks over exactly `c` columns,
/// each with the same number of ones, every column in one mask at least.
///
/// The paper's code draws masks over more columns, drops those that no mask has, and repeats until
/// the width fits, which for many sizes it never does (torch-uncertainty 0.13 does not end, the
/// original raises an error). Here masks are drawn over the `c` columns themselves; then, as long
/// as a column is in no mask, a mask gives up for it the column that most masks have.
public final class Masks {
  private Masks() {}

  /// {@return the number of ones in a mask, `c / (s · (1 − (1 − 1/s)ⁿ))` rounded down, as in the
  /// paper's code, but enough for `n` masks to cover `c` columns, and no more than there are}
  ///
  /// @param c columns
  /// @param n masks
  /// @param scale s, at least 1
  public static int ones(int c, int n, double scale) {
    if (c < 1 || n < 1 || !(scale >= 1) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "masks: columns, masks and scale must be at least 1, got %d, %d and %s"
              .formatted(c, n, scale));
    }
    int formula = (int) (c / (scale * (1 - Math.pow(1 - 1 / scale, n))));
    return Math.clamp(formula, Math.ceilDiv(c, n), c);
  }

  /// {@return `n` masks of ones and zeros, float32 `[n, c]`}
  public static Tensor draw(Key key, int n, int c, double scale) {
    int ones = ones(c, n, scale);
    float[] masks = new float[n * c];
    int[] in = new int[c]; // how many masks have a column
    for (int m = 0; m < n; m++) {
      int[] order = key.fold(m).permutation(c).toInts();
      for (int i = 0; i < ones; i++) {
        masks[m * c + order[i]] = 1;
        in[order[i]]++;
      }
    }
    for (int column = 0; column < c; column++) {
      if (in[column] == 0) {
        int most = most(in);
        int m = 0;
        while (masks[m * c + most] == 0) {
          m++;
        }
        masks[m * c + most] = 0;
        masks[m * c + column] = 1;
        in[most]--;
        in[column]++;
      }
    }
    return Tensor.of(masks, n, c);
  }

  /// {@return the mean number of ones that two masks have in common; of masks that are drawn freely
  /// about `ones² / c`}
  public static double overlap(Tensor masks) {
    int n = masks.dim(0);
    double all = masks.matmul(masks, false, true).sum().item(); // each with each, itself too
    return n == 1 ? 0 : (all - masks.sum().item()) / (n * (n - 1.0));
  }

  private static int most(int[] in) {
    int most = 0;
    for (int column = 1; column < in.length; column++) {
      most = in[column] > in[most] ? column : most;
    }
    return most;
  }
}
