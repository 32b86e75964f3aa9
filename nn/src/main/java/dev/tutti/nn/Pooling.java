package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import java.util.function.UnaryOperator;

/// The places of the windows of pooling layers.
final class Pooling {
  private Pooling() {}

  /// {@return a window over an image of one row}
  static Window inOneRow(int kernel, int stride, int padding, int dilation) {
    return Window.of(1, kernel)
        .stride(1, stride)
        .padding(0, 0, padding, padding)
        .dilation(1, dilation);
  }

  /// Checks that no window can be in the padding alone, as PyTorch does.
  static void requirePadding(String op, Window w) {
    requirePadding(op, w.kernelH(), Math.max(w.top(), w.bottom()));
    requirePadding(op, w.kernelW(), Math.max(w.left(), w.right()));
  }

  private static void requirePadding(String op, int kernel, int padding) {
    if (padding > kernel / 2) {
      throw new IllegalArgumentException(
          op + ": padding " + padding + " is more than half the kernel of " + kernel);
    }
  }

  /// {@return the window with as much padding at the bottom and right as makes room for a last
  /// window that sticks out, PyTorch's `ceil_mode`}
  static Window sticksOut(Window w, int height, int width) {
    int bottom = sticksOut(height, w.top(), w.bottom(), w.kernelH(), w.strideH(), w.dilationH());
    int right = sticksOut(width, w.left(), w.right(), w.kernelW(), w.strideW(), w.dilationW());
    return w.padding(w.top(), w.bottom() + bottom, w.left(), w.right() + right);
  }

  private static int sticksOut(int size, int low, int high, int kernel, int stride, int dilation) {
    int room = size + low + high - dilation * (kernel - 1) - 1;
    int last = Math.ceilDiv(room, stride) * stride;
    // A window that would start beyond the image and its padding at the top is left out.
    return last < size + low ? Math.max(0, last - room) : 0;
  }

  /// {@return `cells` values along an axis, cell `i` being `f`, which keeps the axis with size 1,
  /// of elements `⌊i·n/cells⌋ … ⌈(i+1)·n/cells⌉ − 1`}
  static Tensor adaptive(Tensor x, int axis, int cells, UnaryOperator<Tensor> f) {
    int n = x.dim(axis);
    Tensor[] values = new Tensor[cells];
    for (int i = 0; i < cells; i++) {
      int from = (int) ((long) i * n / cells);
      int to = (int) Math.ceilDiv((i + 1L) * n, cells);
      values[i] = f.apply(x.slice(axis, from, to));
    }
    return Tensor.concat(axis, values);
  }

  /// {@return the window that cuts an image into equal cells, or null if they are not equal}
  static Window equalCells(Tensor x, int rows, int columns) {
    int h = x.dim(-3);
    int w = x.dim(-2);
    return h % rows == 0 && w % columns == 0
        ? Window.of(h / rows, w / columns).stride(h / rows, w / columns)
        : null;
  }

  /// Checks that there are cells.
  static void requireCells(String op, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          op + ": needs at least 1×1 cells, got " + rows + "×" + columns);
    }
  }
}
