package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Rows;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// One network with M inputs and M outputs (Havasi et al., *Training independent subnetworks for
/// robust prediction*, 2021): it learns to use a part of itself for each.
///
/// The inputs lie side by side in the channels, `[B, …, M · C]`, the outputs in the classes, `[B, M
/// · K]`, both member by member. In training every member sees rows of its own ([Rows#mimo]); in a
/// prediction all see the same.
///
/// @param network from `[B, …, M · C]` to `[B, M · K]`
/// @param members M
/// @param rho the share of rows that all members see together in training
/// @param repeats how often a training batch is repeated
public record Mimo(@Inlined Layer network, int members, double rho, int repeats)
    implements Ensemble {
  /// Makes the network of a MIMO ensemble.
  @FunctionalInterface
  public interface Init {
    /// {@return a network for examples of this shape, with this many outputs}
    Layer of(Key key, Shape example, int outputs);
  }

  /// Checks the ranges.
  public Mimo {
    if (members < 1) {
      throw new IllegalArgumentException("mimo: members must be at least 1, got " + members);
    }
    Rows.mimo(rho, repeats);
  }

  /// {@return M members that see rows of their own, in one network that `init` makes}
  ///
  /// @param example the shape of one example, channels last
  /// @param outputs of one member
  public static Mimo init(Key key, int members, Shape example, int outputs, Init init) {
    int axis = example.rank() - 1;
    Shape wide = example.with(axis, example.dim(axis) * members);
    return new Mimo(init.of(key, wide, outputs * members), members, 0, 1);
  }

  /// {@return this with another share of common rows}
  public Mimo rho(double share) {
    return new Mimo(network, members, share, repeats);
  }

  /// {@return this with training batches repeated so often}
  public Mimo repeats(int times) {
    return new Mimo(network, members, rho, times);
  }

  @Override
  public Rows rows() {
    return Rows.mimo(rho, repeats);
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return logitsOfOwn(x.expand(x.shape().prepend(members)), ctx);
  }

  @Override
  public Tensor logitsOfOwn(Tensor x, Ctx ctx) {
    int last = x.rank() - 1;
    int[] order = new int[x.rank()]; // [M, R, …, C] to [R, …, M, C]
    for (int axis = 0; axis < last - 1; axis++) {
      order[axis] = axis + 1;
    }
    order[last] = last;
    Tensor inner = x.permute(order);
    Shape wide = x.shape().tail().with(last - 1, members * x.dim(last));
    Tensor y = network.apply(inner.reshape(wide), ctx);
    if (y.rank() != 2 || y.dim(1) % members != 0) {
      throw new ShapeError(
          "mimo: the network gives %s, not [rows, %d · outputs]".formatted(y.shape(), members));
    }
    return y.reshape(y.dim(0), members, y.dim(1) / members).permute(1, 0, 2);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
