package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A rule that makes new parameters from parameters and gradients.
///
/// An optimiser is a pure function on trees, so it can be mapped over members: stacked parameters
/// with one mapped state train as the members would alone, bit for bit. It is a tree itself: its
/// hyper-parameters are float32 tensors, scalar for all members or `[M]`, one per member. Mapped
/// together with the parameters, [#forMembers] gives each member its own:
///
/// {@snippet :
/// record Member(Tensor w, Tensor gradient, Optimizer rule) {}
///
/// Optimizer rule = new Sgd().weightDecay(0, 0.5, 1).forMembers(3);
/// Tensor lr = Tensor.scalar(1);
/// Tensor w = Transforms.vmap((Member m) ->
///         m.rule().step(m.w(), m.gradient(), m.rule().init(m.w()), lr).params())
///     .apply(new Member(Tensor.ones(3, 1), Tensor.zeros(3, 1), rule));
/// Tensor shrunk = w.mul(2);                                             // [2, 1, 0]
/// }
///
/// What an optimiser leaves out (no momentum, no weight decay) is a null component and costs
/// nothing; a given value of 0 is computed like any other. Leaves marked `@State` and int32 leaves
/// are left as they are.
///
/// An optimiser of one's own is a record with its hyper-parameters as tensors; [#moments] and
/// [#update] are its rule.
public interface Optimizer {
  /// What an optimiser remembers: tensors shaped like the parameters (moving averages, mostly) and
  /// the step count, a float32 scalar.
  record Memory<P>(List<P> moments, Tensor step) {}

  /// Parameters and memory after a step.
  record Stepped<P>(P params, Memory<P> memory) {}

  /// {@return how many tensors are remembered per parameter}
  int moments();

  /// The rule for one parameter tensor.
  ///
  /// @param step the number of this step, 1 for the first, a scalar
  /// @param lr the learning rate, a scalar
  /// @return the new parameter, then the new moments
  List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr);

  /// What one step does to a parameter tensor.
  @FunctionalInterface
  interface Rule {
    /// {@return the new parameter, then the new moments}
    List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments);
  }

  /// {@return the rule at this step; an optimiser computes here once what is the same for all
  /// parameters}
  default Rule at(Tensor step, Tensor lr) {
    return (p, g, moments) -> update(p, g, moments, step, lr);
  }

  /// {@return the memory before the first step}
  default <P> Memory<P> init(P params) {
    List<P> moments = new ArrayList<>();
    for (int i = 0; i < moments(); i++) {
      moments.add(Tree.map(params, t -> Tensor.full(t.dtype(), 0, t.shape())));
    }
    return new Memory<>(moments, Tensor.scalar(0));
  }

  /// {@return parameters and memory after one step along `grads` with learning rate `lr`, a scalar}
  ///
  /// @throws IllegalArgumentException if hyper-parameters per member are not mapped
  default <P> Stepped<P> step(P params, P grads, Memory<P> memory, Tensor lr) {
    PerMember.requireScalars(this);
    List<Tree.Leaf> leaves = Tree.leaves(params);
    List<Tensor> g = Tree.tensors(grads);
    List<List<Tensor>> before = memory.moments().stream().map(Tree::tensors).toList();
    List<List<Tensor>> after = new ArrayList<>();
    for (int i = 0; i <= moments(); i++) {
      after.add(new ArrayList<>());
    }
    Tensor step = memory.step().add(1);
    Rule rule = at(step, lr);
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      int index = leaf;
      Tensor p = leaves.get(leaf).tensor();
      List<Tensor> own = before.stream().map(tensors -> tensors.get(index)).toList();
      List<Tensor> next;
      if (trains(leaves.get(leaf))) {
        next = rule.update(p, g.get(leaf), own);
      } else {
        next = new ArrayList<>(own);
        next.addFirst(p);
      }
      for (int i = 0; i < next.size(); i++) {
        after.get(i).add(next.get(i));
      }
    }
    List<P> moments = new ArrayList<>();
    for (int i = 1; i <= moments(); i++) {
      moments.add(Tree.rebuild(params, after.get(i)));
    }
    return new Stepped<>(Tree.rebuild(params, after.getFirst()), new Memory<>(moments, step));
  }

  /// {@return whether optimisers change this leaf of a model: floating-point leaves that are not
  /// marked `@State`}
  static boolean trains(Tree.Leaf leaf) {
    return !leaf.state() && leaf.tensor().dtype().isFloat();
  }

  /// {@return this optimiser with every hyper-parameter as `[members]`, to be mapped together with
  /// stacked parameters; a scalar becomes every member's value}
  ///
  /// @throws IllegalArgumentException if a hyper-parameter is given for another number of members
  default Optimizer forMembers(int members) {
    return PerMember.expand(this, members);
  }

  /// {@return this optimiser with decoupled weight decay on all leaves; see [DecoupledDecay]}
  default DecoupledDecay decay(double... rate) {
    return decay(null, rate);
  }

  /// {@return this optimiser with decoupled weight decay on the leaves whose paths pass}
  default DecoupledDecay decay(Predicate<String> paths, double... rate) {
    return new DecoupledDecay(this, DecoupledDecay.checked(rate), paths);
  }

  /// {@return this optimiser with each member's gradient scaled to at most this norm; see
  /// [ClipByNorm]}
  default ClipByNorm clipNorm(double... max) {
    return new ClipByNorm(this, ClipByNorm.checked(max));
  }

  /// {@return this optimiser with the gradient's elements limited to ±`max`; see [ClipByValue]}
  default ClipByValue clipValue(double... max) {
    return new ClipByValue(this, ClipByValue.checked(max));
  }
}
