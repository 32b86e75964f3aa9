package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// The convolutions of all members of a packed ensemble as one grouped convolution: `[B, H, W, in]
/// → [B, OH, OW, out]`, torch-uncertainty's `PackedConv2d`. The first layer has one group over the
/// raw image; a last layer returns `[M, B, OH, OW, out / M]`.
///
/// @param conv the grouped convolution
/// @param members the number of members M when this is the last layer, else 0
public record PackedConv2d(@Inlined Conv2d conv, int members) implements Layer {

  /// torch-uncertainty's default for the fewest channels of a group: below it `gamma` is lowered.
  public static final int MINIMUM_CHANNELS_PER_GROUP = 64;

  /// {@return a layer for nominal widths `in` and `out` with a square kernel and PyTorch's initial
  /// values}
  ///
  /// @param geometry stride, padding, dilation, and the groups of the layer that is packed
  /// @param first whether the input is the raw image, which all members share
  /// @param last whether the output is each member's own
  public static PackedConv2d init(
      Key key,
      int in,
      int out,
      int kernel,
      Conv2d.Geometry geometry,
      Packing packing,
      boolean first,
      boolean last) {
    Packing.Sizes s =
        packing.conv(in, out, first, last, geometry.groups(), MINIMUM_CHANNELS_PER_GROUP);
    Conv2d conv = Conv2d.init(key, s.in(), s.out(), kernel, geometry.groups(s.groups()));
    return new PackedConv2d(conv, last ? packing.members() : 0);
  }

  /// {@return the number of channels that the convolution gives, all members together}
  int channels() {
    return conv.weight().dim(-1);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = conv.apply(x, ctx);
    if (members == 0) {
      return y;
    }
    int channels = y.dim(-1) / members;
    return y.reshape(y.dim(0), y.dim(1), y.dim(2), members, channels).permute(3, 0, 1, 2, 4);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
