package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Locale;

/// What a convolution sees beyond the edge of its input, PyTorch's `padding_mode`; for an axis `a b
/// c d` padded by 2 on both sides:
public enum PaddingMode {
  /// `0 0 a b c d 0 0`.
  ZEROS,
  /// `c b a b c d c b`: the edge is not repeated; the padding must be smaller than the axis.
  REFLECT,
  /// `a a a b c d d d`.
  REPLICATE,
  /// `c d a b c d a b`; the padding must not be larger than the axis.
  CIRCULAR;

  /// {@return `x` with `low` cells before and `high` cells after along an axis}
  Tensor pad(Tensor x, int axis, int low, int high) {
    if (low == 0 && high == 0) {
      return x;
    }
    int n = x.dim(axis);
    require(x, Math.max(low, high), n);
    return switch (this) {
      case ZEROS -> x.pad(axis, low, high, 0);
      case REFLECT ->
          Tensor.concat(
              axis,
              x.slice(axis, 1, low + 1).reverse(axis),
              x,
              x.slice(axis, n - 1 - high, n - 1).reverse(axis));
      case REPLICATE ->
          Tensor.concat(axis, repeated(x, axis, 0, low), x, repeated(x, axis, n - 1, high));
      case CIRCULAR -> Tensor.concat(axis, x.slice(axis, n - low, n), x, x.slice(axis, 0, high));
    };
  }

  private void require(Tensor x, int padding, int n) {
    boolean fits =
        switch (this) {
          case ZEROS -> true;
          case REFLECT -> padding < n;
          case REPLICATE -> n > 0;
          case CIRCULAR -> padding <= n;
        };
    if (!fits) {
      int least = this == REFLECT ? padding + 1 : this == CIRCULAR ? padding : 1;
      throw new ShapeError(
          "padding: %s padding of %d needs an axis of at least %d, got one of %d in %s"
              .formatted(name().toLowerCase(Locale.ROOT), padding, least, n, x.shape()));
    }
  }

  private static Tensor repeated(Tensor x, int axis, int at, int times) {
    Tensor edge = x.slice(axis, at, at + 1);
    Shape to = edge.shape().with(x.shape().axis(axis), times);
    return edge.expand(to);
  }
}
