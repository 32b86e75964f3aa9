package dev.tutti.engine;

/// A random key: data, not state. The same key always gives the same draws.
///
/// Mapped by `vmap`, a key gives every member its own stream; captured, one stream for all.
///
/// {@snippet :
/// Key[] ks = {Key.of(42).fold(0), Key.of(42).fold(1)};
/// Tensor noise = ks[0].normal(2, 3);
/// Tensor perMember = Transforms.vmap((Key k) -> k.normal(2, 3)).apply(Key.of(42).split(10));
/// }
///
/// @param bits int32 `[2]`; after [#split], `[n, 2]`
public record Key(Tensor bits) {

  /// {@return the key of a 64-bit seed}
  public static Key of(long seed) {
    return new Key(Tensor.of(new int[] {(int) (seed >>> 32), (int) seed}));
  }

  /// {@return `n` independent keys in one, to be mapped: bits `[n, 2]`}
  public Key split(int n) {
    return new Key(bits.bind(new Random.Split(0, n)));
  }

  /// {@return the child key number `i`, entry `i` of every [#split] that is long enough}
  public Key fold(int i) {
    return new Key(bits.bind(new Random.Split(i, 1)).reshape(2));
  }

  /// {@return float32 draws, uniform in `[0, 1)`}
  public Tensor uniform(int... dims) {
    return draw(Random.Draw.Kind.UNIFORM, dims);
  }

  /// {@return float32 draws, uniform in `[low, high)`}
  public Tensor uniform(double low, double high, Shape shape) {
    return draw(Random.Draw.Kind.UNIFORM, shape.dims())
        .mul(high - low)
        .add(low)
        .minimum(Tensor.scalar(Math.nextDown((float) high)));
  }

  /// {@return float32 draws, standard normal}
  public Tensor normal(int... dims) {
    return draw(Random.Draw.Kind.NORMAL, dims);
  }

  /// {@return 0/1 draws, 1 with probability `p`}
  public Tensor bernoulli(double p, int... dims) {
    return uniform(dims).lt(Tensor.scalar(p));
  }

  /// {@return int32 draws of 32 random bits}
  public Tensor bits(int... dims) {
    return draw(Random.Draw.Kind.BITS, dims);
  }

  /// {@return a random order of 0, …, n − 1, int32}
  public Tensor permutation(int n) {
    return draw(Random.Draw.Kind.PERMUTATION, n);
  }

  private Tensor draw(Random.Draw.Kind kind, int... dims) {
    return bits.bind(new Random.Draw(kind, Shape.of(dims)));
  }
}
