package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// M networks of one architecture that share nothing (Lakshminarayanan, Pritzel, Blundell 2017),
/// stored as one network whose parameters carry the member axis first.
///
/// Member `m` is, bit for bit, the network that `init` makes from child key `m`, and trains as it
/// would alone.
///
/// @param network the stacked networks, every tensor `[M, …]`
/// @param members M
public record DeepEnsemble(@Inlined Layer network, int members) implements Ensemble {
  /// Checks that there are members.
  public DeepEnsemble {
    if (members < 1) {
      throw new IllegalArgumentException(
          "deep ensemble: members must be at least 1, got " + members);
    }
  }

  /// {@return M networks, each initialised from its own child of `key`}
  public static DeepEnsemble init(Key key, int members, Function<Key, ? extends Layer> init) {
    Function<Key, Layer> one = init::apply;
    return new DeepEnsemble(Transforms.vmap(one).apply(key.split(members)), members);
  }

  /// {@return an ensemble of these networks, which have one structure: what `torch.func` calls
  /// `stack_module_state`}
  ///
  /// @throws IllegalArgumentException if there is none
  /// @throws ShapeError if they differ in classes, shapes or types, naming the place
  public static DeepEnsemble of(Layer... networks) {
    if (networks.length == 0) {
      throw new IllegalArgumentException("deep ensemble: there are no networks to stack");
    }
    return new DeepEnsemble(Tree.stack(List.of(networks)), networks.length);
  }

  /// {@return the members of all these ensembles, one after another: what snapshots make}
  public static DeepEnsemble concat(List<DeepEnsemble> ensembles) {
    return new DeepEnsemble(
        Tree.concat(ensembles.stream().map(DeepEnsemble::network).toList()),
        ensembles.stream().mapToInt(DeepEnsemble::members).sum());
  }

  /// {@return the members of this ensemble, then those of another}
  public DeepEnsemble merge(DeepEnsemble other) {
    return concat(List.of(this, other));
  }

  /// {@return this ensemble with one more member, the last}
  public DeepEnsemble add(Layer one) {
    return merge(of(one));
  }

  /// {@return the members as networks alone, in order: the inverse of [#of(Layer...)]}
  public List<Layer> unstack() {
    return IntStream.range(0, members).mapToObj(this::member).toList();
  }

  /// {@return the ensemble of members `from … to − 1`, which shares their memory}
  ///
  /// @throws IndexOutOfBoundsException if there are no such members
  public DeepEnsemble slice(int from, int to) {
    if (from < 0 || from >= to || to > members) {
      throw new IndexOutOfBoundsException(
          "deep ensemble: members %d to %d of %d".formatted(from, to, members));
    }
    return new DeepEnsemble(Tree.slice(network, from, to), to - from);
  }

  /// {@return member `m` as a network alone}
  public Layer member(int m) {
    requireMember(m);
    return Tree.get(network, m);
  }

  private void requireMember(int m) {
    if (m < 0 || m >= members) {
      throw new IndexOutOfBoundsException("deep ensemble: member " + m + " of " + members);
    }
  }

  /// {@return the ensemble of these members, in this order, which may repeat}
  ///
  /// @throws IndexOutOfBoundsException if there is no such member
  public DeepEnsemble take(int... numbers) {
    for (int m : numbers) {
      requireMember(m);
    }
    return new DeepEnsemble(Tree.take(network, Tensor.of(numbers)), numbers.length);
  }

  /// {@return every member's predicted logits `[M, B, C]`, `size` members at a time: the same bits,
  /// and less memory for what lies between}
  ///
  /// @throws IllegalArgumentException if `size` is below 1
  public Tensor logitsInChunks(int size, Tensor x) {
    return Transforms.vmap((Layer one) -> one.apply(x)).chunk(size).apply(network);
  }

  @Override
  public Tensor logitsOfOwn(Tensor x, Ctx ctx) {
    return Members.logitsOfOwn(network, members, x, ctx);
  }

  @Override
  public boolean independent() {
    return true;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    Tensor logits = Members.logits(network, members, x, ctx);
    if (logits.dim(0) != members) {
      throw new ShapeError(
          "deep ensemble: says it has "
              + members
              + " members, its tensors hold "
              + logits.dim(0)
              + "; use take(members), or Tree functions on network()");
    }
    return logits;
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
