package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// Filter response normalisation with its thresholded linear unit (Singh and Krishnan, *Filter
/// response normalization layer*, 2020): `y = max(x / √(ν² + eps) · weight + bias, tau)` with `ν²`
/// the mean of `x²` over the positions of each channel of each example. `[N, …, C] → [N, …, C]`.
///
/// It depends on one example alone, in training too, and needs no activation after it. PyTorch has
/// no such layer.
///
/// @param weight γ of each channel, `[C]`
/// @param bias β of each channel, `[C]`
/// @param tau the threshold of each channel, `[C]`
/// @param eps added to the mean square
public record FilterResponseNorm(Tensor weight, Tensor bias, Tensor tau, double eps)
    implements ChannelNorm {

  /// {@return a layer with weight 1, bias 0, threshold 0 and the paper's eps 1e-6}
  public static FilterResponseNorm init(int channels) {
    return new FilterResponseNorm(
        Tensor.ones(channels), Tensor.zeros(channels), Tensor.zeros(channels), 1e-6);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Standardise.requireChannels(this, "filter_response_norm", "[N, …, C]", 3, Integer.MAX_VALUE, x);
    int channels = x.dim(-1);
    Tensor rows = x.reshape(x.dim(0), -1, channels);
    Standardise.Moments each = Standardise.Moments.of(rows);
    Tensor meanSquare = each.var().add(each.mean().mul(each.mean()));
    return Standardise.scaled(this, rows, Standardise.zeros(x), meanSquare)
        .maximum(tau)
        .reshape(x.shape());
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
