package dev.tutti.nn;

import dev.tutti.engine.ChannelsLast;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Sequences `[N, L, C]` as images of one row, `[N, 1, L, C]`: what a layer does in one dimension
/// it does in two.
final class Sequences {
  private Sequences() {}

  /// Raises [ShapeError] unless `x` is a batch of sequences with this many channels.
  static void requireChannels(String op, Tensor x, int channels) {
    Inputs.requireSequences(op, x);
    if (x.dim(-1) != channels) {
      throw new ShapeError(
          "%s: needs an input of [N, L, %d], got %s%s"
              .formatted(op, channels, x.shape(), ChannelsLast.hint(x.shape(), channels)));
    }
  }

  /// {@return the value of a layer for images on a batch of sequences}
  static Tensor apply(String op, Layer onImages, Tensor x, Ctx ctx) {
    Inputs.requireSequences(op, x);
    try {
      Tensor y = onImages.apply(x.unsqueeze(1), ctx);
      return y.reshape(y.dim(0), y.dim(2), y.dim(3));
    } catch (ShapeError e) {
      throw new ShapeError(op + ", as an image of one row: " + e.getMessage());
    }
  }
}
