package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector registers that all kernels use: the machine's widest, or those of
/// `-Dtutti.vectorBits`. No result depends on the width.
///
/// Many kernels bound their innermost loops by a constant, such as [LaneConvSums#PIXELS] and
/// [WideConvProduct#SHORT]. If C2 can prove that a loop has few rounds, it leaves the safepoint
/// poll out of it. With the poll, sums would be copied from register to register, or spilled,
/// around it.
final class Lanes {
  /// Vectors of float32.
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, shape());

  /// Vectors of int32, as many lanes as [#FLOATS].
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  /// The number of lanes: 4, 8 or 16.
  static final int COUNT = FLOATS.length();

  /// The number of vector registers: 16 on x86 without AVX-512.
  static final int REGISTERS =
      System.getProperty("os.arch").matches("amd64|x86_64") && machineBits() < 512 ? 16 : 32;

  private Lanes() {}

  private static VectorShape shape() {
    int widest = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 512);
    String asked = System.getProperty("tutti.vectorBits");
    if (asked == null) {
      if (widest < 128) {
        throw new UnsupportedOperationException("vectors of " + widest + " bits are too short");
      }
      return VectorShape.forBitSize(widest);
    }
    return switch (asked) {
      case "128" -> VectorShape.S_128_BIT;
      case "256" -> VectorShape.S_256_BIT;
      case "512" -> VectorShape.S_512_BIT;
      default ->
          throw new UnsupportedOperationException(
              "-Dtutti.vectorBits=" + asked + "; use 0, 128, 256 or 512");
    };
  }

  private static int machineBits() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
