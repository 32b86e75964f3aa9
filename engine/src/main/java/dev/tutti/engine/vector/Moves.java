package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Layout;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.Strides;
import java.util.Arrays;

/// Layout primitives on float32, each as one strided copy ([StridedCopy]) from strides that express
/// the layout.
final class Moves {
  private Moves() {}

  /// {@return whether [#run] computes this; views (`Reshape`, `Detach`) are left to the reference
  /// backend, and so are types other than float32, except casts between float32 and int32}
  static boolean takes(Layout layout, Array[] in) {
    DType type = in[0].dtype();
    return switch (layout) {
      case Layout.Reshape r -> false;
      case Layout.Detach d -> false;
      case Layout.Cast c -> type != DType.FLOAT64 && c.to() != DType.FLOAT64 && type != c.to();
      default -> type == DType.FLOAT32;
    };
  }

  static Array run(Layout layout, Array[] in, Array out) {
    Array x = in[0];
    switch (layout) {
      case Layout.Expand e -> expand(e, x, out);
      case Layout.Permute p -> {
        int[] own = Strides.contiguous(x.shape());
        int lead = own.length - p.order().size();
        int[] strides = own.clone();
        for (int i = 0; i < p.order().size(); i++) {
          strides[lead + i] = own[lead + p.order().get(i)];
        }
        read(x, x.offset(), strides, out);
      }
      case Layout.Slice s -> {
        int[] strides = Strides.contiguous(x.shape());
        int lead = strides.length - s.start().size();
        int at = x.offset();
        for (int i = 0; i < s.start().size(); i++) {
          at += s.start().get(i) * strides[lead + i];
          strides[lead + i] *= s.step().get(i);
        }
        read(x, at, strides, out);
      }
      case Layout.Reverse r -> {
        int[] strides = Strides.contiguous(x.shape());
        int at = x.offset();
        for (int i = 0; i < r.axes().size(); i++) {
          int d = strides.length - r.axes().get(i);
          at += (x.shape().dim(d) - 1) * strides[d];
          strides[d] = -strides[d];
        }
        read(x, at, strides, out);
      }
      case Layout.Pad p -> pad(p, x, out);
      case Layout.Concat c -> concat(c, in, out);
      case Layout.Cast c -> cast(x, out);
      default -> throw new IllegalStateException(layout.label() + " is a view");
    }
    return out;
  }

  /// `out[i] = x[at + Σ index · strides]`.
  private static void read(Array x, int at, int[] strides, Array out) {
    int[] to = Strides.contiguous(out.shape());
    StridedCopy.run(out.shape().dims(), x.floats(), at, strides, out.floats(), 0, to);
  }

  private static void expand(Layout.Expand e, Array x, Array out) {
    Shape own = x.shape().leads(e.suffix());
    int[] lead = Strides.contiguous(own);
    int[] rest = Strides.broadcast(x.shape().suffix(e.suffix()), e.to());
    int block = own.size() == 0 ? 0 : x.shape().size() / own.size();
    int[] strides = new int[lead.length + rest.length];
    for (int d = 0; d < lead.length; d++) {
      strides[d] = lead[d] * block;
    }
    System.arraycopy(rest, 0, strides, lead.length, rest.length);
    read(x, x.offset(), strides, out);
  }

  private static void pad(Layout.Pad p, Array x, Array out) {
    Arrays.fill(out.floats(), (float) p.value());
    int[] strides = Strides.contiguous(out.shape());
    int lead = strides.length - p.low().size();
    int at = 0;
    for (int i = 0; i < p.low().size(); i++) {
      at += p.low().get(i) * strides[lead + i];
      strides[lead + i] *= p.interior().get(i) + 1;
    }
    int[] own = Strides.contiguous(x.shape());
    StridedCopy.run(x.shape().dims(), x.floats(), x.offset(), own, out.floats(), at, strides);
  }

  private static void concat(Layout.Concat c, Array[] in, Array out) {
    int lead = out.shape().rank() - c.axis();
    int[] to = Strides.contiguous(out.shape());
    int at = 0;
    for (Array x : in) {
      Shape part = out.shape().with(lead, x.shape().dim(-c.axis()));
      int[] from = Strides.broadcast(x.shape(), part);
      StridedCopy.run(part.dims(), x.floats(), x.offset(), from, out.floats(), at, to);
      at += x.shape().dim(-c.axis()) * to[lead];
    }
  }

  private static void cast(Array x, Array out) {
    int n = out.shape().size();
    int at = x.offset();
    if (out.dtype() == DType.FLOAT32) {
      int[] a = x.ints();
      float[] o = out.floats();
      for (int i = 0; i < n; i++) {
        o[i] = a[at + i];
      }
    } else {
      float[] a = x.floats();
      int[] o = out.ints();
      for (int i = 0; i < n; i++) {
        o[i] = (int) a[at + i];
      }
    }
  }
}
