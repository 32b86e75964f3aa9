package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// An optimiser that changes parameters or gradients before another's step.
interface Wrapper extends Optimizer {
  /// {@return the optimiser whose step follows}
  Optimizer inner();

  @Override
  default int moments() {
    return inner().moments();
  }

  @Override
  default <P> Memory<P> init(P params) {
    return inner().init(params);
  }

  /// The inner rule: what a wrapper adds takes the whole tree and happens in [#step].
  @Override
  default List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    return inner().update(p, g, moments, step, lr);
  }
}
