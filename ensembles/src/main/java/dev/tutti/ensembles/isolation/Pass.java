package dev.tutti.ensembles.isolation;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A way to run an ensemble: as a prediction or in training, always with the same keys.
///
/// @param name in words
/// @param ctx makes the context of a run
/// @param x the inputs
record Pass(String name, Supplier<Ctx> ctx, Tensor x) {
  /// What a run gives.
  ///
  /// @param logits `[M, B, …]`
  /// @param states the new state, in leaf order; nothing in a prediction
  record Outcome(Tensor logits, List<Tensor> states) {}

  /// {@return the passes that give every member's outputs}
  static List<Pass> of(Ensemble ensemble, Tensor x, Key key) {
    List<Pass> passes = new ArrayList<>();
    passes.add(new Pass("prediction", Ctx::inference, x));
    Pass training = new Pass("training", () -> Ctx.training(key), x);
    if (training.run(ensemble).logits.dim(0) == ensemble.members()) {
      passes.add(training);
    }
    return passes;
  }

  Outcome run(Ensemble ensemble) {
    Ctx own = ctx.get();
    Tensor logits = ensemble.logits(x, own);
    return new Outcome(logits, own.hasKey() ? own.states(ensemble) : List.of());
  }

  /// A run with rows of their own.
  Outcome runOfOwn(Ensemble ensemble, Tensor rows) {
    Ctx own = ctx.get();
    Tensor logits = ensemble.logitsOfOwn(rows, own);
    return new Outcome(logits, own.hasKey() ? own.states(ensemble) : List.of());
  }
}
