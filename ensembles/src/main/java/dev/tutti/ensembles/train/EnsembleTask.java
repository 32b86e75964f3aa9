package dev.tutti.ensembles.train;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.fit.Task;
import dev.tutti.nn.loss.Objective;
import java.util.function.Function;

/// What an ensemble minimises whose members are stepped together.
///
/// @param objective what is minimised, on each batch
/// @param loss how members count in it
/// @param as makes the ensemble from what is trained
public record EnsembleTask<P>(
    Objective objective, EnsembleLoss loss, Function<P, ? extends Ensemble> as) implements Task<P> {
  /// {@return the task of an ensemble itself, for a [dev.tutti.nn.fit.Step] by hand}
  public static <E extends Ensemble> EnsembleTask<E> of(Objective objective, EnsembleLoss loss) {
    return new EnsembleTask<>(objective, loss, e -> e);
  }

  @Override
  public Tensor outputs(P model, Tensor x, Ctx ctx) {
    return as.apply(model).logits(x, ctx);
  }

  @Override
  public Tensor loss(Tensor outputs, Tensor targets, Ctx ctx) {
    return loss.of(outputs, targets, objective, ctx);
  }

  /// For every [EnsembleLoss] a batch counts as that of one member.
  @Override
  public Tensor divisor(Tensor outputs, Tensor targets) {
    return objective.divisor(outputs.get(0), targets);
  }

  @Override
  public boolean isMean() {
    return objective.isMean();
  }

  @Override
  public Tensor scores(Tensor outputs) {
    return loss.scores(outputs);
  }
}
