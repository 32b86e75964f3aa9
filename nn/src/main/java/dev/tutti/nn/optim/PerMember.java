package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;

/// Hyper-parameters of stacked members.
final class PerMember {
  private PerMember() {}

  /// {@return the tree of hyper-parameters with a value per member at every leaf}
  ///
  /// @throws IllegalArgumentException if a leaf is neither a scalar nor `[members]`
  static <T> T expand(T rule, int members) {
    return Tree.mapLeaves(
        rule,
        leaf -> {
          Tensor t = leaf.tensor();
          if (t.rank() == 0) {
            return t.expand(t.shape().prepend(members));
          }
          if (t.rank() == 1 && t.dim(0) == members) {
            return t;
          }
          throw new IllegalArgumentException(
              rule.getClass().getSimpleName()
                  + ": "
                  + leaf.path()
                  + " has shape "
                  + t.shape()
                  + ", which is neither one value nor one for each of "
                  + members
                  + " members");
        });
  }

  /// Values per member that nothing maps would broadcast along some axis of the parameters.
  ///
  /// @throws IllegalArgumentException if a hyper-parameter is not a scalar when the rule is used
  static void requireScalars(Object rule) {
    for (Tree.Leaf leaf : Tree.leaves(rule)) {
      if (leaf.tensor().rank() != 0) {
        throw new IllegalArgumentException(
            rule.getClass().getSimpleName()
                + ": "
                + leaf.path()
                + " has shape "
                + leaf.tensor().shape()
                + ", one value per member; map it together with the members' parameters");
      }
    }
  }
}
