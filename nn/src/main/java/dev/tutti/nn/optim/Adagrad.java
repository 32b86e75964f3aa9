package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.List;

/// Adagrad (Duchi et al., 2011), PyTorch's `optim.Adagrad`.
///
/// With `d = g + weightDecay · p` and the sum `s = s + d²`, the step is `p − lr / (1 + (t − 1) ·
/// lrDecay) · d / (√s + eps)`.
///
/// Hyper-parameters are scalars or `[M]`, one per member; null leaves the feature out. The record
/// does not check them, the methods that take numbers do.
///
/// @param initialAccumulatorValue the start of the sums: [#init] needs it, so with one per member
///   the start is mapped together with the optimiser as well
public record Adagrad(
    Tensor lrDecay, Tensor weightDecay, Tensor initialAccumulatorValue, Tensor eps)
    implements Optimizer {
  /// Adagrad with PyTorch's defaults: eps 1e-10, no decay, sums from 0.
  public Adagrad() {
    this(null, null, null, Tensor.scalar(1e-10));
  }

  /// {@return this with a learning rate that falls with the steps, for all members or for each}
  public Adagrad lrDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("adagrad: lr decay", perMember);
    return new Adagrad(decay, weightDecay, initialAccumulatorValue, eps);
  }

  /// {@return this with `weightDecay · p` added to the gradient, for all members or for each}
  public Adagrad weightDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("adagrad: weight decay", perMember);
    return new Adagrad(lrDecay, decay, initialAccumulatorValue, eps);
  }

  /// {@return this with sums that start here, for all members or for each}
  public Adagrad initialAccumulatorValue(double... perMember) {
    Tensor start = Range.NOT_NEGATIVE.of("adagrad: initial accumulator value", perMember);
    return new Adagrad(lrDecay, weightDecay, start, eps);
  }

  /// {@return this with another eps, for all members or for each}
  public Adagrad eps(double... perMember) {
    Tensor other = Range.POSITIVE.of("adagrad: eps", perMember);
    return new Adagrad(lrDecay, weightDecay, initialAccumulatorValue, other);
  }

  @Override
  public int moments() {
    return 1;
  }

  /// {@inheritDoc}
  ///
  /// @throws IllegalArgumentException if initial values per member are not mapped
  @Override
  public <P> Memory<P> init(P params) {
    Memory<P> zero = Optimizer.super.init(params);
    if (initialAccumulatorValue == null) {
      return zero;
    }
    PerMember.requireScalars(new Adagrad(null, null, initialAccumulatorValue, null));
    P sums =
        Tree.mapLeaves(
            zero.moments().getFirst(),
            leaf -> {
              Tensor t = leaf.tensor();
              return Optimizer.trains(leaf) ? t.add(initialAccumulatorValue) : t;
            });
    return new Memory<>(List.of(sums), zero.step());
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    Tensor d = weightDecay == null ? g : p.axpy(weightDecay, g);
    Tensor sum = moments.getFirst().add(d.mul(d));
    Tensor rate = lrDecay == null ? lr : lr.div(step.sub(1).mul(lrDecay).add(1));
    return List.of(p.adam(d, sum, rate, Tensor.scalar(1), eps), sum);
  }
}
