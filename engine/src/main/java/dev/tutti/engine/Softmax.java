package dev.tutti.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The softmax family over the last axis, each computed after subtracting the maximum.
///
/// | primitive | inputs | value |
/// |---|---|---|
/// | `LOG_SUM_EXP` | x `[C]` | `log Σ exp x` , `[]` |
/// | `SOFTMAX` | x `[C]` | `exp x / Σ exp x`, `[C]` |
/// | `CROSS_ENTROPY` | logits `[C]`, label int32 `[]` | `log Σ exp(x − max) − (x[label] − max)`, `[]` |
///
/// Sums over classes follow the order of [Reduce]. A label outside `0 … C − 1` is an error.
public enum Softmax implements Fused {
  LOG_SUM_EXP,
  SOFTMAX,
  CROSS_ENTROPY;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int suffix(int i) {
    return i == 0 ? 1 : 0;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    if (suffixes[0].dim(0) == 0) {
      throw new ShapeError(label() + ": the last axis of " + inputs[0] + " is empty");
    }
    return this == SOFTMAX ? suffixes[0] : Shape.SCALAR;
  }

  @Override
  public DType dtype(DType[] in) {
    if (!in[0].isFloat()) {
      throw new ShapeError(label() + ": needs floats, got int32; cast it first");
    }
    if (this == CROSS_ENTROPY && in[1] != DType.INT32) {
      throw new ShapeError("cross_entropy: labels must be int32, got " + in[1]);
    }
    return in[0];
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Tensor x = in[0];
    return switch (this) {
      case SOFTMAX -> {
        Tensor e = x.sub(x.max(-1, true).detach()).exp();
        yield e.div(e.sum(-1, true));
      }
      case LOG_SUM_EXP -> {
        Tensor shift = shift(x);
        yield flat(x.sub(shift).exp().sum(-1, true).log().add(shift));
      }
      case CROSS_ENTROPY -> {
        Tensor shifted = x.sub(shift(x));
        Tensor own = Tensor.where(hot(x, in[1]), shifted, x.zero());
        yield flat(shifted.exp().sum(-1, true).log()).sub(flat(own));
      }
    };
  }

  /// The row's maximum, if it is finite, as a constant `[…, 1]`; otherwise 0.
  private static Tensor shift(Tensor x) {
    Tensor max = x.max(-1, true).detach();
    Tensor infinite = max.abs().eq(max.zero().add(Double.POSITIVE_INFINITY));
    return Tensor.where(infinite, max.zero(), max);
  }

  /// The last axis summed away.
  private static Tensor flat(Tensor x) {
    return x.bind(Reduce.sum(Ints.of(1), false));
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return switch (this) {
      case SOFTMAX -> List.of(() -> out.mul(g.sub(g.mul(out).sum(-1, true))));
      case LOG_SUM_EXP -> List.of(() -> in[0].bind(SOFTMAX).mul(column(g)));
      case CROSS_ENTROPY ->
          List.of(
              () -> {
                Tensor p = in[0].bind(SOFTMAX);
                return p.sub(hot(in[0], in[1]).cast(p.dtype())).mul(column(g));
              },
              NONE);
    };
  }

  private static Tensor column(Tensor g) {
    return g.reshapeSuffix(0, Shape.of(1));
  }

  /// The mask of the label's class: `[…, C]`.
  private static Tensor hot(Tensor x, Tensor label) {
    return Tensor.arange(x.dim(-1)).eq(column(label));
  }

  @Override
  public Uses uses() {
    return this == SOFTMAX ? Uses.OUTPUT : Uses.INPUTS;
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    long elements = (long) out.size() * (this == SOFTMAX ? 1 : in[0].dim(-1));
    return new Cost(0, 4 * elements, 4L * in[0].size() + 4L * out.size());
  }
}
