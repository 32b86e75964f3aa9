package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Layout;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import dev.tutti.engine.Windows;

/// Layout primitives: each is one strided copy, from strides that express the layout.
final class Moves {
  private Moves() {}

  static Array run(Layout layout, Array[] in, Array out) {
    Array x = in[0];
    switch (layout) {
      case Layout.Expand e -> {
        Shape own = x.shape().leads(e.suffix());
        int[] lead = Strides.contiguous(own);
        int[] rest = Strides.broadcast(x.shape().suffix(e.suffix()), e.to());
        int block = own.size() == 0 ? 0 : x.shape().size() / own.size();
        int[] strides = new int[lead.length + rest.length];
        for (int d = 0; d < lead.length; d++) {
          strides[d] = lead[d] * block;
        }
        System.arraycopy(rest, 0, strides, lead.length, rest.length);
        copy(x, x.offset(), strides, out);
      }
      case Layout.Permute p -> {
        int[] own = Strides.contiguous(x.shape());
        int lead = own.length - p.order().size();
        int[] strides = own.clone();
        for (int i = 0; i < p.order().size(); i++) {
          strides[lead + i] = own[lead + p.order().get(i)];
        }
        copy(x, x.offset(), strides, out);
      }
      case Layout.Slice s -> {
        int[] strides = Strides.contiguous(x.shape());
        int lead = strides.length - s.start().size();
        int at = x.offset();
        for (int i = 0; i < s.start().size(); i++) {
          at += s.start().get(i) * strides[lead + i];
          strides[lead + i] *= s.step().get(i);
        }
        copy(x, at, strides, out);
      }
      case Layout.Reverse r -> {
        int[] strides = Strides.contiguous(x.shape());
        int at = x.offset();
        for (int i = 0; i < r.axes().size(); i++) {
          int d = strides.length - r.axes().get(i);
          at += (x.shape().dim(d) - 1) * strides[d];
          strides[d] = -strides[d];
        }
        copy(x, at, strides, out);
      }
      case Layout.Pad p -> pad(p, x, out);
      case Layout.Concat c -> concat(c, in, out);
      case Layout.Cast c -> cast(x, out);
      case Layout.Reshape r -> throw new IllegalStateException("a reshape is a view");
      case Layout.Detach d -> throw new IllegalStateException("a detach is a view");
    }
    return out;
  }

  /// `out[i] = x[at + Σ index · strides]`.
  private static void copy(Array x, int at, int[] strides, Array out) {
    int[][] both = {Strides.contiguous(out.shape()), strides};
    strided(x, out, out.shape(), both, new int[] {0, at});
  }

  /// Copies over an index space of shape `space`: operand 0 is written, operand 1 read.
  private static void strided(Array x, Array out, Shape space, int[][] strides, int[] at) {
    Object from = x.storage();
    Object to = out.storage();
    Strides.over(
        space.dims(),
        strides,
        at,
        (here, step, n) -> {
          if (step[0] == 1 && step[1] == 1) {
            System.arraycopy(from, here[1], to, here[0], n);
            return;
          }
          int o = here[0];
          int i = here[1];
          switch (x.dtype()) {
            case FLOAT32 -> {
              float[] a = (float[]) from;
              float[] b = (float[]) to;
              for (int j = 0; j < n; j++) {
                b[o + j * step[0]] = a[i + j * step[1]];
              }
            }
            case FLOAT64 -> {
              double[] a = (double[]) from;
              double[] b = (double[]) to;
              for (int j = 0; j < n; j++) {
                b[o + j * step[0]] = a[i + j * step[1]];
              }
            }
            case INT32 -> {
              int[] a = (int[]) from;
              int[] b = (int[]) to;
              for (int j = 0; j < n; j++) {
                b[o + j * step[0]] = a[i + j * step[1]];
              }
            }
          }
        });
  }

  private static void pad(Layout.Pad p, Array x, Array out) {
    if (p.value() != 0) {
      switch (out.dtype()) {
        case FLOAT32 -> java.util.Arrays.fill(out.floats(), (float) p.value());
        case FLOAT64 -> java.util.Arrays.fill(out.doubles(), p.value());
        case INT32 -> java.util.Arrays.fill(out.ints(), (int) p.value());
      }
    }
    int[] strides = Strides.contiguous(out.shape());
    int lead = strides.length - p.low().size();
    int at = 0;
    for (int i = 0; i < p.low().size(); i++) {
      at += p.low().get(i) * strides[lead + i];
      strides[lead + i] *= p.interior().get(i) + 1;
    }
    int[][] both = {strides, Strides.contiguous(x.shape())};
    strided(x, out, x.shape(), both, new int[] {at, x.offset()});
  }

  private static void concat(Layout.Concat c, Array[] in, Array out) {
    int lead = out.shape().rank() - c.axis();
    int[] to = Strides.contiguous(out.shape());
    int at = 0;
    for (Array x : in) {
      Shape part = out.shape().with(lead, x.shape().dim(-c.axis()));
      int[][] both = {to, Strides.broadcast(x.shape(), part)};
      strided(x, out, part, both, new int[] {at, x.offset()});
      at += x.shape().dim(-c.axis()) * to[lead];
    }
  }

  private static void cast(Array x, Array out) {
    for (int i = 0; i < out.shape().size(); i++) {
      double v = x.element(i);
      switch (out.dtype()) {
        case FLOAT32 -> out.floats()[i] = (float) v;
        case FLOAT64 -> out.doubles()[i] = v;
        case INT32 -> out.ints()[i] = (int) v;
      }
    }
  }

  /// Windows of a zero-padded image: a strided copy from six strides.
  static Array windows(Windows p, Array x, Array out) {
    Window w = p.window();
    Array image = padded(x, w);
    int rank = image.shape().rank();
    int[] own = Strides.contiguous(image.shape());
    int row = own[rank - 3];
    int column = own[rank - 2];
    int[] strides = java.util.Arrays.copyOf(own, rank + 2);
    strides[rank - 3] = w.strideH() * row;
    strides[rank - 2] = w.strideW() * column;
    strides[rank - 1] = w.dilationH() * row;
    strides[rank] = w.dilationW() * column;
    strides[rank + 1] = 1;
    copy(image, image.offset(), strides, out);
    return out;
  }

  private static Array padded(Array x, Window w) {
    Shape s = x.shape();
    int height = s.dim(-3) + w.top() + w.bottom();
    int width = s.dim(-2) + w.left() + w.right();
    Array image = Array.allocate(x.dtype(), s.with(-3, height).with(-2, width));
    int[] to = Strides.contiguous(image.shape());
    int at = w.top() * to[s.rank() - 3] + w.left() * to[s.rank() - 2];
    int[][] both = {to, Strides.contiguous(s)};
    strided(x, image, s, both, new int[] {at, x.offset()});
    return image;
  }

  /// Adds windows back to where they were cut, kernel position after kernel position.
  static Array fold(Windows.Fold p, Array x, Array out) {
    Window w = p.window();
    Shape s = x.shape();
    int leads = s.leads(5).size();
    int oh = s.dim(-5);
    int ow = s.dim(-4);
    int channels = s.dim(-1);
    int kernel = w.kernelH() * w.kernelW();
    for (int l = 0; l < leads; l++) {
      for (int k = 0; k < kernel; k++) {
        int dh = k / w.kernelW() * w.dilationH() - w.top();
        int dw = k % w.kernelW() * w.dilationW() - w.left();
        for (int pos = 0; pos < oh * ow; pos++) {
          int h = pos / ow * w.strideH() + dh;
          int v = pos % ow * w.strideW() + dw;
          if (h >= 0 && h < p.height() && v >= 0 && v < p.width()) {
            int from = x.offset() + ((l * oh * ow + pos) * kernel + k) * channels;
            int to = ((l * p.height() + h) * p.width() + v) * channels;
            add(x, from, out, to, channels);
          }
        }
      }
    }
    return out;
  }

  /// `out[to + i] += x[from + i]` for i < n.
  static void add(Array x, int from, Array out, int to, int n) {
    if (x.dtype() == DType.FLOAT32) {
      for (int i = 0; i < n; i++) {
        out.floats()[to + i] += x.floats()[from + i];
      }
    } else if (x.dtype() == DType.FLOAT64) {
      for (int i = 0; i < n; i++) {
        out.doubles()[to + i] += x.doubles()[from + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        out.ints()[to + i] += x.ints()[from + i];
      }
    }
  }
}
