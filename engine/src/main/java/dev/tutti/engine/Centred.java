package dev.tutti.engine;

/// Values as differences from a centre near their mean, over some axes: mean and variance are
/// computed from these without losing digits if the mean is large and the variance small.
///
/// A sum of `n` values of one sign is off by a few units of its last place; so is the mean that
/// follows, and a variance about it by that error's square. The differences from the centre are
/// exact or nearly so, and small: their mean corrects both. Of equal values, the first is the
/// centre, so that their mean is exact and their variance 0.
///
/// @param centre axes kept with size 1, a constant to derivatives
/// @param values `x − centre`
/// @param shift the mean of `values`
record Centred(Tensor centre, Tensor values, Tensor shift, Ints axes) {
  /// The largest difference between a mean and its rounded value, as a share of the mean.
  static final double ROUNDING = 0x1p-20;

  static Centred of(Tensor x, Ints axes) {
    Tensor centre = centre(x.detach(), axes);
    Tensor values = x.sub(centre);
    return new Centred(centre, values, Normalize.mean(values, axes), axes);
  }

  /// The mean as its sum gives it, or the first value if that is as near.
  private static Tensor centre(Tensor x, Ints axes) {
    Tensor mean = Normalize.mean(x, axes);
    Tensor first = x;
    for (int axis : axes.toArray()) {
      if (x.dim(-axis) == 0) {
        return mean;
      }
      first = first.slice(-axis, 0, 1);
    }
    Tensor near = first.sub(mean).abs().le(mean.abs().mul(ROUNDING));
    return Tensor.where(near, first, mean);
  }

  /// {@return the mean of x}
  Tensor mean() {
    return centre.add(shift);
  }

  /// {@return x − mean}
  Tensor apart() {
    return values.sub(shift);
  }

  /// {@return the sum of the squared distances from the mean}
  Tensor squares() {
    Tensor sum = values.mul(values).bind(Reduce.sum(axes, true));
    Tensor shifts = values.bind(Reduce.sum(axes, true)).mul(shift);
    return sum.sub(shifts).maximum(shift.zero());
  }

  /// {@return the mean of the squared distances from the mean}
  Tensor variance() {
    Tensor squares = Normalize.mean(values.mul(values), axes);
    return squares.sub(shift.mul(shift)).maximum(shift.zero());
  }
}
