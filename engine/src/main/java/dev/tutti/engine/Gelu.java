package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// The Gaussian error linear unit `x · Φ(x)` (Hendrycks and Gimpel, 2016).
///
/// @param tanh whether `Φ` is approximated by `½ (1 + tanh(√(2/π) (x + 0.044715 x³)))`, PyTorch's
///   `approximate="tanh"`, or is exact, `½ (1 + erf(x / √2))`
public record Gelu(boolean tanh) implements Fused {
  @Override
  public String label() {
    return "gelu";
  }

  @Override
  public int suffix(int i) {
    return 0;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    return Shape.SCALAR;
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Tensor x = in[0];
    Tensor phi =
        tanh
            ? x.mul(x).mul(x).mul(0.044715).add(x).mul(Math.sqrt(2 / Math.PI)).tanh()
            : x.mul(Math.sqrt(0.5)).erf();
    return x.mul(0.5).mul(phi.add(1));
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return tanh ? Fused.super.vjp(in, out, g) : List.of(() -> in[0].bind(ActivationInput.GELU, g));
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(8, in, out);
  }
}
