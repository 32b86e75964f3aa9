package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.testkit.Expect;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// A layer with an input that it takes: the table that the tests of all layers read. Every public
/// layer of this module has a row.
///
/// @param name what is particular
/// @param init the layer of a key
/// @param input the input of a key
/// @param training whether the layer runs in a training pass
/// @param idle paths of parameters that a training pass does not depend on, by the layer's formula
public record LayerRow(
    String name,
    Function<Key, Layer> init,
    Function<Key, Tensor> input,
    boolean training,
    Set<String> idle) {

  /// One member of an ensemble: a layer, its own input, and for a training pass its own key.
  public record Member(Layer layer, Tensor x, Key key) {
    /// {@return what the member's pass runs in, a new one for each pass}
    Ctx ctx() {
      return key == null ? Ctx.inference() : Ctx.training(key);
    }

    /// {@return the layer's value on the input}
    public Tensor value() {
      return layer.apply(x, ctx());
    }

    /// {@return the layer with the state that a pass leaves}
    public Layer updated() {
      Ctx ctx = ctx();
      layer.apply(x, ctx);
      return ctx.updated(layer);
    }

    /// {@return Σ c · y² / 2 with fixed, distinct c: every output counts, and differently}
    public Tensor loss() {
      Tensor y = value();
      Tensor c = Tensor.arange(y.size()).reshape(y.shape()).cast(y.dtype()).mul(0.37).sin();
      return y.mul(y).mul(c).mul(0.5).sum();
    }
  }

  /// {@return the rows, as predictions}
  public static List<LayerRow> all() {
    return Stream.of(
            BasicRows.ROWS,
            ConvRows.ROWS,
            PoolRows.ROWS,
            NormRows.ROWS,
            AttentionRows.ROWS,
            ModelRows.ROWS)
        .flatMap(List::stream)
        .toList();
  }

  /// {@return every row as prediction, and as training pass those that then do something else}
  public static List<LayerRow> passes() {
    return all().stream()
        .flatMap(row -> {
          LayerRow training = new LayerRow(row.name, row.init, row.input, true, row.idle);
          return training.differs() ? Stream.of(row, training) : Stream.of(row);
        })
        .toList();
  }

  /// {@return whether a training pass gives another value than a prediction, or state}
  private boolean differs() {
    Member m = member(Key.of(1));
    boolean sameState =
        Tree.tensors(m.layer).stream().allMatch(Tree.tensors(m.updated())::contains);
    return !sameState || !Expect.same(m.value(), m.layer.apply(m.x));
  }

  /// {@return a row with an input of normal numbers, the batch's shape last}
  static LayerRow row(String name, Function<Key, Layer> init, int... input) {
    return new LayerRow(name, init, k -> k.normal(input), false, Set.of());
  }

  /// {@return this row with parameters that a training pass does not depend on}
  LayerRow idle(String... paths) {
    return new LayerRow(name, init, input, training, Set.of(paths));
  }

  /// {@return whether the pass does not depend on this part of a [Member]}
  boolean isIdle(Tree.Leaf leaf) {
    return training && leaf.path().startsWith("layer.") && idle.contains(leaf.path().substring(6));
  }

  /// {@return a layer with its input and key}
  public Member member(Key key) {
    return new Member(
        init.apply(key.fold(0)), input.apply(key.fold(1)), training ? key.fold(2) : null);
  }

  @Override
  public String toString() {
    return training ? name + ", training" : name;
  }
}
