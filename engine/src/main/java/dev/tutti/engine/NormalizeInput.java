package dev.tutti.engine;

/// The cotangent of a standardisation's input: `x`, `g` → `(g − mean(g) − y · mean(g · y)) / √(var
/// + eps)` with `y` the standardised `x`.
///
/// @param axes as in [Normalize]
/// @param eps as in [Normalize]
public record NormalizeInput(Ints axes, double eps) implements Fused {
  @Override
  public String label() {
    return "normalize_input";
  }

  @Override
  public int suffix(int i) {
    return axes.max();
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    if (!suffixes[0].equals(suffixes[1])) {
      throw new ShapeError(
          "normalize_input: input " + inputs[0] + " and cotangent " + inputs[1] + " differ");
    }
    return suffixes[0];
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Tensor g = in[1];
    Centred c = Centred.of(in[0], axes);
    Tensor inverse = c.variance().add(eps).rsqrt();
    Tensor y = c.apart().mul(inverse);
    return g.sub(Normalize.mean(g, axes)).sub(y.mul(Normalize.mean(g.mul(y), axes))).mul(inverse);
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(12, in, out);
  }
}
