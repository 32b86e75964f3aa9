package dev.tutti.nn.init;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Arrays;

/// Initial values of parameters, functions of a key: PyTorch's `nn.init`. (Zeros and ones are
/// [Tensor#zeros] and [Tensor#ones], plain draws [Key#normal] and [Key#uniform].)
///
/// Weights are `[…, in, out]`, as linear layers and convolutions store them; axes further left are
/// a kernel's positions. A transposed convolution stores `[…, out, in]`, so that its fans are
/// exchanged, as PyTorch's are. The dims are those of one member: mapped over keys, every member is
/// drawn as it would be alone.
public final class Init {
  /// The gain of ReLU: what passes keeps its mean square. It is PyTorch's `calculate_gain("relu")`;
  /// linear layers and sigmoid have 1.
  public static final double RELU = Math.sqrt(2);

  /// The gain of tanh, PyTorch's recommendation.
  public static final double TANH = 5.0 / 3;

  /// The gain of SELU, PyTorch's recommendation.
  public static final double SELU = 3.0 / 4;

  private Init() {}

  /// Which of a weight's fans sets the size of its draws.
  public enum Fan {
    /// How many inputs an output depends on: keeps the size of activations.
    IN,
    /// How many outputs an input reaches: keeps the size of gradients.
    OUT;

    /// {@return the fan of a weight `[…, in, out]`, axes further left counting as positions}
    public int of(int... dims) {
      if (dims.length < 2) {
        throw new ShapeError(
            "init: fans need a weight of at least 2 axes, got " + Arrays.toString(dims));
      }
      int last = dims[dims.length - 1];
      int before = dims[dims.length - 2];
      int positions = 1;
      for (int i = 0; i < dims.length - 2; i++) {
        positions = Math.multiplyExact(positions, dims[i]);
      }
      return Math.multiplyExact(positions, this == IN ? before : last);
    }
  }

  /// {@return the gain of leaky ReLU with this slope for negative numbers}
  public static double leakyRelu(double slope) {
    return Math.sqrt(2 / (1 + slope * slope));
  }

  /// {@return uniform draws from ±1 / √fanIn: PyTorch's default for weights and biases of linear
  /// and convolutional layers (`kaiming_uniform` with `a = √5`)}
  public static Tensor torchDefault(Key key, int fanIn, int... dims) {
    double bound = 1 / Math.sqrt(Math.max(1, fanIn));
    return key.uniform(-bound, bound, Shape.of(dims));
  }

  /// {@return uniform draws from ± gain · √(3 / fan), PyTorch's `kaiming_uniform_`} (He et al.,
  /// *Delving deep into rectifiers*, 2015)
  public static Tensor kaimingUniform(Key key, Fan fan, double gain, int... dims) {
    double bound = gain * Math.sqrt(3.0 / Math.max(1, fan.of(dims)));
    return key.uniform(-bound, bound, Shape.of(dims));
  }

  /// {@return normal draws with the standard deviation gain / √fan, PyTorch's `kaiming_normal_`}
  public static Tensor kaimingNormal(Key key, Fan fan, double gain, int... dims) {
    return key.normal(dims).mul(gain / Math.sqrt(Math.max(1, fan.of(dims))));
  }

  /// {@return uniform draws from ± √(6 / (fanIn + fanOut)), PyTorch's `xavier_uniform_` with the
  /// gain 1} (Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural
  /// networks*, 2010)
  public static Tensor xavierUniform(Key key, int... dims) {
    double bound = Math.sqrt(3) * xavierStd(dims);
    return key.uniform(-bound, bound, Shape.of(dims));
  }

  /// {@return normal draws with the standard deviation √(2 / (fanIn + fanOut)), PyTorch's
  /// `xavier_normal_` with the gain 1}
  public static Tensor xavierNormal(Key key, int... dims) {
    return key.normal(dims).mul(xavierStd(dims));
  }

  private static double xavierStd(int... dims) {
    return Math.sqrt(2.0 / Math.max(1.0, (double) Fan.IN.of(dims) + Fan.OUT.of(dims)));
  }

  /// {@return draws from N(mean, std²) given that they are between `low` and `high`, PyTorch's
  /// `trunc_normal_`}
  ///
  /// By the inverse of the distribution function in float32, which reaches 5.4 standard deviations.
  public static Tensor truncNormal(
      Key key, double mean, double std, double low, double high, int... dims) {
    if (!(std > 0) || !(low < high)) {
      throw new IllegalArgumentException(
          "trunc_normal: needs std > 0 and low < high, got std "
              + std
              + ", low "
              + low
              + ", high "
              + high);
    }
    double unit = std * Math.sqrt(2);
    Tensor from = Tensor.scalar((low - mean) / unit).erf();
    Tensor to = Tensor.scalar((high - mean) / unit).erf();
    Tensor share = from.add(key.uniform(dims).mul(to.sub(from)));
    double most = 1 - 0x1p-24; // the largest float below 1: erf⁻¹ of 1 itself is infinite
    return erfInverse(share.clamp(-most, most)).mul(unit).add(mean).clamp(low, high);
  }

  /// The polynomials of erf⁻¹(x) / x in w − 2.5 and √w − 3, where w = −ln(1 − x²), of Giles,
  /// *Approximating the erfinv function*, 2010: right to float32's precision.
  private static final double[] CENTRE = {
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941
  };

  private static final double[] TAIL = {
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682
  };

  private static Tensor erfInverse(Tensor x) {
    Tensor w = x.neg().add(1).mul(x.add(1)).log().neg();
    Tensor centre = polynomial(CENTRE, w.sub(2.5));
    Tensor tail = polynomial(TAIL, w.sqrt().sub(3));
    return Tensor.where(w.lt(5), centre, tail).mul(x);
  }

  private static Tensor polynomial(double[] coefficients, Tensor x) {
    Tensor sum = x.mul(coefficients[0]).add(coefficients[1]);
    for (int i = 2; i < coefficients.length; i++) {
      sum = sum.mul(x).add(coefficients[i]);
    }
    return sum;
  }

  /// {@return a random weight whose columns are orthonormal, or its rows if it has more columns, as
  /// a matrix `[…·in, out]`: PyTorch's `orthogonal_`} (Saxe, McClelland and Ganguli, *Exact
  /// solutions to the nonlinear dynamics of learning in deep linear neural networks*, 2014)
  public static Tensor orthogonal(Key key, int... dims) {
    int in = Fan.IN.of(dims);
    int out = dims[dims.length - 1];
    Tensor q = orthonormalRows(key.normal(Math.min(in, out), Math.max(in, out)));
    // A step of Newton and Schulz squares what rounding has left of the distance from orthonormal.
    Tensor rows = q.mul(1.5).sub(q.matmul(q, false, true).matmul(q).mul(0.5));
    return (in < out ? rows : rows.transpose()).reshape(dims);
  }

  /// Gram-Schmidt by halves: the second half less its part in the span of the first. Once more, as
  /// rounding leaves a trace of that span.
  private static Tensor orthonormalRows(Tensor a) {
    int n = a.dim(0);
    if (n < 2) {
      return a.mul(a.mul(a).sum().rsqrt());
    }
    Tensor first = orthonormalRows(a.slice(0, 0, n / 2));
    Tensor rest = a.slice(0, n / 2, n);
    for (int i = 0; i < 2; i++) {
      rest = rest.sub(rest.matmul(first, false, true).matmul(first));
    }
    return Tensor.concat(0, first, orthonormalRows(rest));
  }
}
