package dev.tutti.engine.vector;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.Backend;
import dev.tutti.engine.DType;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.ReferenceBackend;

/// Kernels written with the Vector API, with the reference backend's bits; what has no kernel here
/// runs there.
public final class VectorBackend implements Backend {
  private final Backend reference = new ReferenceBackend("what has no vector kernel");

  /// @param why ignored: this backend needs no excuse
  public VectorBackend(String why) {}

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public String why() {
    return "SIMD kernels of " + 32 * Lanes.COUNT + " bits in pure Java";
  }

  @Override
  public Array run(Primitive p, Array[] in, DType type, Shape out) {
    if (type != DType.FLOAT32) {
      return reference.run(p, in, type, out);
    }
    return switch (p) {
      case MatMul m -> Gemm.run(m, in, Array.uninitialised(type, out));
      case Affine l -> Gemm.linear(l, in, Array.uninitialised(type, out));
      default -> reference.run(p, in, type, out);
    };
  }
}
