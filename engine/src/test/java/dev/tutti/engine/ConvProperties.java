package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Convolution;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// Grouped convolution, its input gradient and its weight gradient, against loops over the
/// definition
///
/// `y[n, oh, ow, o] = Σ_{kh, kw, c} x[n, oh·sh + kh·dh − top, ow·sw + kw·dw − left, group·in + c] ·
/// w[kh, kw, c, o]`.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
@Domain(DomainContext.Global.class)
class ConvProperties {

  /// Visits every product of the definition by the positions of its three factors.
  private interface Term {
    void add(int y, int x, int w);
  }

  /// n, oh, ow, o outside, kh, kw, c inside: the order in which an output element takes its terms.
  private static void terms(Convolution c, Term term) {
    Shape y = c.y();
    for (int n = 0; n < c.n(); n++) {
      for (int oh = 0; oh < y.dim(1); oh++) {
        for (int ow = 0; ow < y.dim(2); ow++) {
          for (int o = 0; o < y.dim(3); o++) {
            int at = ((n * y.dim(1) + oh) * y.dim(2) + ow) * y.dim(3) + o;
            windowTerms(c, n, oh, ow, o, at, term);
          }
        }
      }
    }
  }

  private static void windowTerms(Convolution c, int n, int oh, int ow, int o, int at, Term term) {
    Window win = c.window();
    for (int kh = 0; kh < win.kernelH(); kh++) {
      for (int kw = 0; kw < win.kernelW(); kw++) {
        int h = oh * win.strideH() + kh * win.dilationH() - win.top();
        int v = ow * win.strideW() + kw * win.dilationW() - win.left();
        for (int i = 0; i < c.in(); i++) {
          if (h >= 0 && h < c.height() && v >= 0 && v < c.width()) {
            int channel = o / c.out() * c.in() + i;
            int x = ((n * c.height() + h) * c.width() + v) * c.groups() * c.in() + channel;
            int w = ((kh * win.kernelW() + kw) * c.in() + i) * c.groups() * c.out() + o;
            term.add(at, x, w);
          }
        }
      }
    }
  }

  /// The definition in float64, its sum of absolute products, and in `first` the number of terms.
  private record Oracle(double[] value, double[] scale, int[] terms) {
    Oracle(int size) {
      this(new double[size], new double[size], new int[size]);
    }

    void add(int at, double product) {
      value[at] += product;
      scale[at] += Math.abs(product);
      terms[at]++;
    }

    /// Rounding t fma's loses at most t half-ulps of the sum of absolute products; whole numbers
    /// lose nothing.
    void check(Convolution c, double rounding, Tensor actual) {
      int most = IntStream.of(terms).max().orElse(0);
      Expect.close(value, scale, c.whole() ? 0 : most * rounding, actual);
    }
  }

  private record Data(Tensor x, Tensor w, Tensor g) {
    Data(Convolution c) {
      this(new Values(c.seed()), c);
    }

    private Data(Values values, Convolution c) {
      this(values.of(c.whole(), c.x()), values.of(c.whole(), c.w()), values.of(c.whole(), c.y()));
    }
  }

  private static Tensor forward(Convolution c, Tensor x, Tensor w) {
    return x.conv2d(w, c.window(), c.groups());
  }

  private static Tensor input(Convolution c, Tensor g, Tensor w) {
    return g.bind(new Conv.Input(c.window(), c.groups(), c.height(), c.width()), w);
  }

  private static Tensor weight(Convolution c, Tensor x, Tensor g) {
    return x.bind(new Conv.Weight(c.window(), c.groups()), g);
  }

  @Property(tries = 400)
  void forwardIsTheDefinition(@ForAll Convolution c) {
    Data d = new Data(c);
    Tensor y = forward(c, d.x, d.w);
    assertEquals(c.y(), y.shape());
    float[] x = d.x.toFloats();
    float[] w = d.w.toFloats();
    Oracle oracle = new Oracle(y.size());
    float[] inOrder = new float[y.size()];
    terms(
        c,
        (iy, ix, iw) -> {
          oracle.add(iy, (double) x[ix] * w[iw]);
          inOrder[iy] = Math.fma(x[ix], w[iw], inOrder[iy]);
        });
    oracle.check(c, Expect.ROUNDING, y);
    Expect.sameBits("kh, kw, c ascending:", Tensor.of(inOrder).reshape(c.y()), y);
  }

  @Property(tries = 400)
  void inputGradientIsTheDefinition(@ForAll Convolution c) {
    Data d = new Data(c);
    Tensor dx = input(c, d.g, d.w);
    assertEquals(c.x(), dx.shape());
    float[] w = d.w.toFloats();
    float[] g = d.g.toFloats();
    Oracle oracle = new Oracle(dx.size());
    terms(c, (iy, ix, iw) -> oracle.add(ix, (double) g[iy] * w[iw]));
    oracle.check(c, Expect.ROUNDING, dx);
    Tensor inOrder = Tensor.of(inputInOrder(c, g, w)).reshape(c.x());
    Expect.sameBits("kh, kw, o ascending:", inOrder, dx);
  }

  /// For every input element: kernel row, kernel column, output channel, each ascending.
  private static float[] inputInOrder(Convolution c, float[] g, float[] w) {
    Window win = c.window();
    Shape y = c.y();
    int channels = c.groups() * c.in();
    float[] dx = new float[c.x().size()];
    for (int i = 0; i < dx.length; i++) {
      int channel = i % channels;
      int group = channel / c.in();
      int v = i / channels % c.width();
      int h = i / channels / c.width() % c.height();
      int n = i / channels / c.width() / c.height();
      for (int kh = 0; kh < win.kernelH(); kh++) {
        for (int kw = 0; kw < win.kernelW(); kw++) {
          int row = h + win.top() - kh * win.dilationH();
          int column = v + win.left() - kw * win.dilationW();
          int oh = row / win.strideH();
          int ow = column / win.strideW();
          boolean read =
              row >= 0
                  && row % win.strideH() == 0
                  && oh < y.dim(1)
                  && column >= 0
                  && column % win.strideW() == 0
                  && ow < y.dim(2);
          for (int o = group * c.out(); read && o < (group + 1) * c.out(); o++) {
            int at = ((n * y.dim(1) + oh) * y.dim(2) + ow) * y.dim(3) + o;
            int k = (kh * win.kernelW() + kw) * c.in() + channel % c.in();
            dx[i] = Math.fma(g[at], w[k * y.dim(3) + o], dx[i]);
          }
        }
      }
    }
    return dx;
  }

  @Property(tries = 400)
  void weightGradientIsTheDefinition(@ForAll Convolution c) {
    Data d = new Data(c);
    Tensor dw = weight(c, d.x, d.g);
    assertEquals(c.w(), dw.shape());
    float[] x = d.x.toFloats();
    float[] g = d.g.toFloats();
    Oracle oracle = new Oracle(dw.size());
    float[] inOrder = new float[dw.size()];
    terms(
        c,
        (iy, ix, iw) -> {
          oracle.add(iw, (double) g[iy] * x[ix]);
          inOrder[iw] = Math.fma(g[iy], x[ix], inOrder[iw]);
        });
    oracle.check(c, Expect.ROUNDING, dw);
    Expect.sameBits("n, oh, ow ascending:", Tensor.of(inOrder).reshape(c.w()), dw);
  }

  /// float64 runs as windows and matrix products; the oracle rounds too, which doubles the bound.
  @Property(tries = 150)
  void float64IsTheDefinition(@ForAll Convolution c) {
    Data d = new Data(c);
    double[] x = d.x.toDoubles();
    double[] w = d.w.toDoubles();
    double[] g = d.g.toDoubles();
    Oracle y = new Oracle(g.length);
    Oracle dx = new Oracle(x.length);
    Oracle dw = new Oracle(w.length);
    terms(
        c,
        (iy, ix, iw) -> {
          y.add(iy, x[ix] * w[iw]);
          dx.add(ix, g[iy] * w[iw]);
          dw.add(iw, g[iy] * x[ix]);
        });
    List<Tensor> wide = Tree.map(List.of(d.x, d.w), t -> t.cast(DType.FLOAT64));
    Transforms.Pullback<List<Tensor>, Tensor> pullback =
        Transforms.vjp((List<Tensor> t) -> forward(c, t.get(0), t.get(1)), wide);
    List<Tensor> cotangents = pullback.pull().apply(d.g.cast(DType.FLOAT64));
    y.check(c, 2 * Expect.ROUNDING_64, pullback.value());
    dx.check(c, 2 * Expect.ROUNDING_64, cotangents.get(0));
    dw.check(c, 2 * Expect.ROUNDING_64, cotangents.get(1));
  }

  /// The tape gives what the two gradient primitives give.
  @Property(tries = 50)
  void theTapeCallsTheGradients(@ForAll Convolution c) {
    Data d = new Data(c);
    List<Tensor> cotangents =
        Transforms.vjp((List<Tensor> t) -> forward(c, t.get(0), t.get(1)), List.of(d.x, d.w))
            .pull()
            .apply(d.g);
    Expect.sameBits(input(c, d.g, d.w), cotangents.get(0));
    Expect.sameBits(weight(c, d.x, d.g), cotangents.get(1));
  }

  /// Groups `g · size … (g + 1) · size − 1` of the last axis.
  private static Tensor part(Tensor t, int group, int size) {
    return t.slice(-1, group * size, (group + 1) * size);
  }

  /// A grouped convolution is the single convolutions of its groups side by side, in bits.
  @Property(tries = 150)
  void groupsAreSingleConvolutions(@ForAll Convolution c) {
    Data d = new Data(c);
    Convolution single =
        new Convolution(
            c.window(), c.n(), c.height(), c.width(), 1, c.in(), c.out(), c.whole(), c.seed());
    Tensor[] y = new Tensor[c.groups()];
    Tensor[] dx = new Tensor[c.groups()];
    Tensor[] dw = new Tensor[c.groups()];
    for (int i = 0; i < c.groups(); i++) {
      Tensor x = part(d.x, i, c.in());
      Tensor w = part(d.w, i, c.out());
      Tensor g = part(d.g, i, c.out());
      y[i] = forward(single, x, w);
      dx[i] = input(single, g, w);
      dw[i] = weight(single, x, g);
    }
    Expect.sameBits(Tensor.concat(-1, y), forward(c, d.x, d.w));
    Expect.sameBits(Tensor.concat(-1, dx), input(c, d.g, d.w));
    Expect.sameBits(Tensor.concat(-1, dw), weight(c, d.x, d.g));
  }

  /// The channels' groups `[…, M · C]` as a member axis in front, `[M, …, C]`.
  private static Tensor members(Tensor t, int members) {
    Tensor split = t.reshapeSuffix(1, Shape.of(members, t.dim(-1) / members));
    return split.permute(3, 0, 1, 2, 4);
  }

  /// M members packed into the channels of one grouped convolution are M members on an axis of
  /// their own, in bits: forward and both gradients.
  @Property(tries = 150)
  void packedMembersAreBatchedMembers(@ForAll Convolution c) {
    Data d = new Data(c);
    int m = c.groups();
    Window win = c.window();
    Tensor x = members(d.x, m);
    Tensor w = members(d.w, m);
    Tensor g = members(d.g, m);
    Expect.sameBits(members(forward(c, d.x, d.w), m), x.conv2d(w, win, 1));
    Expect.sameBits(
        members(input(c, d.g, d.w), m), g.bind(new Conv.Input(win, 1, c.height(), c.width()), w));
    Expect.sameBits(members(weight(c, d.x, d.g), m), x.bind(new Conv.Weight(win, 1), g));
  }

  /// Every lead entry has the bits of a call of its own, with leads on either operand or on both.
  @Property(tries = 80)
  void leadsAreIndependent(@ForAll Convolution c, @ForAll @IntRange(min = 1, max = 3) int m) {
    Values values = new Values(c.seed());
    Tensor xs = values.normal(c.x().prepend(m));
    Tensor ws = values.normal(c.w().prepend(m));
    Tensor gs = values.normal(c.y().prepend(m));
    for (int i = 0; i < m; i++) {
      Tensor x = xs.get(i);
      Tensor w = ws.get(i);
      Tensor g = gs.get(i);
      Expect.sameBits(forward(c, x, w), forward(c, xs, ws).get(i));
      Expect.sameBits(forward(c, x, ws.get(0)), forward(c, xs, ws.get(0)).get(i));
      Expect.sameBits(forward(c, xs.get(0), w), forward(c, xs.get(0), ws).get(i));
      Expect.sameBits(input(c, g, w), input(c, gs, ws).get(i));
      Expect.sameBits(input(c, g, ws.get(0)), input(c, gs, ws.get(0)).get(i));
      Expect.sameBits(weight(c, x, g), weight(c, xs, gs).get(i));
      Expect.sameBits(weight(c, xs.get(0), g), weight(c, xs.get(0), gs).get(i));
    }
    Tensor grid = forward(c, xs.reshape(c.x().prepend(1).prepend(m)), ws);
    for (int i = 0; i < m * m; i++) {
      Tensor one = forward(c, xs.get(i / m), ws.get(i % m));
      Expect.sameBits(one, grid.get(i / m).get(i % m));
    }
  }
}
