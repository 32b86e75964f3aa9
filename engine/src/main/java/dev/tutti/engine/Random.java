package dev.tutti.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Random numbers as pure functions of a key, int32 `[2]`.
///
/// The generator is Threefry-2×32 with 20 rounds (Salmon et al., *Parallel random numbers: as easy
/// as 1, 2, 3*, 2011), the one that JAX uses: draw `i` is a function of the key and `i` alone, so
/// an element does not depend on the order, the threads or the size of a draw. A mapped key gives
/// every member its own stream, a captured key one stream for all.
public sealed interface Random extends Primitive {

  private static void checkKey(String op, Shape key) {
    if (key.dim(0) != 2) {
      throw new ShapeError(op + ": a key has shape [2], got " + key);
    }
  }

  private static void checkKey(String op, DType key) {
    if (key != DType.INT32) {
      throw new ShapeError(op + ": a key is int32, got " + key);
    }
  }

  @Override
  default int suffix(int i) {
    return 1;
  }

  @Override
  default List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return List.of(NONE);
  }

  @Override
  default Uses uses() {
    return Uses.NOTHING;
  }

  @Override
  default Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(0, in, out);
  }

  /// Draws of one kind: `key [2] → dims`.
  record Draw(Kind kind, Shape dims) implements Random {
    /// What is drawn.
    public enum Kind {
      /// 32 random bits, int32.
      BITS,
      /// float32, uniform on the multiples of 2⁻²⁴ in `[0, 1)`.
      UNIFORM,
      /// float32, standard normal (Box–Muller).
      NORMAL,
      /// int32, a uniformly random order of `0 … n − 1`; `dims` is `[n]`.
      PERMUTATION
    }

    @Override
    public String label() {
      return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      checkKey(label(), suffixes[0]);
      if (kind == Kind.PERMUTATION && dims.rank() != 1) {
        throw new ShapeError("permutation: needs one axis, got " + dims);
      }
      return dims;
    }

    @Override
    public DType dtype(DType[] in) {
      checkKey(label(), in[0]);
      return kind == Kind.UNIFORM || kind == Kind.NORMAL ? DType.FLOAT32 : DType.INT32;
    }
  }

  /// Independent child keys number `first … first + n − 1` of a key: `[2] → [n, 2]`.
  record Split(int first, int n) implements Random {
    @Override
    public String label() {
      return "split";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      checkKey(label(), suffixes[0]);
      return Shape.of(n, 2);
    }

    @Override
    public DType dtype(DType[] in) {
      checkKey(label(), in[0]);
      return DType.INT32;
    }
  }
}
