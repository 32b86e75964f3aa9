package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Arrays;

/// Layer normalisation (Ba, Kiros and Hinton, 2016): `y = (x − mean) / √(var + eps) · weight +
/// bias` with mean and biased variance over the trailing axes, for each example and position by
/// itself. PyTorch's `nn.LayerNorm`, whose axes are in PyTorch's order: over images `[N, H, W, C]`
/// the parameters are `[H, W, C]` here and `[C, H, W]` there.
///
/// @param weight of the normalised shape, or null for none
/// @param bias of the normalised shape, or null for none
/// @param normalizedShape the trailing axes that are normalised over
/// @param eps added to the variance
public record LayerNorm(Tensor weight, Tensor bias, Shape normalizedShape, double eps)
    implements Layer {
  /// Checks that there are axes to normalise over.
  public LayerNorm {
    if (normalizedShape.rank() == 0) {
      throw new IllegalArgumentException("layer_norm: needs at least one axis to normalise over");
    }
  }

  /// {@return a layer with PyTorch's defaults: weight 1, bias 0 and eps 1e-5}
  public static LayerNorm init(int... normalizedShape) {
    return init(Shape.of(normalizedShape), ChannelNorm.EPS, true);
  }

  /// {@return a layer with initial values as PyTorch's}
  ///
  /// @param affine whether there are weight and bias (PyTorch's `elementwise_affine`)
  public static LayerNorm init(Shape normalizedShape, double eps, boolean affine) {
    int[] dims = normalizedShape.dims();
    return new LayerNorm(
        affine ? Tensor.ones(dims) : null,
        affine ? Tensor.zeros(dims) : null,
        normalizedShape,
        eps);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    int axes = normalizedShape.rank();
    if (x.rank() < axes || !x.shape().suffix(axes).equals(normalizedShape)) {
      throw new ShapeError(
          "layer_norm: needs an input that ends in " + normalizedShape + ", got " + x.shape());
    }
    int[] trailing = new int[axes];
    Arrays.setAll(trailing, i -> i - axes);
    return affine(x.normalize(eps, trailing));
  }

  private Tensor affine(Tensor y) {
    if (weight == null && bias == null) {
      return y;
    }
    int features = normalizedShape.size();
    Tensor none = Tensor.full(y.dtype(), 0, Shape.of(features));
    Tensor factor = weight == null ? none.add(1) : weight.reshape(features);
    Tensor shift = bias == null ? none : bias.reshape(features);
    return y.reshape(-1, features).rescale(none, factor, shift).reshape(y.shape());
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
