package dev.tutti.nn.models;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;

/// What image networks ask of their input.
final class Images {
  private Images() {}

  /// {@return the channels of images of shape `[H, W, C]`}
  ///
  /// Raises [ShapeError] for other shapes and for images below `side` × `side`.
  static int channels(String model, Shape image, int side) {
    if (image.rank() != 3 || Math.min(image.dim(0), image.dim(1)) < side) {
      throw new ShapeError(
          "%s: needs images of at least %d×%d, got %s".formatted(model, side, side, image));
    }
    return image.dim(2);
  }
}
