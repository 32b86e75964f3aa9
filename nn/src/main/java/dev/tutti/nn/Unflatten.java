package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.stream.IntStream;

/// The features of every example as an image or a sequence, what [Flatten] undoes: `[N, H·W·C] →
/// [N, H, W, C]`. PyTorch's `nn.Unflatten` of axis 1.
///
/// @param order in which order the features are counted
/// @param shape what an example becomes, channels last: `[H, W, C]` or `[L, C]`
public record Unflatten(Flatten.Order order, Shape shape) implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    if (x.rank() != 2 || x.dim(1) != shape.size()) {
      throw new ShapeError(
          "unflatten: needs an input of [N, " + shape.size() + "], got " + x.shape());
    }
    int rank = shape.rank();
    if (order == Flatten.Order.CHANNELS_LAST || rank < 2) {
      return x.reshape(shape.prepend(x.dim(0)));
    }
    Shape first = Shape.of(x.dim(0), shape.dim(-1)).concat(shape.leads(1));
    int[] channelLast = IntStream.rangeClosed(0, rank).map(i -> i == 0 ? 0 : i + 1).toArray();
    channelLast[rank] = 1;
    return x.reshape(first).permute(channelLast);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
