package dev.tutti.nn.models;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;

/// What image networks require of their input.
final class Images {
  private Images() {}

  /// {@return the channels of images of shape `[H, W, C]`}
  ///
  /// Raises [ShapeError] for other shapes, for images below `side` × `side` and for what can only
  /// be `[C, H, W]`: one or three channels of a square image.
  static int channels(String model, Shape image, int side) {
    String hint = hint(image);
    if (!hint.isEmpty() || image.rank() != 3 || Math.min(image.dim(0), image.dim(1)) < side) {
      throw new ShapeError(
          "%s: needs images of at least %d×%d, got %s%s".formatted(model, side, side, image, hint));
    }
    return image.dim(2);
  }

  /// {@return the end of an error's text about a shape that can only be `[C, H, W]`, or nothing}
  static String hint(Shape image) {
    boolean first =
        image.rank() == 3
            && (image.dim(0) == 1 || image.dim(0) == 3)
            && image.dim(1) == image.dim(2)
            && image.dim(1) > 4;
    return first
        ? "; shapes are [H, W, C] here; did you mean "
            + Shape.of(image.dim(1), image.dim(2), image.dim(0))
            + "?"
        : "";
  }
}
