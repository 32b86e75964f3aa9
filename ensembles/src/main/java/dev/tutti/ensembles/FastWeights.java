package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.init.Init;

/// How the members' own weights of a BatchEnsemble begin: the factors of inputs and outputs, and
/// the bias. Libraries differ in this.
///
/// With factors that are nearly 1 members begin, and stay, nearly alike: of four members of a LeNet
/// on drawn digits, two disagree on 0.03 % of the test images with [#PROBLY_NOTEBOOK], on 2 % with
/// [#TORCH_UNCERTAINTY].
///
/// | | factors | bias | base weights |
/// |---|---|---|---|
/// | [#PROBLY_NOTEBOOK] | N(1, 0.01²) | shared | kept |
/// | [#PROBLY] 0.9 | N(1, 0.5²) | per member, the base's | kept, there if asked for (`use_base_weights`) |
/// | [#TORCH_UNCERTAINTY] 0.13 | N(1, 0.5²) | per member, uniform in ±1 / √fanIn | kept, there drawn anew |
/// | [#EDWARD2] | ±1 with probability a half | per member, 0 | kept, there drawn anew |
///
/// There `s` and `r` are other letters: the factors of the inputs are `r_group` of
/// torch-uncertainty, `r` of probly 0.9, `s` of its notebook and `alpha` of edward2; those of the
/// outputs `s_group`, `s`, `r` and `gamma`.
///
/// @param draw the distribution of the factors
/// @param std of normal factors, around 1
/// @param bias what becomes of the bias
public record FastWeights(Draw draw, double std, Bias bias) {
  /// probly at the time of its BatchEnsemble notebook.
  public static final FastWeights PROBLY_NOTEBOOK = new FastWeights(Draw.NORMAL, 0.01, Bias.SHARED);

  /// probly 0.9.
  public static final FastWeights PROBLY = new FastWeights(Draw.NORMAL, 0.5, Bias.COPIED);

  /// torch-uncertainty 0.13.
  public static final FastWeights TORCH_UNCERTAINTY =
      new FastWeights(Draw.NORMAL, 0.5, Bias.UNIFORM);

  /// edward2, with `random_sign_init` 0.5.
  public static final FastWeights EDWARD2 = new FastWeights(Draw.RANDOM_SIGN, 0, Bias.ZERO);

  /// The distribution of factors.
  public enum Draw {
    /// Around 1.
    NORMAL,
    /// 1 or −1, each with probability a half.
    RANDOM_SIGN,
    /// All 1: members are alike until something else makes them differ.
    ONES
  }

  /// What becomes of a layer's bias.
  public enum Bias {
    /// Members share it.
    SHARED,
    /// Each member has a copy.
    COPIED,
    /// Each member has one of its own, uniform in ±1 / √fanIn.
    UNIFORM,
    /// Each member has one of its own, 0.
    ZERO
  }

  /// Checks the deviation.
  public FastWeights {
    if (!(std >= 0) || Double.isInfinite(std)) {
      throw new IllegalArgumentException(
          "batch ensemble: the deviation of factors must not be negative, got " + std);
    }
  }

  Tensor factors(Key key, int members, int width) {
    return switch (draw) {
      case NORMAL -> key.normal(members, width).mul(std).add(1);
      case RANDOM_SIGN -> key.bernoulli(0.5, members, width).mul(2).sub(1);
      case ONES -> Tensor.ones(members, width);
    };
  }

  /// Each member's own bias, or null if it is shared, or there is none.
  Tensor bias(Key key, int members, Tensor base, int fanIn) {
    if (base == null) {
      return null;
    }
    return switch (bias) {
      case SHARED -> null;
      case COPIED -> base.expand(base.shape().prepend(members)).add(0);
      case UNIFORM -> Init.torchDefault(key, fanIn, members, base.dim(0));
      case ZERO -> Tensor.zeros(members, base.dim(0));
    };
  }
}
