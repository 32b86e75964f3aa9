package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// One operation of the engine: backends run and transforms interpret nothing else.
///
/// A primitive gives meaning to the trailing axes of its inputs only, its *suffix* (0 for
/// elementwise operations, 2 for matmul, 4 for a convolution on `[N, H, W, C]`); axis parameters
/// are counted from the end, the last axis being 1. Axes further left are *leads*: they broadcast,
/// right-aligned. That is why one batching rule serves all primitives and none of them mentions
/// `vmap`.
///
/// A primitive states, in this order, its [#label], [#suffix], [#suffixShape] with the error text,
/// [#dtype], [#vjp], [#uses] and [#cost]. Derivative rules ignore broadcasting (the tape sums a
/// cotangent to its input's shape) and are written in tensor operations, so that they can be
/// differentiated and mapped again.
public sealed interface Primitive
    permits Fn, Reduce, Layout, MatMul, Windows, Windows.Fold, Indexing, Random, Fused {

  /// {@return the operation's name in errors and profiles}
  String label();

  /// {@return how many trailing axes of input `i` the operation gives a meaning to}
  int suffix(int i);

  /// The shape rule on suffixes: what the trailing axes of the output are.
  ///
  /// @param suffixes the last [#suffix] axes of every input
  /// @param inputs the whole shapes, for the error text
  /// @throws ShapeError if the suffixes do not fit
  Shape suffixShape(Shape[] suffixes, Shape[] inputs);

  /// {@return the type of the output} Raises [ShapeError] for types that the operation does not
  /// take.
  default DType dtype(DType[] in) {
    for (DType t : in) {
      if (t != in[0]) {
        throw new ShapeError(
            label() + ": types differ: " + in[0] + " and " + t + "; cast one of them");
      }
    }
    return in[0];
  }

  /// The derivative rule: one lazily computed cotangent per input, null from a supplier meaning
  /// zero.
  ///
  /// @param in the inputs, of which only the elements declared by [#uses] may be read
  /// @param out the output, likewise
  /// @param g the cotangent of the output, of the output's shape
  /// @return for each input its cotangent, of the input's shape or of one that sums to it
  List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g);

  /// {@return which elements [#vjp] reads}
  Uses uses();

  /// {@return the arithmetic and traffic of this operation on whole shapes}
  Cost cost(Shape[] in, Shape out);

  /// The rule for whole shapes: leads broadcast, the suffix follows [#suffixShape].
  ///
  /// @throws ShapeError if the inputs do not fit
  default Shape shape(Shape... in) {
    Shape[] suffixes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      if (in[i].rank() < suffix(i)) {
        throw new ShapeError(
            label() + ": input " + i + " needs at least " + suffix(i) + " axes, got " + in[i]);
      }
      suffixes[i] = in[i].suffix(suffix(i));
    }
    return leads(in).concat(suffixShape(suffixes, in));
  }

  /// {@return the common leads of inputs of these shapes}
  ///
  /// @throws ShapeError if they do not broadcast
  default Shape leads(Shape... in) {
    Shape leads = Shape.SCALAR;
    int widest = 0;
    for (int i = 0; i < in.length; i++) {
      Shape both = Shape.broadcast(leads, in[i].leads(suffix(i)));
      if (both == null) {
        throw new ShapeError(broadcastError(in[widest], suffix(widest), in[i], suffix(i)));
      }
      widest = in[i].rank() - suffix(i) >= leads.rank() ? i : widest;
      leads = both;
    }
    return leads;
  }

  private String broadcastError(Shape a, int suffixA, Shape b, int suffixB) {
    String text = label() + ": cannot broadcast " + a + " with " + b;
    if (suffixA != suffixB) {
      return text + ": leading axes " + a.leads(suffixA) + " and " + b.leads(suffixB) + " differ";
    }
    if (suffixA > 0) {
      return text + " on the axes left of the last " + suffixA;
    }
    Shape low = a.rank() < b.rank() ? a : b;
    Shape high = a.rank() < b.rank() ? b : a;
    if (low.rank() < high.rank()) {
      Shape aligned = low;
      while (aligned.rank() < high.rank()) {
        aligned = aligned.concat(Shape.of(1));
        if (Shape.broadcast(aligned, high) != null) {
          return text + "; did you mean " + aligned + "?";
        }
      }
    }
    return text;
  }

  /// A rule's answer for an input without a derivative.
  Supplier<Tensor> NONE = () -> null;
}
