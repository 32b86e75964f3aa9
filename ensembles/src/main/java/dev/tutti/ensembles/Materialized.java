package dev.tutti.ensembles;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import java.util.Arrays;

/// The layers of a BatchEnsemble as stacked plain ones: each member's weight is the shared one
/// times its factors.
final class Materialized {
  private Materialized() {}

  static Layer of(Layer network, int members) {
    Layer plain =
        Tree.replace(
            network,
            BatchEnsembleLinear.class,
            l ->
                new Linear(
                    scaled(l.base().weight(), l.s(), l.r(), 0, 1, 1),
                    bias(l.bias(), l.base().bias(), members)));
    plain =
        Tree.replace(
            plain,
            BatchEnsembleConv2d.class,
            c ->
                new Conv2d(
                    scaled(c.base().weight(), c.s(), c.r(), 2, 3, c.base().geometry().groups()),
                    bias(c.bias(), c.base().bias(), members),
                    c.base().geometry()));
    plain =
        Tree.replace(
            plain,
            BatchEnsembleConv1d.class,
            c ->
                new Conv1d(
                    scaled(c.base().weight(), c.s(), c.r(), 1, 2, c.base().geometry().groups()),
                    bias(c.bias(), c.base().bias(), members),
                    c.base().geometry()));
    return Tree.replace(
        plain,
        BatchEnsembleConvTranspose2d.class,
        c ->
            new ConvTranspose2d(
                // its axes are those of the convolution that it transposes
                scaled(c.base().weight(), c.r(), c.s(), 2, 3, c.base().geometry().groups()),
                bias(c.bias(), c.base().bias(), members),
                c.base().geometry(),
                c.base().outputPaddingH(),
                c.base().outputPaddingW()));
  }

  private static Tensor bias(Tensor own, Tensor shared, int members) {
    return own != null || shared == null ? own : shared.expand(shared.shape().prepend(members));
  }

  /// `weight` `[…, A / groups, B]` times `a` `[M, A]` and `b` `[M, B]`, `[M, …, A / groups, B]`:
  /// the columns of group g meet the g-th part of `a`.
  private static Tensor scaled(
      Tensor weight, Tensor a, Tensor b, int axisA, int axisB, int groups) {
    int members = a.dim(0);
    int perGroup = weight.dim(axisA);
    int columns = weight.dim(axisB);
    // [M, groups, A / groups] to [M, A / groups, B]
    Tensor factors =
        a.reshape(members, groups, perGroup)
            .permute(0, 2, 1)
            .unsqueeze(3)
            .expand(Shape.of(members, perGroup, groups, columns / groups))
            .reshape(members, perGroup, columns)
            .mul(b.reshape(members, 1, columns));
    int[] dims = new int[weight.rank() + 1];
    Arrays.fill(dims, 1);
    dims[0] = members;
    dims[axisA + 1] = perGroup;
    dims[axisB + 1] = columns;
    return weight.mul(factors.reshape(dims));
  }
}
