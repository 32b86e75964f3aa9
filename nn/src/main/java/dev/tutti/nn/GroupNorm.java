package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Group normalisation (Wu and He, 2018): `y = (x − mean) / √(var + eps) · weight + bias` with mean
/// and biased variance of each example over all positions and the channels of a group. `[N, …, C] →
/// [N, …, C]`, PyTorch's `nn.GroupNorm`.
///
/// @param weight `[C]`, or null for none
/// @param bias `[C]`, or null for none
/// @param groups how many runs of neighbouring channels are normalised, each by itself
/// @param eps added to the variance
public record GroupNorm(Tensor weight, Tensor bias, int groups, double eps) implements ChannelNorm {
  /// Checks that there are groups.
  public GroupNorm {
    if (groups < 1) {
      throw new IllegalArgumentException("group_norm: needs at least 1 group, got " + groups);
    }
  }

  /// {@return a layer with PyTorch's defaults: weight 1, bias 0 and eps 1e-5}
  public static GroupNorm init(int groups, int channels) {
    return init(groups, channels, EPS, true);
  }

  /// {@return a layer with initial values as PyTorch's}
  ///
  /// @param affine whether there are weight and bias
  public static GroupNorm init(int groups, int channels, double eps, boolean affine) {
    GroupNorm layer =
        new GroupNorm(
            affine ? Tensor.ones(channels) : null,
            affine ? Tensor.zeros(channels) : null,
            groups,
            eps);
    if (channels % groups != 0) {
      throw new IllegalArgumentException(layer.unfit(channels));
    }
    return layer;
  }

  private String unfit(int channels) {
    return "group_norm: " + groups + " groups do not divide " + channels + " channels";
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Standardise.requireChannels(this, "group_norm", "[N, …, C]", 2, Integer.MAX_VALUE, x);
    int channels = x.dim(-1);
    if (channels % groups != 0) {
      throw new ShapeError(unfit(channels) + " of " + x.shape());
    }
    int n = x.dim(0);
    Tensor rows = x.reshape(n, -1, channels);
    Standardise.Moments each = Standardise.Moments.of(rows);
    // A group's variance is the mean of its channels' variances and the variance of their means.
    Standardise.Moments means = overGroups(each.mean());
    Tensor var = overGroups(each.var()).mean().add(means.var());
    Tensor mean = spread(means.mean(), channels);
    var = spread(var, channels);
    return Standardise.scaled(this, rows, mean, var).reshape(x.shape());
  }

  /// Mean and variance `[N, groups]` of the channels' values `[N, C]` in each group.
  private Standardise.Moments overGroups(Tensor v) {
    int n = v.dim(0);
    Standardise.Moments m = Standardise.Moments.of(v.reshape(n * groups, -1, 1));
    return new Standardise.Moments(m.mean().reshape(n, groups), m.var().reshape(n, groups));
  }

  /// Every group's value `[N, groups]` for each of its channels, `[N, C]`.
  private Tensor spread(Tensor v, int channels) {
    int n = v.dim(0);
    return v.reshape(n, groups, 1)
        .expand(Shape.of(n, groups, channels / groups))
        .reshape(n, channels);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
