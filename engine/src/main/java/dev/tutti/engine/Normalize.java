package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Standardisation over axes: `(x − mean) / √(var + eps)` with the biased variance, the core of
/// layer and batch normalisation.
///
/// @param axes the axes that mean and variance are taken over, counted from the end
/// @param eps added to the variance
public record Normalize(Ints axes, double eps) implements Fused {
  @Override
  public String label() {
    return "normalize";
  }

  @Override
  public int suffix(int i) {
    return axes.max();
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    return suffixes[0];
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Centred c = Centred.of(in[0], axes);
    return c.apart().mul(c.variance().add(eps).rsqrt());
  }

  /// The mean over axes, counted from the end, which stay with size 1.
  static Tensor mean(Tensor x, Ints axes) {
    int count = 1;
    for (int i = 0; i < axes.size(); i++) {
      count *= x.dim(-axes.get(i));
    }
    return x.bind(Reduce.sum(axes, true)).mul(1.0 / count);
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return List.of(() -> in[0].bind(new NormalizeInput(axes, eps), g));
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(6, in, out);
  }
}
