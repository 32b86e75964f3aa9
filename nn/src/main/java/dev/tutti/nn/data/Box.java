package dev.tutti.nn.data;

import dev.tutti.engine.Key;

/// A rectangle of an image's pixels.
public record Box(int top, int left, int height, int width) {
  /// How often a rectangle is drawn before giving up.
  private static final int TRIES = 10;

  /// The numbers that [#ofArea] draws from.
  public static final int DRAWS = 2 * TRIES + 2;

  /// What a rectangle's size is drawn from: its area as a share of the image's, uniform, and its
  /// aspect, uniform in the logarithm.
  public record Sizes(double shareLow, double shareHigh, double aspectLow, double aspectHigh) {
    /// Checks the ranges.
    public Sizes {
      if (!(shareLow >= 0 && shareLow <= shareHigh && shareHigh <= 1)) {
        throw new IllegalArgumentException(
            "shares of an image's area need 0 ≤ low ≤ high ≤ 1, got %s and %s"
                .formatted(shareLow, shareHigh));
      }
      if (!(aspectLow > 0 && aspectLow <= aspectHigh && aspectHigh < 1e6)) {
        throw new IllegalArgumentException(
            "aspects need 0 < low ≤ high < 1e6, got %s and %s".formatted(aspectLow, aspectHigh));
      }
    }
  }

  /// A rectangle of random area and aspect (height by width) at a random place of an image; null
  /// after ten that do not fit.
  ///
  /// @param least the least height and width
  /// @param spare how many rows and columns of the image it must leave
  /// @param u uniform numbers, [#DRAWS] of them from `at` on
  public static Box ofArea(Sizes sizes, int h, int w, int least, int spare, float[] u, int at) {
    double low = StrictMath.log(sizes.aspectLow);
    double high = StrictMath.log(sizes.aspectHigh);
    for (int t = 0; t < TRIES; t++) {
      double share = sizes.shareLow + u[at + 2 * t] * (sizes.shareHigh - sizes.shareLow);
      double aspect = StrictMath.exp(low + u[at + 2 * t + 1] * (high - low));
      double area = share * h * w;
      int height = (int) Math.rint(Math.sqrt(area * aspect));
      int width = (int) Math.rint(Math.sqrt(area / aspect));
      boolean large = height >= least && width >= least;
      if (large && height <= h - spare && width <= w - spare) {
        return new Box(
            (int) (u[at + 2 * TRIES] * (h - height + 1)),
            (int) (u[at + 2 * TRIES + 1] * (w - width + 1)),
            height,
            width);
      }
    }
    return null;
  }

  /// The rectangle that CutMix cuts out of an image that is to keep the share `lambda`.
  static Box ofCutMix(double lambda, Key key, int h, int w) {
    float[] u = key.uniform(2).toFloats();
    int y = (int) (u[0] * h);
    int x = (int) (u[1] * w);
    double half = 0.5 * Math.sqrt(1 - lambda);
    int down = (int) (half * h);
    int aside = (int) (half * w);
    int top = Math.max(0, y - down);
    int left = Math.max(0, x - aside);
    return new Box(top, left, Math.min(h, y + down) - top, Math.min(w, x + aside) - left);
  }

  /// The largest rectangle in the middle of an image whose aspect is between `low` and `high`.
  public static Box central(double low, double high, int h, int w) {
    double aspect = (double) h / w;
    int height = aspect > high ? Math.max(1, (int) Math.rint(w * high)) : h;
    int width = aspect < low ? Math.max(1, (int) Math.rint(h / low)) : w;
    return new Box((h - height) / 2, (w - width) / 2, height, width);
  }

  /// The share of an `h` × `w` image inside.
  double share(int h, int w) {
    return (double) height * width / ((double) h * w);
  }
}
