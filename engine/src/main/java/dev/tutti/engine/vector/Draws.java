package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Random;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Uniform draws: the reference's Threefry with a counter in every lane.
///
/// Loop nest: for every key, for every vector of counters, twenty rounds in registers, whose two
/// words are made floats and stored alternating. The last vector of counters, which may go beyond
/// the draws, is stored in a temporary array and copied.
final class Draws {
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;
  private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(F, 0);
  private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(F, 1);
  private static final IntVector COUNT_UP = IntVector.zero(I).addIndex(1);
  private static final int PARITY = 0x1BD11BDA;

  /// The fewest vectors of counters of a task.
  private static final int GRAIN = 1 << 12;

  private Draws() {}

  static boolean takes(Random.Draw p) {
    return p.kind() == Random.Draw.Kind.UNIFORM;
  }

  static Array run(Random.Draw p, Array keys, Array out) {
    int n = p.dims().size();
    int vectors = Math.ceilDiv(n, 2 * L);
    for (int l = 0; l < keys.shape().size() / 2; l++) {
      int k0 = keys.ints()[keys.offset() + 2 * l];
      int k1 = keys.ints()[keys.offset() + 2 * l + 1];
      int to = l * n;
      Parallel.ranges(
          vectors, GRAIN, (from, end) -> uniform(k0, k1, from, end, out.floats(), to, n));
    }
    return out;
  }

  private static void uniform(int k0, int k1, int from, int end, float[] out, int to, int n) {
    int whole = Math.min(end, n / (2 * L));
    for (int v = from; v < whole; v++) {
      pairs(k0, k1, v * L, out, to + 2 * v * L);
    }
    if (whole < end) {
      float[] last = Scratch.floats(Slots.FIRST, 2 * L);
      pairs(k0, k1, whole * L, last, 0);
      System.arraycopy(last, 0, out, to + 2 * whole * L, n - 2 * whole * L);
    }
  }

  /// The 2 L draws of the counters from `first` on.
  private static void pairs(int k0, int k1, int first, float[] out, int to) {
    int k2 = k0 ^ k1 ^ PARITY;
    IntVector x = IntVector.broadcast(I, k0);
    IntVector y = COUNT_UP.add(first).add(k1);
    for (int i = 0; i < 5; i++) {
      boolean even = (i & 1) == 0;
      x = x.add(y);
      y = rotated(y, even ? 13 : 17).lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = rotated(y, even ? 15 : 29).lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = rotated(y, even ? 26 : 16).lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = rotated(y, even ? 6 : 24).lanewise(VectorOperators.XOR, x);
      int next = i % 3;
      x = x.add(next == 0 ? k1 : next == 1 ? k2 : k0);
      y = y.add((next == 0 ? k2 : next == 1 ? k0 : k1) + i + 1);
    }
    FloatVector a = unit(x);
    FloatVector b = unit(y);
    a.rearrange(LOW, b).intoArray(out, to);
    a.rearrange(HIGH, b).intoArray(out, to + L);
  }

  private static IntVector rotated(IntVector v, int by) {
    return v.lanewise(VectorOperators.LSHL, by).or(v.lanewise(VectorOperators.LSHR, 32 - by));
  }

  /// The upper 24 bits as a multiple of 2⁻²⁴ in `[0, 1)`.
  private static FloatVector unit(IntVector bits) {
    IntVector upper = bits.lanewise(VectorOperators.LSHR, 8);
    return ((FloatVector) upper.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
  }
}
