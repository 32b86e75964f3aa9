package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Reductions and scans along axes.
///
/// `SUM` takes any set of axes; `MAX`, `ARGMAX` (int32, the first maximum; a NaN counts as the
/// largest) and `CUMSUM` take one. The order in which elements are added depends on the suffix's
/// shape only, never on the leads: rows in chains of 16, the chains pairwise, a contiguous run as
/// rows of 16 elements, then the 16 pairwise. So the error of a sum stays below a few units of 2⁻²⁴
/// of the sum of absolute values, however many there are, and so does the error of every element of
/// `CUMSUM`.
///
/// @param axes the reduced axes, counted from the end (the last is 1), without repetition
/// @param keepDims whether reduced axes stay, with size 1 (`CUMSUM` always keeps its axis whole)
public record Reduce(Kind kind, Ints axes, boolean keepDims) implements Primitive {
  /// What is computed along the axes.
  public enum Kind {
    SUM,
    MAX,
    ARGMAX,
    CUMSUM
  }

  static Reduce sum(Ints axes, boolean keepDims) {
    return new Reduce(Kind.SUM, axes, keepDims);
  }

  @Override
  public String label() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public int suffix(int i) {
    return axes.max();
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    Shape s = suffixes[0];
    if (kind == Kind.CUMSUM) {
      return s;
    }
    int[] dims = new int[s.rank()];
    int kept = 0;
    for (int i = 0; i < s.rank(); i++) {
      if (!axes.contains(s.rank() - i)) {
        dims[kept++] = s.dim(i);
      } else {
        if (s.dim(i) == 0 && kind != Kind.SUM) {
          throw new ShapeError(label() + ": axis of size 0 in " + inputs[0] + " has no maximum");
        }
        if (keepDims) {
          dims[kept++] = 1;
        }
      }
    }
    return Shape.of(java.util.Arrays.copyOf(dims, kept));
  }

  @Override
  public DType dtype(DType[] in) {
    return kind == Kind.ARGMAX ? DType.INT32 : in[0];
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    Tensor x = in[0];
    return switch (kind) {
      case SUM -> List.of(() -> kept(g, x).expand(x.shape()));
      case MAX -> {
        int axis = -axes.get(0);
        Tensor first = x.argmax(axis, true).eq(Tensor.arange(x.dim(axis)).alongAxis(axes.get(0)));
        yield List.of(() -> Tensor.where(first, kept(g, x), g.zero()));
      }
      case ARGMAX -> List.of(NONE);
      case CUMSUM -> {
        int axis = -axes.get(0);
        yield List.of(() -> g.reverse(axis).cumsum(axis).reverse(axis));
      }
    };
  }

  /// `g` with the reduced axes back as axes of size 1.
  private Tensor kept(Tensor g, Tensor x) {
    return g.reshape(new Reduce(Kind.SUM, axes, true).shape(x.shape()));
  }

  @Override
  public Uses uses() {
    return kind == Kind.MAX ? Uses.INPUTS : Uses.NOTHING;
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return new Cost(0, in[0].size(), 4L * in[0].size() + 4L * out.size());
  }
}
