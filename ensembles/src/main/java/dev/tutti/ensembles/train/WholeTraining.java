package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Members that share parameters or kernel calls: one loss, one gradient, one step of all
/// parameters; large kernels are cut over the threads.
///
/// A step runs as a map over an axis of size 1: only the results of a mapped call outlive it, so
/// that the next step reuses its memory. The mapped argument is the list of the state's tensors,
/// since shared components of the ensemble itself would not be mapped.
final class WholeTraining<E extends Ensemble> extends CoupledTraining<E> {
  private final State<E> like;
  private List<Tensor> state;
  private boolean own;

  WholeTraining(
      E ensemble, Recipe recipe, Batches batches, EnsembleLoss loss, Progress.Listener listener) {
    super(recipe, batches, loss, listener);
    like = new State<>(ensemble, rules.optimizer().init(ensemble), noAverage(ensemble));
    set(like);
  }

  @Override
  Measured step(Batch batch, Tensor lr, Key key, boolean taken) {
    Vmap<List<Tensor>, List<Tensor>> mapped =
        Transforms.vmap((List<Tensor> tensors) -> stepped(tensors, batch, lr, key, taken));
    List<Tensor> next = new ArrayList<>((own ? mapped.donate() : mapped).apply(state));
    double divisor = next.removeLast().toFloats()[0];
    double value = next.removeLast().toFloats()[0];
    state = next;
    own = true; // the caller's tensors are not overwritten
    return new Measured(value, divisor);
  }

  /// The tensors of the next state, then the loss and the batch's divisor.
  private List<Tensor> stepped(
      List<Tensor> tensors, Batch batch, Tensor lr, Key key, boolean taken) {
    State<E> at = filled(tensors);
    Transforms.ValueAndGrad<E, Loss<Passed>> g =
        Transforms.valueAndGrad(
                (E e) -> {
                  Ctx ctx = Ctx.training(key);
                  Tensor logits = e.logits(batch.x(), ctx);
                  Tensor divisor = divisor(logits, batch.labels());
                  return new Loss<>(lossOf(logits, batch), new Passed(ctx.states(e), divisor));
                })
            .apply(at.ensemble());
    Optimizer.Stepped<E> next = rules.optimizer().step(at.ensemble(), g.grad(), at.memory(), lr);
    E ensemble = Ctx.withStates(next.params(), g.value().aux().states());
    List<Tensor> all =
        new ArrayList<>(
            Tree.tensors(
                new State<>(ensemble, next.memory(), averaged(at.average(), ensemble, taken))));
    all.add(g.value().value());
    all.add(g.value().aux().divisor());
    return all;
  }

  private State<E> filled(List<Tensor> tensors) {
    Iterator<Tensor> next = tensors.iterator();
    return Tree.map(like, t -> next.next());
  }

  @Override
  State<E> now() {
    return filled(withoutAxis(state));
  }

  @Override
  void set(State<E> now) {
    state = withAxis(Tree.tensors(now));
    own = false;
  }
}
