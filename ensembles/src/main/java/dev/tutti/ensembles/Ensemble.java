package dev.tutti.ensembles;

import dev.tutti.engine.Cost;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;

/// Several classifiers in one set of parameters: a record, hence a tree.
public sealed interface Ensemble permits DeepEnsemble, BatchEnsemble, PackedEnsemble {
  /// {@return the number of members M}
  int members();

  /// {@return every member's logits of one batch, `[M, B, C]`}
  ///
  /// @param ctx prediction or training; in training, each member that is a network of its own draws
  ///   from its own child of the pass's next key
  Tensor logits(Tensor x, Ctx ctx);

  /// {@return every member's predicted logits of one batch, `[M, B, C]`}
  default Tensor logits(Tensor x) {
    return logits(x, Ctx.inference());
  }

  /// {@return the number of elements of all tensors that are not state, shared ones counted once}
  default long parameterCount() {
    return Tree.leaves(this).stream()
        .filter(leaf -> !leaf.state())
        .mapToLong(leaf -> leaf.tensor().size())
        .sum();
  }

  /// {@return twice the multiply-adds of all members on one example of this shape, as PyTorch's
  /// `FlopCounterMode` counts}
  default long flops(Shape example) {
    Tensor x = Tensor.zeros(example.prepend(1).dims());
    Cost cost = Transforms.cost((Tensor t) -> logits(t)).apply(x);
    return 2 * cost.multiplyAdds();
  }
}
