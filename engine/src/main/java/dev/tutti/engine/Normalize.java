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
    Tensor centred = in[0].sub(mean(in[0]));
    return centred.mul(mean(centred.mul(centred)).add(eps).rsqrt());
  }

  private Tensor mean(Tensor x) {
    int count = 1;
    for (int i = 0; i < axes.size(); i++) {
      count *= x.dim(-axes.get(i));
    }
    return x.bind(Reduce.sum(axes, true)).mul(1.0 / count);
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return List.of(() -> {
      Tensor centred = in[0].sub(mean(in[0]));
      Tensor inverse = mean(centred.mul(centred)).add(eps).rsqrt();
      Tensor y = centred.mul(inverse);
      return g.sub(mean(g)).sub(y.mul(mean(g.mul(y)))).mul(inverse);
    });
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(6, in, out);
  }
}
