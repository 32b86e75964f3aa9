package dev.tutti.engine;

/// How much zero padding a convolution puts around its input.
public sealed interface Padding {
  /// No padding.
  Padding VALID = new Explicit(0, 0, 0, 0);

  /// As much as makes the output `ceil(input / stride)` long, the odd cell at the bottom and right
  /// (TensorFlow's and JAX's rule; for stride 1 PyTorch's `padding="same"`).
  Padding SAME = new Same();

  /// Padding of `p` on all four sides.
  static Padding of(int p) {
    return new Explicit(p, p, p, p);
  }

  /// Padding of each side by itself.
  static Padding of(int top, int bottom, int left, int right) {
    return new Explicit(top, bottom, left, right);
  }

  /// {@return `window` with this padding, for an input of `height` × `width`}
  Window applyTo(Window window, int height, int width);

  /// See [Padding#SAME].
  record Same() implements Padding {
    @Override
    public Window applyTo(Window w, int height, int width) {
      int v = total(height, w.kernelH(), w.strideH(), w.dilationH());
      int h = total(width, w.kernelW(), w.strideW(), w.dilationW());
      return w.padding(v / 2, v - v / 2, h / 2, h - h / 2);
    }

    @Override
    public String toString() {
      return "padding same";
    }

    private static int total(int size, int kernel, int stride, int dilation) {
      int out = (size + stride - 1) / stride;
      long reach = (out - 1L) * stride + (long) dilation * (kernel - 1) + 1;
      return (int) Math.min(Integer.MAX_VALUE, Math.max(0, reach - size));
    }
  }

  /// The four sides as given.
  record Explicit(int top, int bottom, int left, int right) implements Padding {
    @Override
    public Window applyTo(Window w, int height, int width) {
      return w.padding(top, bottom, left, right);
    }

    @Override
    public String toString() {
      return "padding "
          + (top == bottom && top == left && top == right
              ? top
              : top + ", " + bottom + ", " + left + ", " + right);
    }
  }
}
