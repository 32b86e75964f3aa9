package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// An affine layer in one kernel: `relu?(x · w + b)`, `[N, K] · [K, O] + [O] → [N, O]`.
///
/// Each output element starts at its bias and accumulates `k` in ascending order with fma.
///
/// @param relu whether negative results become 0
public record Affine(boolean relu) implements Fused {
  @Override
  public String label() {
    return "linear";
  }

  @Override
  public int suffix(int i) {
    return i == 2 ? 1 : 2;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    Shape x = suffixes[0];
    Shape w = suffixes[1];
    if (x.dim(1) != w.dim(0)) {
      throw new ShapeError(
          "linear: input "
              + inputs[0]
              + " has "
              + x.dim(1)
              + " features, weight "
              + inputs[1]
              + " takes "
              + w.dim(0));
    }
    if (w.dim(1) != suffixes[2].dim(0)) {
      throw new ShapeError(
          "linear: weight "
              + inputs[1]
              + " gives "
              + w.dim(1)
              + " features, bias has "
              + inputs[2]);
    }
    return Shape.of(x.dim(0), w.dim(1));
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Tensor b = in[2].reshapeSuffix(1, Shape.of(1, in[2].dim(-1)));
    Tensor y = in[0].matmul(in[1]).add(b);
    return relu ? y.relu() : y;
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    Tensor active = relu ? out.bind(ActivationInput.RELU, g) : g;
    return List.of(
        () -> active.matmul(in[1], false, true),
        () -> in[0].matmul(active, true, false),
        () -> active.bind(Reduce.sum(Ints.of(2), false)));
  }

  @Override
  public Uses uses() {
    return relu ? Uses.inputs(0, 1).andOutput() : Uses.inputs(0, 1);
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.contraction((long) out.size() * in[0].dim(-1), in, out);
  }
}
