package dev.tutti.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Statistics of the columns of a matrix `[R, C]` and the map that standardises them. Batch,
/// instance and group normalisation are made of these; columns are channels and rows are positions.
///
/// | primitive | inputs | value |
/// |---|---|---|
/// | `MOMENTS` | x | `[2, C]`: the mean and the biased variance of each column |
/// | `RESCALE` | x, mean, factor, shift, `[C]` each | `(x − mean) · factor + shift` |
/// | `COLUMN_SUMS` | g, x, mean | `[2, C]`: `Σ g` and `Σ g · (x − mean)` of each column |
///
/// They are each other's derivatives, so all orders follow.
public enum Columns implements Fused {
  MOMENTS,
  RESCALE,
  COLUMN_SUMS;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int suffix(int i) {
    return i < (this == COLUMN_SUMS ? 2 : 1) ? 2 : 1;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    int columns = suffixes[0].dim(1);
    for (int i = 1; i < suffixes.length; i++) {
      Shape wanted = suffix(i) == 2 ? suffixes[0] : Shape.of(columns);
      if (!suffixes[i].equals(wanted)) {
        throw new ShapeError(
            label()
                + ": input "
                + i
                + " is "
                + inputs[i]
                + ", for a matrix "
                + inputs[0]
                + " it must be "
                + wanted);
      }
    }
    return this == RESCALE ? suffixes[0] : Shape.of(2, columns);
  }

  @Override
  public Tensor decompose(Tensor... in) {
    return switch (this) {
      case MOMENTS -> {
        Centred c = Centred.of(in[0], Ints.of(2));
        yield Tensor.concat(-2, c.mean(), c.variance());
      }
      case RESCALE -> in[0].sub(row(in[1])).mul(row(in[2])).add(row(in[3]));
      case COLUMN_SUMS -> Tensor.concat(-2, sum(in[0]), sum(in[0].mul(in[1].sub(row(in[2])))));
    };
  }

  /// The sum of each column, `[1, C]`.
  private static Tensor sum(Tensor x) {
    return x.bind(Reduce.sum(Ints.of(2), true));
  }

  /// A vector `[C]` as a matrix of one row.
  private static Tensor row(Tensor v) {
    return v.reshapeSuffix(1, Shape.of(1, v.dim(-1)));
  }

  /// Row `i` of `[2, C]` as `[C]`.
  private static Tensor entry(Tensor pair, int i) {
    return pair.slice(-2, i, i + 1).reshapeSuffix(2, Shape.of(pair.dim(-1)));
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return switch (this) {
      case MOMENTS -> {
        double share = 1.0 / in[0].dim(-2);
        yield List.of(() ->
            rescale(in[0], entry(out, 0), entry(g, 1).mul(2 * share), entry(g, 0).mul(share)));
      }
      case RESCALE -> {
        Supplier<Tensor> sums = once(() -> g.bind(COLUMN_SUMS, in[0], in[1]));
        yield List.of(
            () -> g.mul(row(in[2])),
            () -> entry(sums.get(), 0).mul(in[2]).neg(),
            () -> entry(sums.get(), 1),
            () -> entry(sums.get(), 0));
      }
      case COLUMN_SUMS ->
          List.of(
              () -> rescale(in[1], in[2], entry(g, 1), entry(g, 0)),
              () -> in[0].mul(row(entry(g, 1))),
              () -> entry(out, 0).mul(entry(g, 1)).neg());
    };
  }

  private static Tensor rescale(Tensor x, Tensor mean, Tensor factor, Tensor shift) {
    return x.bind(RESCALE, mean, factor, shift);
  }

  private static Supplier<Tensor> once(Supplier<Tensor> f) {
    Tensor[] value = new Tensor[1];
    return () -> value[0] != null ? value[0] : (value[0] = f.get());
  }

  @Override
  public Uses uses() {
    return switch (this) {
      case MOMENTS -> Uses.INPUTS.andOutput();
      case RESCALE -> Uses.inputs(0, 1, 2);
      case COLUMN_SUMS -> Uses.INPUTS.andOutput();
    };
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    long elements = (long) leads(in).size() * in[0].suffix(2).size();
    return new Cost(0, 4 * elements, Cost.elementwise(0, in, out).bytes());
  }
}
