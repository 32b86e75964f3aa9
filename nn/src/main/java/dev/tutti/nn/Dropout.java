package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;

/// In training, each element is zeroed with probability `p` and divided by `1 − p` otherwise; a
/// prediction passes its input on. PyTorch's `nn.Dropout`. A [Ctx#sampling] prediction drops too,
/// the same elements of every example.
///
/// @param p in `[0, 1)`: PyTorch allows 1 too, which sets the whole input to 0
public record Dropout(double p) implements Layer {
  /// Checks the probability.
  public Dropout {
    requireProbability("dropout", p);
  }

  /// PyTorch's default, p = 0.5.
  public Dropout() {
    this(0.5);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return of(x, p, x.shape(), ctx);
  }

  public static void requireProbability(String op, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(op + ": the probability must be in [0, 1), got " + p);
    }
  }

  /// {@return the dropout of whole channels of `x [N, …, C]`}
  static Tensor ofChannels(Tensor x, double p, Ctx ctx) {
    Inputs.requireRank("channel_dropout", "[N, …, C]", 3, Integer.MAX_VALUE, x);
    Shape draws = x.shape();
    for (int axis = 1; axis < x.rank() - 1; axis++) {
      draws = draws.with(axis, 1);
    }
    return of(x, p, draws, ctx);
  }

  private static Tensor of(Tensor x, double p, Shape draws, Ctx ctx) {
    if (p == 0 || !ctx.drops()) {
      return x;
    }
    boolean once = !ctx.training() && x.rank() > 1; // a sampling pass: one mask for all examples
    return x.dropout(p, ctx.nextKey(), once ? draws.with(0, 1) : draws);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
