package dev.tutti.nn.data.image;

/// How far [Augment#randomAffine] may turn, shift, zoom and shear an image: build it from [#NONE].
///
/// {@snippet :
/// Augment.randomAffine(AffineRanges.NONE.degrees(15).translate(0.1, 0.1).scale(0.9, 1.1));
/// }
///
/// @param degrees the angle is in −degrees … degrees
/// @param translateX the shift to the right is in −translateX … translateX widths
/// @param translateY the shift down, in heights
/// @param scaleLow the least scale
/// @param scaleHigh the largest scale; above 1 enlarges
/// @param shearX the shear along x is in −shearX … shearX degrees
/// @param shearY the shear along y, in degrees
public record AffineRanges(
    double degrees,
    double translateX,
    double translateY,
    double scaleLow,
    double scaleHigh,
    double shearX,
    double shearY) {

  /// No change.
  public static final AffineRanges NONE = new AffineRanges(0, 0, 0, 1, 1, 0, 0);

  /// @throws IllegalArgumentException if a number is out of its range
  public AffineRanges {
    require(degrees >= 0 && degrees <= 360, "degrees in 0 to 360", degrees);
    require(translateX >= 0 && translateX <= 1, "a shift of 0 to 1 widths", translateX);
    require(translateY >= 0 && translateY <= 1, "a shift of 0 to 1 heights", translateY);
    require(scaleLow > 0 && scaleLow <= scaleHigh, "scales of 0 < low ≤ high", scaleLow);
    require(scaleHigh < 1e6, "a scale below 1e6", scaleHigh);
    require(shearX >= 0 && shearX < 90, "a shear of 0 to 90 degrees", shearX);
    require(shearY >= 0 && shearY < 90, "a shear of 0 to 90 degrees", shearY);
  }

  private static void require(boolean right, String what, double value) {
    if (!right) {
      throw new IllegalArgumentException("affine: needs " + what + ", got " + value);
    }
  }

  /// {@return these ranges with angles of up to `most` degrees either way}
  public AffineRanges degrees(double most) {
    return new AffineRanges(most, translateX, translateY, scaleLow, scaleHigh, shearX, shearY);
  }

  /// {@return these ranges with shifts of up to `x` widths and `y` heights either way}
  public AffineRanges translate(double x, double y) {
    return new AffineRanges(degrees, x, y, scaleLow, scaleHigh, shearX, shearY);
  }

  /// {@return these ranges with scales of `low` to `high`}
  public AffineRanges scale(double low, double high) {
    return new AffineRanges(degrees, translateX, translateY, low, high, shearX, shearY);
  }

  /// {@return these ranges with shears of up to `x` and `y` degrees either way}
  public AffineRanges shear(double x, double y) {
    return new AffineRanges(degrees, translateX, translateY, scaleLow, scaleHigh, x, y);
  }
}
