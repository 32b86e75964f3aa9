package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Init;
import dev.tutti.nn.Layer;
import dev.tutti.nn.TorchOrder;

/// The linear layers of all members of a packed ensemble as one grouped product:
/// `[B, G·in] → [B, G·out]`, torch-uncertainty's `PackedLinear`. The last layer of a network returns
/// `[M, B, classes]`.
///
/// @param weight `[G, in / G, out / G]` (torch-uncertainty stores `[G, out / G, in / G]`)
/// @param bias `[out]`, all groups one after another
/// @param members the number of members M when this is the last layer, else 0
public record PackedLinear(@TorchOrder({0, 2, 1}) Tensor weight, Tensor bias, int members)
    implements Layer {

  /// {@return a layer for nominal widths `in` and `out` with torch-uncertainty's initial values, uniform
  /// in ±1 / √(inputs per group)}
  ///
  /// @param first whether the input is the raw one, which all members share
  /// @param last whether the output is each member's own
  public static PackedLinear init(
      Key key, int in, int out, Packing packing, boolean first, boolean last) {
    Packing.Sizes s = packing.linear(in, out, first, last);
    int perGroup = s.in() / s.groups();
    return new PackedLinear(
        Init.torchDefault(
            key.fold(0), perGroup, s.groups(), perGroup, s.out() / s.groups()),
        Init.torchDefault(key.fold(1), perGroup, s.out()),
        last ? packing.members() : 0);
  }

  @Override
  public Tensor apply(Tensor x) {
    int batch = x.dim(0);
    int groups = weight.dim(-3);
    Tensor byGroup = x.reshape(batch, groups, weight.dim(-2)).permute(1, 0, 2);
    Tensor y = byGroup.matmul(weight); // [G, B, out / G]
    Tensor joined = y.permute(1, 0, 2).reshape(batch, groups * weight.dim(-1)).add(bias);
    if (members == 0) {
      return joined;
    }
    return joined.reshape(batch, members, joined.dim(1) / members).permute(1, 0, 2);
  }
}
