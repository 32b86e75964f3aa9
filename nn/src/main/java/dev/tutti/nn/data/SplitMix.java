package dev.tutti.nn.data;

/// Hashes as random numbers: the generator of Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators" (2014), read at any position.
public final class SplitMix {
  /// 2⁶⁴ divided by the golden ratio, the step between counters.
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /// A bijection on 64 bits in which every input bit affects every output bit.
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// {@return the hash of `counter` under `key`; different counters have different hashes}
  public static long hash(long key, long counter) {
    return mix(mix(key) + GOLDEN * (counter + 1));
  }
}
