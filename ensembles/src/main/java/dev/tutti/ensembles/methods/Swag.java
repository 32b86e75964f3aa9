package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// SWA-Gaussian (Maddox et al., *A simple baseline for Bayesian uncertainty in deep learning*,
/// 2019): members are drawn from a Gaussian that the parameters of one training describe,
///
/// `θ = mean + √scale · (√var ∘ z₁ + D z₂ / √(K − 1))`,
///
/// `z₁`, `z₂` standard normal; `mean` and `var` of all models that training passed by at intervals,
/// `D` the deviations of the last K of them from the mean at their time. The paper's `scale` is
/// 1/2; torch-uncertainty 0.13 takes 1.
///
/// What is collected is state: saved and resumed with the model. Running statistics of
/// normalisation are those of the last network; [dev.tutti.nn.fit.BatchStatistics#renew] of the
/// members of [#materialize] collects those that belong to each.
///
/// @param network what is trained
/// @param collected the Gaussian so far
/// @param members how many draws predict
/// @param from the first step, from 0, after which models count
/// @param every the number of steps from one model to the next
/// @param scale of the covariance
/// @param key what members are drawn from, `[2]`
public record Swag(
    @Inlined Layer network,
    @State Collected collected,
    int members,
    int from,
    int every,
    double scale,
    @State Key key)
    implements Ensemble {

  /// What training has passed by.
  ///
  /// @param mean of the models
  /// @param squares the sum of squared deviations from it, kept as Welford (1962) does
  /// @param deviations D, every tensor `[K, …]`
  /// @param models how many, a scalar
  /// @param steps how many steps training has begun, a scalar
  public record Collected(
      Layer mean, Layer squares, Layer deviations, Tensor models, Tensor steps) {}

  /// {@return a network before its training, with the paper's scale}
  ///
  /// @param rank K, how many deviations are kept, at least 2
  public static Swag of(Key key, Layer network, int members, int from, int every, int rank) {
    if (members < 1 || from < 0 || every < 1 || rank < 2) {
      throw new IllegalArgumentException(
          "swag: members and steps between models must be at least 1, the first step not negative and"
              + " the rank at least 2, got %d, %d, %d and %d"
                  .formatted(members, every, from, rank));
    }
    Layer none = Tree.map(network, t -> Tensor.full(t.dtype(), 0, t.shape()));
    Layer slots = Tree.map(network, t -> Tensor.full(t.dtype(), 0, t.shape().prepend(rank)));
    Collected nothing = new Collected(none, none, slots, Tensor.scalar(0), Tensor.scalar(0));
    Collected apart = Tree.map(nothing, t -> t.reshape(t.shape().prepend(1)).reshape(t.shape()));
    return new Swag(network, apart, members, from, every, 0.5, key);
  }

  /// {@return this with another scale of the covariance}
  public Swag scale(double factor) {
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("swag: the scale must not be negative, got " + factor);
    }
    return new Swag(network, collected, members, from, every, factor, key);
  }

  /// {@return the network with the mean parameters: stochastic weight averaging}
  public Layer mean() {
    requireModels();
    return parameters(Tree.tensors(collected.mean));
  }

  /// {@return the members as a deep ensemble}
  ///
  /// @throws IllegalStateException if no model has been collected
  public DeepEnsemble materialize() {
    return new DeepEnsemble(drawn(), members);
  }

  private void requireModels() {
    if (collected.models.item() < 2) {
      throw new IllegalStateException(
          "swag: %.0f models are collected, from step %d on, every %d; at least 2 are needed"
              .formatted(collected.models.item(), from, every));
    }
  }

  private Layer drawn() {
    requireModels();
    return Transforms.vmap(this::draw).apply(key.split(members));
  }

  private Layer draw(Key own) {
    double models = collected.models.item();
    List<Tensor> means = Tree.tensors(collected.mean);
    List<Tensor> squares = Tree.tensors(collected.squares);
    List<Tensor> deviations = Tree.tensors(collected.deviations);
    int rank = (int) Math.min(models, deviations.getFirst().dim(0));
    Tensor z2 = own.fold(0).normal(1, deviations.getFirst().dim(0));
    List<Tensor> drawn = new ArrayList<>();
    for (int i = 0; i < means.size(); i++) {
      Tensor mean = means.get(i);
      if (!mean.dtype().isFloat()) {
        drawn.add(mean);
        continue;
      }
      Tensor var = squares.get(i).div(models).maximum(Tensor.scalar(0));
      Tensor z1 = own.fold(1 + i).normal(mean.shape().dims());
      Tensor d = deviations.get(i);
      Tensor low = z2.matmul(d.reshape(d.dim(0), -1)).reshape(mean.shape());
      Tensor off = var.sqrt().mul(z1).add(low.div(Math.sqrt(rank - 1.0)));
      drawn.add(mean.add(off.mul(Math.sqrt(scale))));
    }
    return parameters(drawn);
  }

  /// The network with these parameters, but its own state.
  private Layer parameters(List<Tensor> values) {
    List<Tree.Leaf> leaves = Tree.leaves(network);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      all.add(Optimizer.trains(leaves.get(i)) ? values.get(i) : leaves.get(i).tensor());
    }
    return Tree.rebuild(network, all);
  }

  /// In training one pass, `[1, B, C]`, before which a model is collected if it is time. A
  /// prediction before two models are collected is that of the network, for every member.
  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    if (!ctx.training() && collected.models.item() < 2) {
      Tensor one = network.apply(x, Ctx.inference());
      return one.expand(one.shape().prepend(members));
    }
    if (!ctx.training()) {
      return Transforms.vmap((Layer one) -> one.apply(x, Ctx.inference())).apply(drawn());
    }
    collect(ctx);
    return network.apply(x, ctx).unsqueeze(0);
  }

  private void collect(Ctx ctx) {
    Tensor begun = ctx.read(collected.steps);
    Tensor since = begun.sub(from);
    Tensor phase = since.sub(since.div(every).floor().mul(every)); // the last step of each period
    Tensor now = phase.eq(every - 1).mul(since.ge(Tensor.scalar(0)));
    Tensor n = ctx.read(collected.models);
    int rank = Tree.tensors(collected.deviations).getFirst().dim(0);
    Tensor slot = n.sub(n.div(rank).floor().mul(rank));
    List<Tensor> own = Tree.tensors(network);
    List<Tensor> means = Tree.tensors(collected.mean);
    List<Tensor> squares = Tree.tensors(collected.squares);
    List<Tensor> deviations = Tree.tensors(collected.deviations);
    for (int i = 0; i < own.size(); i++) {
      Tensor p = own.get(i).detach();
      if (!p.dtype().isFloat()) {
        continue;
      }
      Tensor before = ctx.read(means.get(i));
      Tensor off = p.sub(before);
      Tensor mean = before.add(off.div(n.add(1)));
      Tensor left = p.sub(mean);
      Tensor sum = ctx.read(squares.get(i));
      Tensor d = ctx.read(deviations.get(i));
      Tensor here =
          Tensor.arange(rank).cast(n.dtype()).eq(slot).mul(now).reshape(column(rank, p.shape()));
      ctx.write(means.get(i), Tensor.where(now, mean, before));
      ctx.write(squares.get(i), Tensor.where(now, sum.add(off.mul(left)), sum));
      ctx.write(deviations.get(i), Tensor.where(here, left.expand(d.shape()), d));
    }
    ctx.write(collected.models, n.add(now));
    ctx.write(collected.steps, begun.add(1));
  }

  /// The shape that sets `[K]` beside `[K, …]`.
  private static Shape column(int rank, Shape of) {
    int[] dims = new int[of.rank() + 1];
    Arrays.fill(dims, 1);
    dims[0] = rank;
    return Shape.of(dims);
  }

  /// {@return those of the network that is trained}
  @Override
  public long parameterCount() {
    return network.parameterCount();
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
