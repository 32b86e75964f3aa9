package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// The definitions of the layers as plain loops over doubles.
///
/// @param n images
/// @param h rows
/// @param w columns
/// @param c channels
/// @param v the elements, `[n, h, w, c]`
public record Naive(int n, int h, int w, int c, double[] v) {
  /// The windows along one axis.
  ///
  /// @param low cells of padding before the first
  /// @param high cells of padding after the last
  /// @param ceil whether a last window may stick out
  public record Steps(int kernel, int stride, int dilation, int low, int high, boolean ceil) {
    int count(int size) {
      int count = 0;
      for (int start = -low; ; start += stride) {
        int end = start + dilation * (kernel - 1) + 1;
        boolean cellsLeft = end - stride < size + high;
        if (end > size + high && !(ceil && cellsLeft && start < size)) {
          return count;
        }
        count++;
      }
    }

    int cell(int window, int k) {
      return window * stride - low + k * dilation;
    }
  }

  /// The windows along rows and columns.
  public record Slide(Steps rows, Steps columns) {
    /// A square window without dilation, padded alike on all sides.
    public static Slide of(int kernel, int stride, int padding) {
      Steps both = new Steps(kernel, stride, 1, padding, padding, false);
      return new Slide(both, both);
    }
  }

  /// {@return the images of a tensor `[n, h, w, c]`}
  public static Naive of(Tensor x) {
    return new Naive(x.dim(0), x.dim(1), x.dim(2), x.dim(3), x.toDoubles());
  }

  private static Naive empty(int n, int h, int w, int c) {
    return new Naive(n, h, w, c, new double[n * h * w * c]);
  }

  boolean inside(int y, int x) {
    return y >= 0 && y < h && x >= 0 && x < w;
  }

  double at(int i, int y, int x, int channel) {
    return v[index(i, y, x, channel)];
  }

  private int index(int i, int y, int x, int channel) {
    return ((i * h + y) * w + x) * c + channel;
  }

  /// {@return Σ over kernel and channels of the group, plus the bias; outside the image is 0}
  public Naive conv(Tensor weight, Tensor bias, Slide s, int groups) {
    int perGroup = c / groups;
    int o = weight.dim(3);
    double[] k = weight.toDoubles();
    double[] b = bias == null ? new double[o] : bias.toDoubles();
    Naive out = windows(s, o);
    for (int i = 0; i < n; i++) {
      for (int oy = 0; oy < out.h; oy++) {
        for (int ox = 0; ox < out.w; ox++) {
          for (int oc = 0; oc < o; oc++) {
            int group = oc / (o / groups);
            double sum = 0;
            for (int ky = 0; ky < s.rows.kernel; ky++) {
              for (int kx = 0; kx < s.columns.kernel; kx++) {
                int y = s.rows.cell(oy, ky);
                int x = s.columns.cell(ox, kx);
                for (int ci = 0; inside(y, x) && ci < perGroup; ci++) {
                  sum +=
                      at(i, y, x, group * perGroup + ci)
                          * k[((ky * s.columns.kernel + kx) * perGroup + ci) * o + oc];
                }
              }
            }
            out.v[out.index(i, oy, ox, oc)] = sum + b[oc];
          }
        }
      }
    }
    return out;
  }

  /// {@return images of `rows` × `columns` onto whose windows every cell is spread: what the kernel
  /// of a convolution multiplies with, it multiplies onto}
  public Naive convTransposed(
      Tensor weight, Tensor bias, Slide s, int groups, int rows, int columns) {
    int perGroup = weight.dim(2);
    double[] k = weight.toDoubles();
    Naive out = empty(n, rows, columns, perGroup * groups);
    for (int e = 0; e < out.v.length; e++) {
      out.v[e] = bias == null ? 0 : bias.toDoubles()[e % out.c];
    }
    for (int i = 0; i < n; i++) {
      for (int iy = 0; iy < h; iy++) {
        for (int ix = 0; ix < w; ix++) {
          for (int ic = 0; ic < c; ic++) {
            int group = ic / (c / groups);
            for (int ky = 0; ky < s.rows.kernel; ky++) {
              for (int kx = 0; kx < s.columns.kernel; kx++) {
                int y = s.rows.cell(iy, ky);
                int x = s.columns.cell(ix, kx);
                for (int co = 0; out.inside(y, x) && co < perGroup; co++) {
                  out.v[out.index(i, y, x, group * perGroup + co)] +=
                      at(i, iy, ix, ic)
                          * k[((ky * s.columns.kernel + kx) * perGroup + co) * c + ic];
                }
              }
            }
          }
        }
      }
    }
    return out;
  }

  private Naive windows(Slide s, int channels) {
    return empty(n, s.rows.count(h), s.columns.count(w), channels);
  }

  /// {@return the largest value of each window's cells inside the image}
  public Naive maxPool(Slide s) {
    Naive out = windows(s, c);
    for (int i = 0; i < n; i++) {
      for (int oy = 0; oy < out.h; oy++) {
        for (int ox = 0; ox < out.w; ox++) {
          for (int ch = 0; ch < c; ch++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int ky = 0; ky < s.rows.kernel; ky++) {
              for (int kx = 0; kx < s.columns.kernel; kx++) {
                int y = s.rows.cell(oy, ky);
                int x = s.columns.cell(ox, kx);
                most = inside(y, x) ? Math.max(most, at(i, y, x, ch)) : most;
              }
            }
            out.v[out.index(i, oy, ox, ch)] = most;
          }
        }
      }
    }
    return out;
  }

  /// {@return the mean of each window, over its cells in the image and, if counted, its padding}
  public Naive avgPool(Slide s, boolean countPadding) {
    Naive out = windows(s, c);
    for (int oy = 0; oy < out.h; oy++) {
      for (int ox = 0; ox < out.w; ox++) {
        int y = s.rows.cell(oy, 0);
        int x = s.columns.cell(ox, 0);
        int y1 = Math.min(y + s.rows.kernel, h + s.rows.high);
        int x1 = Math.min(x + s.columns.kernel, w + s.columns.high);
        mean(out, oy, ox, y, y1, x, x1, countPadding);
      }
    }
    return out;
  }

  /// {@return the largest value of each cell of [#adaptiveAvgPool]}
  public Naive adaptiveMaxPool(int rows, int columns) {
    Naive out = empty(n, rows, columns, c);
    Arrays.fill(out.v, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i++) {
      for (int oy = 0; oy < rows; oy++) {
        for (int ox = 0; ox < columns; ox++) {
          for (int y = oy * h / rows; y < Math.ceil((oy + 1.0) * h / rows); y++) {
            for (int x = ox * w / columns; x < Math.ceil((ox + 1.0) * w / columns); x++) {
              for (int ch = 0; ch < c; ch++) {
                int at = out.index(i, oy, ox, ch);
                out.v[at] = Math.max(out.v[at], at(i, y, x, ch));
              }
            }
          }
        }
      }
    }
    return out;
  }

  /// {@return means over `rows` × `columns` cells: cell j of m covers ⌊j·size/m⌋ … ⌈(j+1)·size/m⌉ −
  /// 1}
  public Naive adaptiveAvgPool(int rows, int columns) {
    Naive out = empty(n, rows, columns, c);
    for (int oy = 0; oy < rows; oy++) {
      for (int ox = 0; ox < columns; ox++) {
        int y1 = (int) Math.ceil((oy + 1.0) * h / rows);
        int x1 = (int) Math.ceil((ox + 1.0) * w / columns);
        mean(out, oy, ox, oy * h / rows, y1, ox * w / columns, x1, true);
      }
    }
    return out;
  }

  private void mean(
      Naive out, int oy, int ox, int y0, int y1, int x0, int x1, boolean countOutside) {
    for (int i = 0; i < n; i++) {
      for (int ch = 0; ch < c; ch++) {
        double sum = 0;
        int count = 0;
        for (int y = y0; y < y1; y++) {
          for (int x = x0; x < x1; x++) {
            sum += inside(y, x) ? at(i, y, x, ch) : 0;
            count += countOutside || inside(y, x) ? 1 : 0;
          }
        }
        out.v[out.index(i, oy, ox, ch)] = sum / count;
      }
    }
  }

  /// Which elements are standardised together: those with the same number.
  @FunctionalInterface
  public interface Grouping {
    /// {@return the number of the group of an element}
    int of(int image, int row, int column, int channel);
  }

  /// {@return every element less its group's mean, over its [#deviations]}
  public Naive standardized(Grouping grouping, double eps) {
    double[] deviation = deviations(grouping, eps);
    double[] out = centred(grouping);
    for (int e = 0; e < v.length; e++) {
      out[e] /= deviation[e];
    }
    return new Naive(n, h, w, c, out);
  }

  /// {@return for every element, the root of its group's variance plus eps}
  public double[] deviations(Grouping grouping, double eps) {
    int[] group = groups(grouping);
    Naive squares = new Naive(n, h, w, c, centred(grouping)).map(d -> d * d);
    double[] var = squares.means(grouping);
    double[] deviation = new double[v.length];
    for (int e = 0; e < v.length; e++) {
      deviation[e] = Math.sqrt(var[group[e]] + eps);
    }
    return deviation;
  }

  private double[] centred(Grouping grouping) {
    int[] group = groups(grouping);
    double[] mean = means(grouping);
    double[] centred = new double[v.length];
    for (int e = 0; e < v.length; e++) {
      centred[e] = v[e] - mean[group[e]];
    }
    return centred;
  }

  /// {@return the mean of every group, by number}
  public double[] means(Grouping grouping) {
    int[] group = groups(grouping);
    double[] sum = new double[v.length];
    int[] count = new int[v.length];
    for (int e = 0; e < v.length; e++) {
      sum[group[e]] += v[e];
      count[group[e]]++;
    }
    for (int g = 0; g < sum.length; g++) {
      sum[g] /= count[g];
    }
    return sum;
  }

  private int[] groups(Grouping grouping) {
    int[] group = new int[v.length];
    for (int i = 0; i < n; i++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          for (int ch = 0; ch < c; ch++) {
            group[index(i, y, x, ch)] = grouping.of(i, y, x, ch);
          }
        }
      }
    }
    return group;
  }

  /// {@return `f` of every element}
  public Naive map(DoubleUnaryOperator f) {
    double[] out = new double[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = f.applyAsDouble(v[i]);
    }
    return new Naive(n, h, w, c, out);
  }

  /// {@return the sum with images of the same shape}
  public Naive add(Naive other) {
    double[] out = new double[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = v[i] + other.v[i];
    }
    return new Naive(n, h, w, c, out);
  }

  /// {@return every element times its channel's factor plus its channel's shift}
  public Naive scaled(double[] factor, double[] shift) {
    double[] out = new double[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = v[i] * factor[i % c] + shift[i % c];
    }
    return new Naive(n, h, w, c, out);
  }

  /// {@return one row of features per image, channel by channel and row by row within}
  public Naive flattenChannelsFirst() {
    Naive out = empty(n, 1, 1, h * w * c);
    int next = 0;
    for (int i = 0; i < n; i++) {
      for (int ch = 0; ch < c; ch++) {
        for (int y = 0; y < h; y++) {
          for (int x = 0; x < w; x++) {
            out.v[next++] = at(i, y, x, ch);
          }
        }
      }
    }
    return out;
  }

  /// {@return one row of features per image as stored}
  public Naive flattenChannelsLast() {
    return new Naive(n, 1, 1, h * w * c, v);
  }

  /// {@return x · weight `[in, out]` + bias for every row of features}
  public Naive linear(Tensor weight, Tensor bias) {
    int in = weight.dim(0);
    int o = weight.dim(1);
    double[] k = weight.toDoubles();
    double[] b = bias == null ? new double[o] : bias.toDoubles();
    Naive out = empty(n, 1, 1, o);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < o; j++) {
        double sum = b[j];
        for (int f = 0; f < in; f++) {
          sum += v[i * in + f] * k[f * o + j];
        }
        out.v[i * o + j] = sum;
      }
    }
    return out;
  }

  /// {@return max(x, 0)}
  public static double relu(double x) {
    return Math.max(x, 0);
  }

  /// {@return x · Φ(x)}
  public static double gelu(double x) {
    return x * phi(x);
  }

  /// {@return the share of a standard normal below x}
  public static double phi(double x) {
    return 0.5 * (1 + erf(Math.clamp(x, -8, 8) / Math.sqrt(2)));
  }

  /// erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1 · 3 · … · (2n + 1)), whose terms have one sign.
  private static double erf(double x) {
    double term = x;
    double sum = 0;
    for (int k = 1; Math.abs(term) > 0x1p-60 * Math.abs(sum); k++) {
      sum += term;
      term *= 2 * x * x / (2 * k + 1);
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
