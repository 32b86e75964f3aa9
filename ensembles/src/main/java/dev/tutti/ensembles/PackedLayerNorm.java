package dev.tutti.ensembles;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Structure;

/// Layer normalisation of each member of a packed ensemble by itself: of `[…, M · D]`, over the D
/// features of a member. (torch-uncertainty's `PackedLayerNorm` normalises over all members since
/// 0.11, in layers that are not the first.)
///
/// @param weight `[M · D]`, or null for none
/// @param bias `[M · D]`, or null for none
/// @param members M
/// @param eps added to the variance
public record PackedLayerNorm(Tensor weight, Tensor bias, int members, double eps)
    implements Layer {
  static PackedLayerNorm init(int width, int members, double eps, boolean affine) {
    return new PackedLayerNorm(
        affine ? Tensor.ones(width) : null, affine ? Tensor.zeros(width) : null, members, eps);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    if (x.dim(-1) % members != 0) {
      throw new ShapeError(
          "packed layer_norm: %d features of %s do not divide among %d members"
              .formatted(x.dim(-1), x.shape(), members));
    }
    int own = x.dim(-1) / members;
    Tensor y =
        new LayerNorm(null, null, Shape.of(own), eps)
            .apply(x.reshape(-1, members, own), ctx)
            .reshape(x.shape());
    Tensor scaled = weight == null ? y : y.mul(weight);
    return bias == null ? scaled : scaled.add(bias);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
