package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Max and average pooling over windows of `[H, W, C]`, and the cotangents of their inputs.
public sealed interface Pool extends Fused {
  /// {@return how the window slides}
  Window window();

  @Override
  default int suffix(int i) {
    return 3;
  }

  @Override
  default Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise((long) window().kernelH() * window().kernelW(), in, out);
  }

  /// {@return the shape of one value per window and channel of an image `[H, W, C]`}
  private static Shape pooled(Pool pool, Shape image, Shape input) {
    Window window = pool.window();
    String hint = ChannelsLast.hint(input, window);
    Shape at = window.positions(pool.label(), image.dim(0), image.dim(1), hint);
    return at.concat(Shape.of(image.dim(2)));
  }

  /// The largest value of each window; padding never wins. The gradient of a tie goes to the first
  /// maximum in row-major order, as in PyTorch's `max_pool2d`.
  record Max(Window window) implements Pool {
    @Override
    public String label() {
      return "max_pool2d";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return pooled(this, suffixes[0], inputs[0]);
    }

    @Override
    public Tensor decompose(Tensor... in) {
      return flatWindows(in[0]).max(-1);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> in[0].bind(new MaxInput(window), g));
    }

    /// The windows, padded with −∞, as `[OH, OW, C, KH·KW]`.
    private Tensor flatWindows(Tensor x) {
      Tensor w = padded(x).bind(new Windows(window.padding(0)));
      return w.permuteSuffix(0, 1, 4, 2, 3)
          .reshapeSuffix(2, Shape.of(window.kernelH() * window.kernelW()));
    }

    private Tensor padded(Tensor x) {
      return x.bind(
          new Layout.Pad(
              Ints.of(window.top(), window.left(), 0),
              Ints.of(window.bottom(), window.right(), 0),
              Ints.of(0, 0, 0),
              Double.NEGATIVE_INFINITY));
    }
  }

  /// The cotangent of a max pool's input: `x [H, W, C]`, `g [OH, OW, C]` → `[H, W, C]`; each
  /// element of `g` is added at the place of its window's first maximum, windows in row-major
  /// order.
  record MaxInput(Window window) implements Pool {
    @Override
    public String label() {
      return "max_pool2d_input";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape out = pooled(this, suffixes[0], inputs[0]);
      if (!out.equals(suffixes[1])) {
        throw new ShapeError(
            "max_pool2d_input: input " + inputs[0] + " has windows " + out + ", not " + inputs[1]);
      }
      return suffixes[0];
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Max pool = new Max(window);
      Tensor x = in[0];
      int kernel = window.kernelH() * window.kernelW();
      Tensor first = pool.flatWindows(x).argmax(-1, true).eq(Tensor.arange(kernel));
      Tensor g = in[1].reshapeSuffix(3, in[1].shape().suffix(3).concat(Shape.of(1)));
      Tensor spread =
          Tensor.where(first, g, g.zero())
              .reshapeSuffix(1, Shape.of(window.kernelH(), window.kernelW()))
              .permuteSuffix(0, 1, 3, 4, 2);
      return spread.bind(new Windows.Fold(window, x.dim(-3), x.dim(-2)));
    }
  }

  /// The mean of each window, padding counting as zeros.
  ///
  /// @param countPadding whether the mean divides by the whole window (PyTorch's
  ///   `count_include_pad=True`) or by the cells inside the image
  record Average(Window window, boolean countPadding) implements Pool {
    @Override
    public String label() {
      return "avg_pool2d";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return pooled(this, suffixes[0], inputs[0]);
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Tensor w = in[0].bind(new Windows(window));
      return w.bind(Reduce.sum(Ints.of(3, 2), false))
          .div(counts(in[0].dim(-3), in[0].dim(-2)).cast(in[0].dtype()));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(
          () -> g.bind(new AverageInput(window, countPadding, in[0].dim(-3), in[0].dim(-2))));
    }

    @Override
    public Uses uses() {
      return Uses.NOTHING;
    }

    /// The divisor of every window, `[OH, OW, 1]`.
    Tensor counts(int height, int width) {
      Tensor inside = countPadding ? null : Tensor.ones(height, width, 1);
      Shape at = window.positions(label(), height, width);
      return inside == null
          ? Tensor.full(window.kernelH() * window.kernelW(), at.dim(0), at.dim(1), 1)
          : inside.bind(new Windows(window)).bind(Reduce.sum(Ints.of(3, 2), false));
    }
  }

  /// The cotangent of an average pool's input: `g [OH, OW, C] → [height, width, C]`.
  record AverageInput(Window window, boolean countPadding, int height, int width) implements Pool {
    @Override
    public String label() {
      return "avg_pool2d_input";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape g = suffixes[0];
      Shape at = window.positions(label(), height, width);
      if (g.dim(0) != at.dim(0) || g.dim(1) != at.dim(1)) {
        throw new ShapeError(
            "avg_pool2d_input: "
                + inputs[0]
                + " does not fit an image of "
                + height
                + "×"
                + width
                + " with windows "
                + at);
      }
      return Shape.of(height, width, g.dim(2));
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Tensor counts = new Average(window, countPadding).counts(height, width);
      Tensor share = in[0].div(counts.cast(in[0].dtype()));
      Shape s = share.shape().suffix(3);
      Shape cells = Shape.of(s.dim(0), s.dim(1), window.kernelH(), window.kernelW(), s.dim(2));
      return share
          .reshapeSuffix(3, Shape.of(s.dim(0), s.dim(1), 1, 1, s.dim(2)))
          .bind(new Layout.Expand(5, cells))
          .bind(new Windows.Fold(window, height, width));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.bind(new Average(window, countPadding)));
    }

    @Override
    public Uses uses() {
      return Uses.NOTHING;
    }
  }
}
