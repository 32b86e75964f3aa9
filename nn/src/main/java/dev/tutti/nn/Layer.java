package dev.tutti.nn;

import dev.tutti.engine.Cost;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;

/// A function of a batch of activations with its parameters inside: a record whose tensors are its
/// parameters and whose components of type `Layer` are its parts. A whole network is a layer too.
///
/// A layer is data: `grad` of a function of it is a layer of gradients, `vmap` over it is an
/// ensemble. Parts are declared by this interface, so that a transformation can replace them.
///
/// A layer that holds tensors must be a record, and so must all that it holds: a tensor in a field
/// of another class or captured by a lambda would not be a parameter, so it is an error (see
/// [Tree]). A lambda without tensors is a layer too: `(x, ctx) -> x.relu()`.
///
/// A layer is a value: one that stands in two places of a network is two layers after the first
/// step, each with its own gradient. To share weights, hold the layer once and apply it twice.
///
/// [Structure] prints a layer and [Summary] what its parts do; the records of this library have the
/// former as their `toString`.
public interface Layer {
  /// {@return the layer's value on a batch, batch axis first; images are `[N, H, W, C]`}
  ///
  /// @param ctx prediction or training, with its random key and state; parts get the same one
  Tensor apply(Tensor x, Ctx ctx);

  /// {@return the layer's prediction for a batch}
  ///
  /// @throws IllegalStateException inside a derivative, if a layer trains otherwise than it
  ///   predicts: there a context has to be named
  default Tensor apply(Tensor x) {
    try {
      return Parallel.inTurn(() -> apply(x, Ctx.unnamed(this, x)));
    } catch (StackOverflowError e) {
      throw Sequential.tooDeep();
    }
  }

  /// {@return the number of elements of all floating-point tensors inside that are not marked as
  /// state themselves, as PyTorch counts `parameters()`: [Frozen] ones count too}
  default long parameterCount() {
    return Tree.leaves(this).stream()
        .filter(leaf -> leaf.tensor().dtype().isFloat())
        .filter(
            leaf -> leaf.component() == null || !leaf.component().isAnnotationPresent(State.class))
        .mapToLong(leaf -> leaf.tensor().size())
        .sum();
  }

  /// {@return twice the multiply-adds of the contractions on one example of this shape}
  ///
  /// This is what PyTorch's `FlopCounterMode` counts: biases, activations and pooling are free.
  default long flops(Shape example) {
    Tensor x = Tensor.zeros(example.prepend(1).dims());
    Cost cost = Transforms.cost((Tensor t) -> apply(t)).apply(x);
    return 2 * cost.multiplyAdds();
  }

  /// {@return a table of this layer's parts with the shape of their outputs, parameters and flops
  /// for one example of this shape}
  default Summary summary(Shape example) {
    return Summary.of(this, Tensor.zeros(example.prepend(1).dims()));
  }
}
