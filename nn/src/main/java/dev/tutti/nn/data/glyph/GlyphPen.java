package dev.tutti.nn.data.glyph;

import dev.tutti.nn.data.SplitMix;
import java.util.List;

/// Draws one [GlyphShape] into a grey image of [#SIZE] × [#SIZE], in a hand of its own: every
/// choice (places of the points, slant, proportions, pen, noise) is a pure function of a 64-bit
/// key.
///
/// Only additions, multiplications, divisions, square roots and comparisons of `double` are used,
/// which the Java language defines to the last bit; so the same key gives the same bytes on every
/// virtual machine.
final class GlyphPen {
  /* From shape to pixels:
   *
   * 1. Each point of the shape moves by a small normal amount (a shaky hand).
   * 2. Points are joined by cubic Hermite pieces with Catmull-Rom tangents (half the difference of
   *    the neighbours); at a corner the second derivative vanishes instead. Each piece becomes
   *    STEPS straight segments.
   * 3. A free-form deformation (Sederberg and Parry 1986, with the cubic B-spline basis) bends the
   *    whole plane smoothly: the "elastic" distortion of Simard, Steinkraus and Platt 2003, applied
   *    to the strokes rather than to pixels, so that the pen keeps its width.
   * 4. An affine map (proportions, slant, rotation) follows; the bounding box is then fitted to a
   *    random size and placed near the middle, so that all shapes fill the image alike.
   * 5. A pixel's ink is a smooth step of its distance to the nearest segment minus the pen's
   *    radius there; the radius changes along the stroke.
   * 6. Contrast, additive noise, rounding to 8 bits.
   */

  static final int SIZE = 28;

  private static final int STEPS = 8;

  /// Side of the lattice of the free-form deformation, and the cells it spans.
  private static final int LATTICE = 6;

  private static final int CELLS = LATTICE - 3;

  /// Standard deviations, in units of the box: of a corner's or end's shift, of the shift of a
  /// point along a curve (smaller, or round strokes would look angular), of the lattice's shifts.
  private static final double CORNER_JITTER = 0.034;

  private static final double CURVE_JITTER = 0.022;
  private static final double BEND = 0.13;

  /// Counters of [SplitMix#hash], the only source of randomness here, in addition to those of
  /// [#uniform] and [#normal], which count from 0.
  private static final long VARIANT = -1;

  private static final long GRAIN = -2;

  /// Standard deviation of the sum of four integers uniform on 0 to 65535.
  private static final double SUM_DEVIATION = Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final long key;
  private long draws;

  private final double[] x;
  private final double[] y;
  private final double[] radius;
  private int points;

  private final double[] bendX = new double[LATTICE * LATTICE];
  private final double[] bendY = new double[LATTICE * LATTICE];
  private final double[] ink = new double[SIZE * SIZE];

  private GlyphPen(GlyphShape shape, long key) {
    this.key = key;
    int capacity = shape.spans() * STEPS + shape.strokes().size();
    x = new double[capacity];
    y = new double[capacity];
    radius = new double[capacity];
  }

  /// {@return the pixels of one of `variants`, drawn row by row with 0 for paper and 255 for ink;
  /// `key` chooses which one and everything about it}
  static byte[] draw(List<GlyphShape> variants, long key) {
    long high = SplitMix.hash(key, VARIANT) >>> 32;
    GlyphShape shape = variants.get((int) (high * variants.size() >>> 32));
    return new GlyphPen(shape, key).draw(shape);
  }

  private byte[] draw(GlyphShape shape) {
    double penRadius = uniform(0.75, 1.65);
    double edge = uniform(0.45, 0.95);
    double contrast = uniform(0.7, 1);
    double noise = uniform(0, 0.08);
    for (int i = 0; i < bendX.length; i++) {
      bendX[i] = BEND * normal();
      bendY[i] = BEND * normal();
    }
    for (GlyphShape.Stroke stroke : shape.strokes()) {
      trace(stroke, penRadius);
    }
    place();
    int from = 0;
    for (GlyphShape.Stroke stroke : shape.strokes()) {
      int segments = (stroke.x().length - 1) * STEPS;
      for (int i = from; i < from + segments; i++) {
        stamp(i, edge);
      }
      from += segments + 1;
    }
    return develop(contrast, noise);
  }

  /// Appends the points of one stroke: jittered, curved, bent, with the pen's radius at each.
  private void trace(GlyphShape.Stroke stroke, double penRadius) {
    int n = stroke.x().length;
    double[] px = new double[n];
    double[] py = new double[n];
    for (int i = 0; i < n; i++) {
      double jitter = stroke.corner()[i] ? CORNER_JITTER : CURVE_JITTER;
      px[i] = stroke.x()[i] + jitter * normal();
      py[i] = stroke.y()[i] + jitter * normal();
    }
    double start = penRadius * uniform(0.8, 1.15);
    double end = penRadius * uniform(0.7, 1.15);
    int last = (n - 1) * STEPS;
    for (int k = 0; k <= last; k++) {
      int span = Math.min(k / STEPS, n - 2);
      double t = (k - span * STEPS) / (double) STEPS;
      radius[points] = start + (end - start) * k / last;
      bend(curve(px, stroke.corner(), span, t), curve(py, stroke.corner(), span, t));
    }
  }

  /// One coordinate of the curve at `t` (0 to 1) between points `i` and `i + 1`.
  private static double curve(double[] p, boolean[] corner, int i, double t) {
    double chord = p[i + 1] - p[i];
    double out = corner[i] ? chord : (p[i + 1] - p[i - 1]) / 2;
    double in = corner[i + 1] ? chord : (p[i + 2] - p[i]) / 2;
    if (corner[i] && !corner[i + 1]) {
      out = 1.5 * chord - 0.5 * in;
    } else if (corner[i + 1] && !corner[i]) {
      in = 1.5 * chord - 0.5 * out;
    }
    double a = out + in - 2 * chord;
    double b = 3 * chord - 2 * out - in;
    return p[i] + t * (out + t * (b + t * a));
  }

  /// Appends the point `(px, py)` of the shape's box after the free-form deformation.
  private void bend(double px, double py) {
    double u = lattice(px);
    double v = lattice(py);
    int column = Math.min((int) u, CELLS - 1);
    int row = Math.min((int) v, CELLS - 1);
    double dx = 0;
    double dy = 0;
    for (int r = 0; r < 4; r++) {
      double vertical = spline(r, v - row);
      for (int c = 0; c < 4; c++) {
        double weight = vertical * spline(c, u - column);
        int at = (row + r) * LATTICE + column + c;
        dx += weight * bendX[at];
        dy += weight * bendY[at];
      }
    }
    x[points] = px + dx;
    y[points] = py + dy;
    points++;
  }

  /// Maps −0.25 to 1.25 onto the cells of the lattice; points outside move with the border.
  private static double lattice(double coordinate) {
    return Math.clamp((coordinate + 0.25) / 1.5, 0.0, 1.0) * CELLS;
  }

  /// The uniform cubic B-spline's basis function `k` (0 to 3) at `t` (0 to 1).
  private static double spline(int k, double t) {
    double s = 1 - t;
    return switch (k) {
      case 0 -> s * s * s / 6;
      case 1 -> (4 - 3 * t * t * (1 + s)) / 6;
      case 2 -> (4 - 3 * s * s * (1 + t)) / 6;
      default -> t * t * t / 6;
    };
  }

  /// Applies the affine map to all points and fits them into the image.
  private void place() {
    double aspect = uniform(0.65, 1.15);
    double slant = 0.06 + 0.2 * normal();
    double turn = 0.11 * normal();
    // (1 - h², 2h) / (1 + h²) is the cosine and sine of 2 atan h: a rotation without sin and cos.
    double h = turn / 2;
    double cos = (1 - h * h) / (1 + h * h);
    double sin = 2 * h / (1 + h * h);
    double minX = Double.POSITIVE_INFINITY;
    double minY = Double.POSITIVE_INFINITY;
    double maxX = Double.NEGATIVE_INFINITY;
    double maxY = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points; i++) {
      double sheared = aspect * x[i] - slant * y[i];
      double rotatedX = cos * sheared - sin * y[i];
      double rotatedY = sin * sheared + cos * y[i];
      x[i] = rotatedX;
      y[i] = rotatedY;
      minX = Math.min(minX, rotatedX);
      maxX = Math.max(maxX, rotatedX);
      minY = Math.min(minY, rotatedY);
      maxY = Math.max(maxY, rotatedY);
    }
    double scale = uniform(15, 21) / Math.max(maxX - minX, maxY - minY);
    double centerX = SIZE / 2.0 + uniform(-2, 2);
    double centerY = SIZE / 2.0 + uniform(-2, 2);
    for (int i = 0; i < points; i++) {
      x[i] = centerX + scale * (x[i] - (minX + maxX) / 2);
      y[i] = centerY + scale * (y[i] - (minY + maxY) / 2);
    }
  }

  /// Inks the segment from point `i` to point `i + 1`: each pixel keeps the darkest ink it got.
  private void stamp(int i, double edge) {
    double dx = x[i + 1] - x[i];
    double dy = y[i + 1] - y[i];
    double squared = dx * dx + dy * dy;
    double reach = Math.max(radius[i], radius[i + 1]) + edge;
    // The centre of pixel (row, column) is at (column + 0.5, row + 0.5).
    int left = pixel(Math.min(x[i], x[i + 1]) - reach);
    int right = pixel(Math.max(x[i], x[i + 1]) + reach);
    int top = pixel(Math.min(y[i], y[i + 1]) - reach);
    int bottom = pixel(Math.max(y[i], y[i + 1]) + reach);
    for (int row = top; row <= bottom; row++) {
      double py = row + 0.5 - y[i];
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - x[i];
        double along = squared == 0 ? 0 : Math.clamp((px * dx + py * dy) / squared, 0.0, 1.0);
        double ox = px - along * dx;
        double oy = py - along * dy;
        double width = radius[i] + along * (radius[i + 1] - radius[i]);
        double depth = width + edge - Math.sqrt(ox * ox + oy * oy);
        if (depth > 0) {
          double s = Math.min(depth / (2 * edge), 1);
          int at = row * SIZE + column;
          ink[at] = Math.max(ink[at], s * s * (3 - 2 * s));
        }
      }
    }
  }

  private static int pixel(double coordinate) {
    return Math.clamp((int) coordinate, 0, SIZE - 1);
  }

  private byte[] develop(double contrast, double noise) {
    long grain = SplitMix.hash(key, GRAIN);
    byte[] pixels = new byte[SIZE * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      double value = contrast * ink[i] + noise * normal(SplitMix.hash(grain, i));
      pixels[i] = (byte) (int) (255 * Math.clamp(value, 0.0, 1.0) + 0.5);
    }
    return pixels;
  }

  private double uniform(double from, double to) {
    return from + (to - from) * ((SplitMix.hash(key, draws++) >>> 11) * 0x1.0p-53);
  }

  private double normal() {
    return normal(SplitMix.hash(key, draws++));
  }

  /// Four 16-bit fields added up: close to a normal of mean 0 and variance 1, within ±3.5.
  private static double normal(long bits) {
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum - 2 * 65535) / SUM_DEVIATION;
  }
}
