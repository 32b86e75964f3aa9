package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Matrix product of the last two axes, `[M, K] · [K, N] → [M, N]`, leads broadcasting.
///
/// A transpose flag says that the operand is stored the other way round; no transpose is ever
/// materialised for the caller. Each output element accumulates `k` in ascending order with fma
/// from 0.
///
/// @param transA whether the first operand is stored as `[K, M]`
/// @param transB whether the second operand is stored as `[N, K]`
public record MatMul(boolean transA, boolean transB) implements Primitive {
  @Override
  public String label() {
    return "matmul";
  }

  @Override
  public int suffix(int i) {
    return 2;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    int ka = suffixes[0].dim(transA ? 0 : 1);
    int kb = suffixes[1].dim(transB ? 1 : 0);
    if (ka != kb) {
      throw new ShapeError(
          "matmul: inner axes differ: "
              + inputs[0]
              + (transA ? "ᵀ" : "")
              + " · "
              + inputs[1]
              + (transB ? "ᵀ" : "")
              + " ("
              + ka
              + " vs "
              + kb
              + ")");
    }
    return Shape.of(suffixes[0].dim(transA ? 1 : 0), suffixes[1].dim(transB ? 0 : 1));
  }

  @Override
  public DType dtype(DType[] in) {
    DType type = Primitive.super.dtype(in);
    if (!type.isFloat()) {
      throw new ShapeError("matmul: needs floats, got int32; cast it first");
    }
    return type;
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    Tensor a = in[0];
    Tensor b = in[1];
    return List.of(
        () -> transA ? b.matmul(g, transB, true) : g.matmul(b, false, !transB),
        () -> transB ? g.matmul(a, true, transA) : a.matmul(g, !transA, false));
  }

  @Override
  public Uses uses() {
    return Uses.INPUTS;
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.contraction((long) out.size() * in[0].dim(transA ? -2 : -1), in, out);
  }
}
