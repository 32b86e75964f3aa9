package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Image;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// Max and average pooling with overlapping, padded and dilated windows, against loops over
/// windows.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
@Domain(DomainContext.Global.class)
class PoolProperties {

  /// Visits the cells of every window that are inside the image, windows and cells in row-major
  /// order.
  private interface Cell {
    void visit(int window, int cell);
  }

  private static void cells(Image c, Cell body) {
    Window win = c.window();
    Shape at = c.positions();
    for (int l = 0; l < c.leads().size(); l++) {
      for (int oh = 0; oh < at.dim(0); oh++) {
        for (int ow = 0; ow < at.dim(1); ow++) {
          for (int i = 0; i < c.channels(); i++) {
            int window = ((l * at.dim(0) + oh) * at.dim(1) + ow) * c.channels() + i;
            for (int kh = 0; kh < win.kernelH(); kh++) {
              for (int kw = 0; kw < win.kernelW(); kw++) {
                int h = oh * win.strideH() + kh * win.dilationH() - win.top();
                int v = ow * win.strideW() + kw * win.dilationW() - win.left();
                if (h >= 0 && h < c.height() && v >= 0 && v < c.width()) {
                  body.visit(window, ((l * c.height() + h) * c.width() + v) * c.channels() + i);
                }
              }
            }
          }
        }
      }
    }
  }

  private static Shape pooled(Image c) {
    return c.leads().concat(c.positions()).concat(Shape.of(c.channels()));
  }

  /// The cell of each window's first maximum, −1 if the whole window is in the padding.
  private static int[] firstMaxima(Image c, float[] x) {
    int[] best = new int[pooled(c).size()];
    Arrays.fill(best, -1);
    cells(
        c,
        (window, cell) -> {
          if (best[window] < 0 || x[cell] > x[best[window]]) {
            best[window] = cell;
          }
        });
    return best;
  }

  /// Few different values, so that most windows have ties.
  private static Tensor image(Image c, boolean ties) {
    Values values = new Values(c.seed());
    return ties ? values.whole(1, c.shape()).sub(1) : values.normal(c.shape());
  }

  @Property(tries = 300)
  void maxIsTheLargestCell(@ForAll Image c, @ForAll boolean ties) {
    Tensor x = image(c, ties);
    float[] v = x.toFloats();
    int[] best = firstMaxima(c, v);
    float[] expected = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      expected[i] = best[i] < 0 ? Float.NEGATIVE_INFINITY : v[best[i]];
    }
    Tensor y = x.maxPool2d(c.window());
    Expect.sameBits(Tensor.of(expected).reshape(pooled(c)), y);
    Tensor wide = x.cast(DType.FLOAT64).maxPool2d(c.window());
    Expect.sameBits(y.cast(DType.FLOAT64), wide);
  }

  /// A tie's gradient goes to the first maximum; a cell takes its windows in row-major order.
  @Property(tries = 300)
  void maxGradientGoesToTheFirstMaximum(@ForAll Image c, @ForAll boolean ties) {
    Tensor x = image(c, ties);
    Tensor g = new Values(c.seed() + 1).normal(pooled(c));
    int[] best = firstMaxima(c, x.toFloats());
    float[] expected = new float[x.size()];
    float[] gs = g.toFloats();
    for (int window = 0; window < best.length; window++) {
      if (best[window] >= 0) {
        expected[best[window]] += gs[window];
      }
    }
    Tensor dx = Transforms.vjp((Tensor t) -> t.maxPool2d(c.window()), x).pull().apply(g);
    Expect.sameBits(Tensor.of(expected).reshape(c.shape()), dx);
  }

  /// The number of cells that each window's mean divides by.
  private static int[] counts(Image c, boolean countPadding) {
    int[] counts = new int[pooled(c).size()];
    if (countPadding) {
      Arrays.fill(counts, c.window().kernelH() * c.window().kernelW());
    } else {
      cells(c, (window, cell) -> counts[window]++);
    }
    return counts;
  }

  /// A window of k cells takes k − 1 additions and a division, k roundings of at most the sum of
  /// absolute values over the count; if a window has no cell the mean is 0/0.
  @Property(tries = 300)
  void averageIsTheMean(@ForAll Image c, @ForAll boolean countPadding) {
    Tensor x = image(c, false);
    double[] v = x.toDoubles();
    int[] counts = counts(c, countPadding);
    double[] sum = new double[counts.length];
    double[] scale = new double[counts.length];
    cells(
        c,
        (window, cell) -> {
          sum[window] += v[cell];
          scale[window] += Math.abs(v[cell]);
        });
    for (int i = 0; i < counts.length; i++) {
      sum[i] /= counts[i];
      scale[i] /= counts[i];
    }
    int k = c.window().kernelH() * c.window().kernelW();
    Tensor y = x.avgPool2d(c.window(), countPadding);
    assertEquals(pooled(c), y.shape());
    Expect.close(sum, scale, k * Expect.ROUNDING, y);
    Tensor wide = x.cast(DType.FLOAT64).avgPool2d(c.window(), countPadding);
    Expect.close(sum, scale, 2 * k * Expect.ROUNDING_64, wide);
  }

  /// A cell gathers one share of each of at most k windows: a division and an addition for each.
  @Property(tries = 300)
  void averageGradientSharesEvenly(@ForAll Image c, @ForAll boolean countPadding) {
    Tensor x = image(c, false);
    Tensor g = new Values(c.seed() + 1).normal(pooled(c));
    double[] gs = g.toDoubles();
    int[] counts = counts(c, countPadding);
    double[] sum = new double[x.size()];
    double[] scale = new double[x.size()];
    cells(
        c,
        (window, cell) -> {
          sum[cell] += gs[window] / counts[window];
          scale[cell] += Math.abs(gs[window] / counts[window]);
        });
    int k = c.window().kernelH() * c.window().kernelW();
    Tensor dx =
        Transforms.vjp((Tensor t) -> t.avgPool2d(c.window(), countPadding), x).pull().apply(g);
    Expect.close(sum, scale, (k + 1) * Expect.ROUNDING, dx);
    Tensor wide =
        Transforms.vjp((Tensor t) -> t.avgPool2d(c.window(), countPadding), x.cast(DType.FLOAT64))
            .pull()
            .apply(g.cast(DType.FLOAT64));
    Expect.close(sum, scale, 2 * (k + 1) * Expect.ROUNDING_64, wide);
  }

  /// Leads of the image and of the cotangent broadcast; each entry has the bits of its own call.
  @Property(tries = 60)
  void leadsAreIndependent(@ForAll Image c) {
    Values values = new Values(c.seed());
    Tensor x = values.whole(2, c.shape().prepend(2));
    Tensor g = values.normal(pooled(c).prepend(3).prepend(1));
    Tensor both = x.reshape(c.shape().prepend(1).prepend(2)).bind(new Pool.MaxInput(c.window()), g);
    for (int i = 0; i < 6; i++) {
      Tensor one = x.get(i / 3).bind(new Pool.MaxInput(c.window()), g.get(0).get(i % 3));
      Expect.sameBits(one, both.get(i / 3).get(i % 3));
    }
  }
}
