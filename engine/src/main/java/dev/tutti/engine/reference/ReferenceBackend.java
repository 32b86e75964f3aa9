package dev.tutti.engine.reference;

import dev.tutti.engine.ActivationInput;
import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Columns;
import dev.tutti.engine.Conv;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Fused;
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
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Softmax;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Windows;
import java.util.Arrays;

/// The plainest loops: specification, oracle, and the backend that needs no module and no C2.
///
/// Every primitive has a kernel in float32, and in float64 if it is not fused; a fused primitive in
/// float64 runs as its decomposition. One exhaustive `switch`, so that javac finds a missing
/// kernel.
public final class ReferenceBackend implements Backend {
  private final String why;

  /// @param why one line on why this backend was chosen
  public ReferenceBackend(String why) {
    this.why = why;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String why() {
    return why;
  }

  @Override
  public Array run(Primitive p, Array[] in, DType type, Shape out) {
    if (p == Softmax.CROSS_ENTROPY) {
      Softmaxes.checkLabels(in[0], in[1]);
    }
    try {
      return dispatch(p, in, type, out);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(p, out);
    } finally {
      Scratch.done();
    }
  }

  /// {@return the error for an operation whose working memory does not fit the heap}
  public static ShapeError outOfMemory(Primitive p, Shape out) {
    return new ShapeError(
        p.label()
            + ": out of memory while computing "
            + out
            + "; the heap may grow to "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MB (-Xmx)");
  }

  private static Array dispatch(Primitive p, Array[] in, DType type, Shape out) {
    return switch (p) {
      case Layout.Reshape r -> in[0].view(out, 0);
      case Layout.Detach d -> in[0];
      case Layout.Slice s when s.leading(in[0].shape(), out) -> leadingSlice(s, in[0], out);
      case Fused f when type == DType.FLOAT64 -> decomposed(f, in);
      case Normalize n -> decomposed(n, in);
      case NormalizeInput n -> decomposed(n, in);
      case Columns c -> decomposed(c, in);
      case Gelu g when g.tanh() -> decomposed(g, in);
      default -> kernel(p, in, Array.allocate(type, out));
    };
  }

  private static Array kernel(Primitive p, Array[] in, Array out) {
    return switch (p) {
      case Fn fn -> Elementwise.run(fn, in, out);
      case Reduce r -> Reductions.run(r, in, out);
      case Layout l -> Moves.run(l, in, out);
      case MatMul m -> Gemm.run(m, in, out);
      case Windows w -> Moves.windows(w, in[0], out);
      case Windows.Fold f -> Moves.fold(f, in[0], out);
      case Indexing.Take t -> take(t, in, out);
      case Indexing.ScatterAdd s -> scatterAdd(s, in, out);
      case Indexing.OneHot o -> oneHot(o, in[0], out);
      case Random.Split s -> Threefry.split(s, in[0], out);
      case Random.Draw d -> Threefry.draw(d, in[0], out);
      case Affine l -> linear(l, in, out);
      case Conv.Forward c -> Convolutions.forward(c, in, out);
      case Conv.Input c -> Convolutions.input(c, in, out);
      case Conv.Weight c -> Convolutions.weight(c, in, out);
      case Pool.Max m -> Pools.max(m, in, out);
      case Pool.MaxInput m -> Pools.maxInput(m, in, out);
      case Pool.Average a -> Pools.average(a, in, out);
      case Pool.AverageInput a -> Pools.averageInput(a, in, out);
      case Softmax s -> Softmaxes.run(s, in, out);
      case Gelu g -> gelu(in[0], out);
      case ActivationInput a -> activationInput(a, in, out);
      case OptimizerStep s -> Steps.run(s, in, out);
      case Normalize n -> throw asItsDecomposition(n);
      case NormalizeInput n -> throw asItsDecomposition(n);
      case Columns c -> throw asItsDecomposition(c);
    };
  }

  private static IllegalStateException asItsDecomposition(Fused f) {
    return new IllegalStateException(f.label() + " runs as its decomposition");
  }

  private static Array decomposed(Fused f, Array[] in) {
    Tensor[] tensors = Arrays.copyOf(in, in.length, Tensor[].class);
    return (Array) f.decompose(tensors);
  }

  private static Array leadingSlice(Layout.Slice s, Array x, Shape out) {
    int row = x.shape().tail().size();
    return x.view(out, s.start().get(0) * row);
  }

  /// relu?(x · w + b): rows start at the bias and accumulate.
  private static Array linear(Affine p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int n = out.shape().dim(-2);
    int o = out.shape().dim(-1);
    int k = in[0].shape().dim(-1);
    float[] y = out.floats();
    for (int l = 0; l < leads.count; l++) {
      for (int r = 0; r < n; r++) {
        System.arraycopy(in[2].floats(), leads.start(2, l), y, (l * n + r) * o, o);
      }
      Gemm.multiply(
          n,
          o,
          k,
          in[0].floats(),
          leads.start(0, l),
          k,
          1,
          in[1].floats(),
          leads.start(1, l),
          o,
          1,
          y,
          l * n * o);
    }
    if (p.relu()) {
      FloatLoops.unary(Fn.RELU, y, y, 0, y.length);
    }
    return out;
  }

  private static Array gelu(Array x, Array out) {
    for (int i = 0; i < out.shape().size(); i++) {
      out.floats()[i] = FloatMath.gelu(x.floats()[x.offset() + i]);
    }
    return out;
  }

  private static Array activationInput(ActivationInput p, Array[] in, Array out) {
    float[] x = in[0].floats();
    float[] g = in[1].floats();
    float[] o = out.floats();
    Strides.overBroadcast(
        out,
        in,
        (at, step, n) -> {
          for (int i = 0; i < n; i++) {
            float v = x[at[1] + i * step[1]];
            float c = g[at[2] + i * step[2]];
            o[at[0] + i] = p == ActivationInput.GELU ? c * FloatMath.geluSlope(v) : v > 0 ? c : 0;
          }
        });
    return out;
  }

  private static Array take(Indexing.Take p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int rows = in[1].shape().dim(-1);
    int width = in[0].shape().dim(-1);
    for (int l = 0; l < leads.count; l++) {
      for (int r = 0; r < rows; r++) {
        int row = row("take", in[1], leads.start(1, l) + r, in[0].shape().dim(-2));
        System.arraycopy(
            in[0].storage(),
            leads.start(0, l) + row * width,
            out.storage(),
            (l * rows + r) * width,
            width);
      }
    }
    return out;
  }

  private static Array scatterAdd(Indexing.ScatterAdd p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int rows = in[1].shape().dim(-1);
    int width = in[0].shape().dim(-1);
    for (int l = 0; l < leads.count; l++) {
      for (int r = 0; r < rows; r++) {
        int row = row("scatter_add", in[1], leads.start(1, l) + r, p.rows());
        Moves.add(in[0], leads.start(0, l) + r * width, out, (l * p.rows() + row) * width, width);
      }
    }
    return out;
  }

  private static Array oneHot(Indexing.OneHot p, Array labels, Array out) {
    for (int i = 0; i < labels.shape().size(); i++) {
      out.floats()[i * p.classes() + row("one_hot", labels, labels.offset() + i, p.classes())] = 1;
    }
    return out;
  }

  private static int row(String op, Array indices, int at, int rows) {
    int row = indices.ints()[at];
    if (row < 0 || row >= rows) {
      throw new ShapeError(op + ": index " + row + " is outside 0 … " + (rows - 1));
    }
    return row;
  }
}
