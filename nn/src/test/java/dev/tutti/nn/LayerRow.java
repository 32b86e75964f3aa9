package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A layer with an input that it takes: the table that the tests of all layers read. Every public
/// layer of this module has a row.
///
/// @param name what is particular
/// @param init the layer of a key
/// @param input the shape of a batch
public record LayerRow(String name, Function<Key, Layer> init, Shape input) {
  /// One member of an ensemble: a layer and its own input.
  public record Member(Layer layer, Tensor x) {
    /// {@return the layer's value on the input}
    public Tensor value() {
      return layer.apply(x);
    }

    /// {@return Σ c · y² / 2 with fixed, distinct c: every output counts, and differently}
    public Tensor loss() {
      Tensor y = value();
      Tensor c = Tensor.arange(y.size()).reshape(y.shape()).cast(y.dtype()).mul(0.37).sin();
      return y.mul(y).mul(c).mul(0.5).sum();
    }
  }

  /// {@return the rows}
  public static List<LayerRow> all() {
    return Stream.of(
            BasicRows.ROWS, ConvRows.ROWS, NormRows.ROWS, AttentionRows.ROWS, ModelRows.ROWS)
        .flatMap(List::stream)
        .toList();
  }

  /// {@return a row, the batch's shape last}
  static LayerRow row(String name, Function<Key, Layer> init, int... input) {
    return new LayerRow(name, init, Shape.of(input));
  }

  /// {@return a layer with an input of normal numbers}
  public Member member(Key key) {
    return new Member(init.apply(key.fold(0)), key.fold(1).normal(input.dims()));
  }

  @Override
  public String toString() {
    return name;
  }
}
