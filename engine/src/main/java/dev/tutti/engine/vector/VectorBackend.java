package dev.tutti.engine.vector;

import dev.tutti.engine.ActivationInput;
import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Columns;
import dev.tutti.engine.Conv;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Gelu;
import dev.tutti.engine.Indexing;
import dev.tutti.engine.Layout;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.NormalizeInput;
import dev.tutti.engine.OptimizerStep;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Random;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Softmax;
import dev.tutti.engine.reference.ReferenceBackend;

/// Kernels written with the Vector API, with the reference backend's bits. Primitives without a
/// kernel here run on the reference backend.
public final class VectorBackend implements Backend {
  private final Backend reference = new ReferenceBackend("what has no vector kernel");

  /// @param why ignored; only the fallback explains itself
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
    if (!takes(p, in, type, out)) {
      return reference.run(p, in, type, out);
    }
    try {
      return kernel(p, in, Array.uninitialised(type, out));
    } catch (OutOfMemoryError e) {
      throw ReferenceBackend.outOfMemory(p, out);
    } finally {
      Scratch.done();
    }
  }

  private static boolean takes(Primitive p, Array[] in, DType type, Shape out) {
    if (type != DType.FLOAT32) {
      return false;
    }
    return switch (p) {
      case Fn fn -> Elementwise.takes(fn, in);
      case Reduce r -> Reductions.takes(r, in);
      case Layout.Slice s when s.leading(in[0].shape(), out) -> false; // a view
      case Layout l -> Moves.takes(l, in);
      case MatMul m -> true;
      case Indexing i -> Rows.takes(i, in);
      case Affine l -> true;
      case Conv c -> true;
      case Pool.Max m -> MaxPools.takes(m, in);
      case Pool.MaxInput m -> MaxPools.takes(m, in);
      case Pool.Average a -> AveragePools.takes(a, in);
      case Pool.AverageInput a -> AveragePools.takes(a, in);
      case Softmax s -> Softmaxes.takes(s, in);
      case Normalize n -> Standardisation.takes(n, in);
      case NormalizeInput n -> StandardisationInput.takes(n, in);
      case Columns c -> ColumnKernels.takes(in);
      case Gelu g -> true;
      case ActivationInput a -> true;
      case OptimizerStep s -> Steps.takes(s, in);
      case Random.Draw d -> Draws.takes(d);
      default -> false;
    };
  }

  private static Array kernel(Primitive p, Array[] in, Array out) {
    return switch (p) {
      case Fn fn -> Elementwise.run(fn, in, out);
      case Reduce r -> Reductions.run(r, in, out);
      case Layout l -> Moves.run(l, in, out);
      case MatMul m -> Gemm.run(m, in, out);
      case Indexing.Take t -> Rows.take(t, in, out);
      case Indexing.ScatterAdd s -> Rows.scatterAdd(s, in, out);
      case Affine l -> Gemm.linear(l, in, out);
      case Conv.Forward c -> Convolutions.forward(c, in, out);
      case Conv.Input c -> Convolutions.input(c, in, out);
      case Conv.Weight c -> Convolutions.weight(c, in, out);
      case Pool.Max m -> MaxPools.forward(m, in, out);
      case Pool.MaxInput m -> MaxPools.input(m, in, out);
      case Pool.Average a -> AveragePools.forward(a, in, out);
      case Pool.AverageInput a -> AveragePools.input(a, in, out);
      case Softmax s -> Softmaxes.run(s, in, out);
      case Normalize n -> Standardisation.run(n, in, out);
      case NormalizeInput n -> StandardisationInput.run(n, in, out);
      case Columns c -> ColumnKernels.run(c, in, out);
      case Gelu g -> g.tanh() ? Elementwise.geluByTanh(in, out) : Elementwise.gelu(in, out);
      case ActivationInput a -> Elementwise.activationInput(a, in, out);
      case OptimizerStep s -> Steps.run(s, in, out);
      case Random.Draw d -> Draws.run(d, in[0], out);
      default -> throw new IllegalStateException(p.label() + " has no vector kernel");
    };
  }
}
