package dev.tutti.engine;

import dev.tutti.engine.EngineDomain.Image;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;

/// Windows and their adjoint, against one loop over kernel positions.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class WindowsProperties {

  private static Shape cut(Image c) {
    return c.leads()
        .concat(c.positions())
        .concat(Shape.of(c.window().kernelH(), c.window().kernelW(), c.channels()));
  }

  /// Visits kernel position after kernel position: element `from` of the image, −1 in the padding,
  /// is element `to` of the windows.
  private interface Copy {
    void visit(int from, int to);
  }

  private static void copies(Image c, Copy body) {
    Window win = c.window();
    Shape at = c.positions();
    for (int l = 0; l < c.leads().size(); l++) {
      for (int kh = 0; kh < win.kernelH(); kh++) {
        for (int kw = 0; kw < win.kernelW(); kw++) {
          for (int oh = 0; oh < at.dim(0); oh++) {
            for (int ow = 0; ow < at.dim(1); ow++) {
              int h = oh * win.strideH() + kh * win.dilationH() - win.top();
              int v = ow * win.strideW() + kw * win.dilationW() - win.left();
              boolean inside = h >= 0 && h < c.height() && v >= 0 && v < c.width();
              int position = (l * at.dim(0) + oh) * at.dim(1) + ow;
              int cell = (position * win.kernelH() + kh) * win.kernelW() + kw;
              for (int i = 0; i < c.channels(); i++) {
                int from = ((l * c.height() + h) * c.width() + v) * c.channels() + i;
                body.visit(inside ? from : -1, cell * c.channels() + i);
              }
            }
          }
        }
      }
    }
  }

  private static Tensor fold(Image c, Tensor windows) {
    return windows.bind(new Windows.Fold(c.window(), c.height(), c.width()));
  }

  @Property(tries = 300)
  void windowsCopyTheImage(@ForAll Image c) {
    Tensor x = new Values(c.seed()).normal(c.shape());
    float[] v = x.toFloats();
    float[] expected = new float[cut(c).size()];
    copies(c, (from, to) -> expected[to] = from < 0 ? 0 : v[from]);
    Tensor wanted = Tensor.of(expected).reshape(cut(c));
    for (DType type : DType.values()) {
      Expect.sameBits(wanted.cast(type), x.cast(type).windows(c.window()));
    }
  }

  /// The documented order, kernel position after kernel position, gives the bits.
  @Property(tries = 300)
  void foldAddsTheCopiesUp(@ForAll Image c) {
    Tensor y = new Values(c.seed()).normal(cut(c));
    float[] v = y.toFloats();
    float[] expected = new float[c.shape().size()];
    double[] wide = new double[expected.length];
    copies(
        c,
        (from, to) -> {
          if (from >= 0) {
            expected[from] += v[to];
            wide[from] += v[to];
          }
        });
    Expect.sameBits(Tensor.of(expected).reshape(c.shape()), fold(c, y));
    Expect.sameBits(Tensor.of(wide).reshape(c.shape()), fold(c, y.cast(DType.FLOAT64)));
  }

  /// `⟨windows(x), y⟩ = ⟨x, fold(y)⟩`, exactly, since sums of small whole numbers are exact.
  @Property(tries = 300)
  void foldIsTheAdjoint(@ForAll Image c) {
    Values values = new Values(c.seed());
    Tensor x = values.whole(4, c.shape());
    Tensor y = values.whole(4, cut(c));
    Tensor left = x.windows(c.window()).mul(y).sum();
    Expect.equal(left.toDoubles(), x.mul(fold(c, y)).sum());
    Tensor dx = Transforms.vjp((Tensor t) -> t.windows(c.window()), x).pull().apply(y);
    Expect.sameBits(fold(c, y), dx);
    Tensor dy = Transforms.vjp((Tensor t) -> fold(c, t), y).pull().apply(x);
    Expect.sameBits(x.windows(c.window()), dy);
  }
}
