package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// All windows of an image: `[H, W, C] → [OH, OW, KH, KW, C]`, zeros outside the image (PyTorch's
/// `unfold`, channels last). Its adjoint is [Fold].
public record Windows(Window window) implements Primitive {
  @Override
  public String label() {
    return "windows";
  }

  @Override
  public int suffix(int i) {
    return 3;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    Shape s = suffixes[0];
    return window
        .positions("windows", s.dim(0), s.dim(1))
        .concat(Shape.of(window.kernelH(), window.kernelW(), s.dim(2)));
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return List.of(() -> g.bind(new Fold(window, in[0].dim(-3), in[0].dim(-2))));
  }

  @Override
  public Uses uses() {
    return Uses.NOTHING;
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(0, in, out);
  }

  /// The adjoint of [Windows]: `[OH, OW, KH, KW, C] → [H, W, C]`, each cell the sum of its copies
  /// in the windows, kernel position after kernel position (PyTorch's `fold`, channels last).
  public record Fold(Window window, int height, int width) implements Primitive {
    @Override
    public String label() {
      return "fold";
    }

    @Override
    public int suffix(int i) {
      return 5;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape s = suffixes[0];
      Shape wanted =
          window
              .positions("fold", height, width)
              .concat(Shape.of(window.kernelH(), window.kernelW(), s.dim(4)));
      if (!s.equals(wanted)) {
        throw new ShapeError(
            "fold: windows "
                + s
                + " do not fit an image of "
                + height
                + "×"
                + width
                + ", which has windows "
                + wanted);
      }
      return Shape.of(height, width, s.dim(4));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.bind(new Windows(window)));
    }

    @Override
    public Uses uses() {
      return Uses.NOTHING;
    }

    @Override
    public Cost cost(Shape[] in, Shape out) {
      return new Cost(0, in[0].size(), 4L * (in[0].size() + out.size()));
    }
  }
}
