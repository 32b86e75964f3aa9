package dev.tutti.ensembles.train;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Losses;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;

/// Trains ensembles.
///
/// The members of a deep ensemble never meet: they are cut into one shard per thread, and each
/// shard runs the whole training loop inside one task, as many members mapped together as the
/// core's cache holds. Members of a packed ensemble or a BatchEnsemble share parameters or a kernel
/// call and are stepped together, and so are those that one loss of summed logits couples
/// ([CoupledTraining]). Either way the result does not depend on the number of threads, and member
/// `m` of an uncoupled deep ensemble ends with the bits that it would have reached alone.
public final class Trainer {
  /// The parameters of as many members are stepped together: with gradients and the optimiser's
  /// memory they fit a core's second cache.
  private static final long CACHED_FLOATS = 1 << 17;

  private final Recipe recipe;
  private final Progress.Listener listener;

  /// A trainer that reports every step to `listener`.
  public Trainer(Recipe recipe, Progress.Listener listener) {
    this.recipe = recipe;
    this.listener = listener;
  }

  /// {@return the deep ensemble trained on `batches`, each member on its own mean cross-entropy}
  ///
  /// @throws TrainingError when a loss stops being finite
  public DeepEnsemble fit(DeepEnsemble ensemble, Batches batches) {
    requireBatch(batches);
    return fitApart(ensemble, batches);
  }

  /// {@return the ensemble trained on `batches`}
  ///
  /// With [EnsembleLoss#SUMMED_LOGITS] members are coupled. Otherwise a [DeepEnsemble] minimises
  /// each member's own mean cross-entropy, and for the others `loss` says how members count.
  ///
  /// @throws TrainingError when a loss stops being finite
  public <E extends Ensemble> E fit(E ensemble, Batches batches, EnsembleLoss loss) {
    requireBatch(batches);
    if (!(ensemble instanceof DeepEnsemble deep)) {
      return loop(new CoupledTraining.Whole<>(ensemble, loss, recipe.optimizer()), batches);
    }
    return asEnsemble(
        loss == EnsembleLoss.SUMMED_LOGITS
            ? loop(new CoupledTraining.Shards(deep, loss, recipe.optimizer()), batches)
            : fitApart(deep, batches));
  }

  private static void requireBatch(Batches batches) {
    if (batches.count() == 0) {
      throw new TrainingError(
          "training: "
              + batches.data().name()
              + " has "
              + batches.data().size()
              + " examples, not one whole batch");
    }
  }

  @SuppressWarnings("unchecked") // a DeepEnsemble comes in and a DeepEnsemble goes out
  private static <E> E asEnsemble(DeepEnsemble trained) {
    return (E) trained;
  }

  /// Members, their optimiser memory, and the losses of their last step.
  private record Run(Layer network, Optimizer.Memory<Layer> memory, Tensor loss) {}

  private DeepEnsemble fitApart(DeepEnsemble deep, Batches batches) {
    int members = deep.members();
    int shards = Math.min(members, Parallel.threads());
    List<Layer> trained = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      trained.add(null);
    }
    Halt halt = new Halt();
    Parallel.run(
        shards,
        s -> {
          int from = members * s / shards;
          int to = members * (s + 1) / shards;
          Layer shard = Tree.slice(deep.network(), from, to);
          Progress.Listener reportTo = s == 0 ? listener : Progress.Listener.NONE;
          trained.set(s, fitShard(shard, from, batches, reportTo, halt));
        });
    halt.raise();
    return new DeepEnsemble(Tree.concat(trained), members);
  }

  /// The first failure of a run in shards, which ends them all. Shards go on to the step that
  /// failed, so the earliest failure, of the lowest member, is found whatever the shards are.
  private static final class Halt {
    private volatile long step = Long.MAX_VALUE;
    private int member;
    private RuntimeException cause;

    boolean before(long at) {
      return step < at;
    }

    synchronized void at(long at, int first, RuntimeException e) {
      if (at < step || at == step && first < member) {
        cause = e;
        member = first;
        step = at;
      }
    }

    synchronized void raise() {
      if (cause != null) {
        throw cause;
      }
    }
  }

  /// The whole training loop of members `first …`, stacked in `network`.
  private Layer fitShard(
      Layer network, int first, Batches batches, Progress.Listener reportTo, Halt halt) {
    List<Run> runs = start(network);
    for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        long at = (long) epoch * batches.count() + i;
        if (halt.before(at)) {
          return network;
        }
        try {
          stepShard(runs, first, batches, epoch, i, reportTo);
        } catch (RuntimeException e) {
          halt.at(at, first, e);
          return network;
        }
      }
    }
    return Tree.concat(runs.stream().map(Run::network).toList());
  }

  /// The shard's members, as many in one run as the cache holds.
  private List<Run> start(Layer network) {
    List<Tensor> leaves = Tree.tensors(network);
    int members = leaves.getFirst().dim(0);
    long floats = leaves.stream().mapToLong(t -> t.shape().size()).sum() / members;
    int together = (int) Math.clamp(CACHED_FLOATS / Math.max(1, floats), 1, members);
    List<Run> runs = new ArrayList<>();
    for (int from = 0; from < members; from += together) {
      Layer part = Tree.slice(network, from, Math.min(members, from + together));
      runs.add(
          new Run(
              part,
              Transforms.vmap((Layer one) -> recipe.optimizer().init(one)).apply(part),
              null));
    }
    return runs;
  }

  private void stepShard(
      List<Run> runs, int first, Batches batches, int epoch, int i, Progress.Listener reportTo) {
    Batch batch = batches.batch(epoch, i);
    Tensor lr = learningRate(epoch, i, batches.count());
    Vmap<Run, Run> step = Transforms.vmap((Run r) -> step(r, batch, lr));
    int member = first;
    for (int r = 0; r < runs.size(); r++) {
      boolean own = epoch > 0 || i > 0; // the first state is the caller's
      runs.set(r, (own ? step.donate() : step).apply(runs.get(r)));
      for (float loss : runs.get(r).loss.toFloats()) {
        requireFinite(loss, "member " + member++, epoch, i);
      }
    }
    reportTo.report(progress(epoch, i, batches, runs.getFirst().loss.toFloats()[0]));
  }

  private Run step(Run run, Batch batch, Tensor lr) {
    Transforms.ValueAndGrad<Layer, Tensor> g =
        Transforms.valueAndGrad(
                (Layer one) -> Losses.crossEntropy(one.apply(batch.x()), batch.labels()))
            .apply(run.network);
    Optimizer.Stepped<Layer> next = recipe.optimizer().step(run.network, g.grad(), run.memory, lr);
    return new Run(next.params(), next.memory(), g.value());
  }

  private <E extends Ensemble> E loop(CoupledTraining<E> training, Batches batches) {
    for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        double loss =
            training.step(batches.batch(epoch, i), learningRate(epoch, i, batches.count()));
        requireFinite(loss, "the ensemble", epoch, i);
        listener.report(progress(epoch, i, batches, loss));
      }
    }
    return training.ensemble();
  }

  private Tensor learningRate(int epoch, int step, int steps) {
    double at = epoch + (double) step / steps;
    return Tensor.scalar(recipe.lr() * recipe.schedule().factor(at));
  }

  private Progress progress(int epoch, int step, Batches batches, double loss) {
    return new Progress(epoch, recipe.epochs(), step + 1, batches.count(), loss);
  }

  private static void requireFinite(double loss, String whose, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      throw new TrainingError(
          "training: the loss of "
              + whose
              + " is "
              + loss
              + " at epoch "
              + (epoch + 1)
              + ", step "
              + (step + 1)
              + "; a smaller learning rate may help");
    }
  }
}
