package dev.tutti.ensembles.train;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Rows;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.fit.Task;
import dev.tutti.nn.loss.Objective;
import java.util.function.Function;

/// What an ensemble minimises whose members are stepped together.
///
/// In a [dev.tutti.nn.fit.Step] by hand the ensemble is one model: a norm, of clipping or of LAMB,
/// is that of all members. [Trainer] steps each of independent members by itself, with its own
/// norm.
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
  public Batch seen(P model, Batch batch, Ctx ctx) {
    Ensemble ensemble = as.apply(model);
    Rows rows = ensemble.rows();
    if (rows == Rows.ALL) {
      return batch;
    }
    Tensor own = rows.of(batch.x().dim(0), ensemble.members(), ctx.nextKey());
    return new Batch(
        taken(batch.x(), own), batch.targets() == null ? null : taken(batch.targets(), own));
  }

  /// Rows `[B, …]` by numbers `[M, R]`: `[M, R, …]`.
  private static Tensor taken(Tensor rows, Tensor own) {
    return rows.take(0, own.reshape(-1))
        .reshape(rows.shape().tail().prepend(own.dim(1)).prepend(own.dim(0)));
  }

  @Override
  public Tensor outputs(P model, Tensor x, Ctx ctx) {
    Ensemble ensemble = as.apply(model);
    return ctx.hasKey() && ensemble.rows() != Rows.ALL
        ? ensemble.logitsOfOwn(x, ctx)
        : ensemble.logits(x, ctx);
  }

  @Override
  public Tensor loss(Tensor outputs, Tensor targets, Ctx ctx) {
    return own(targets)
        ? loss.ofOwn(outputs, targets, objective, ctx)
        : loss.of(outputs, targets, objective, ctx);
  }

  /// For every [EnsembleLoss] a batch counts as that of one member.
  @Override
  public Tensor divisor(Tensor outputs, Tensor targets) {
    return objective.divisor(outputs.get(0), own(targets) ? targets.get(0) : targets);
  }

  /// Whether targets have a member axis: labels are `[B]`, other targets `[B, …]` of rank 2.
  private static boolean own(Tensor targets) {
    return targets.rank() == (targets.dtype().isFloat() ? 3 : 2);
  }

  @Override
  public boolean isMean() {
    return objective.isMean() && loss.isMean();
  }

  /// Behind the members.
  @Override
  public int rowAxis() {
    return 1;
  }

  @Override
  public Tensor scores(Tensor outputs) {
    return loss.scores(outputs);
  }
}
