package dev.tutti.ensembles;

import dev.tutti.engine.Cost;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;

/// Several classifiers in one set of parameters: a record, hence a tree.
public sealed interface Ensemble permits DeepEnsemble, BatchEnsemble, PackedEnsemble {
  /// {@return the number of members M}
  int members();

  /// {@return every member's logits of one batch, `[M, B, C]`}
  Tensor logits(Tensor x);

  /// {@return the number of elements of all tensors, shared ones counted once}
  default long parameterCount() {
    return Tree.tensors(this).stream().mapToLong(Tensor::size).sum();
  }

  /// {@return twice the multiply-adds of all members on one example of this shape, as PyTorch's
  /// `FlopCounterMode` counts}
  default long flops(Shape example) {
    Tensor x = Tensor.zeros(example.prepend(1).dims());
    Cost cost = Transforms.cost((Tensor t) -> logits(t)).apply(x);
    return 2 * cost.multiplyAdds();
  }
}
