package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.IntRange;

/// What rounding may cost a sum, a mean and a variance does not grow with the number of elements:
/// of `[outer, n, inner]` along `n`, with a mean that may be large compared with the deviations,
/// against loops in double.
@PropertyDefaults(tries = 150, edgeCases = EdgeCasesMode.NONE)
class SumAccuracyProperties {
  /// Chains of 16 additions and the tree above them, all rounding one way.
  private static final double UNITS = 8;

  /// Elements `mean + deviation · noise`, the mean up to 10⁶, deviations from none to a half of it.
  private record Problem(int outer, int n, int inner, Tensor x, float[] a) {
    static Problem of(int size, int inner, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int most = 1 << random.nextInt(1, 19);
      int n = 2 + (size & 0xfffffff) % most;
      int outer = n * inner < 1000 ? random.nextInt(1, 4) : 1;
      double mean = Math.pow(10, random.nextDouble(-3, 6)) * (random.nextBoolean() ? 1 : -1);
      double deviation =
          random.nextInt(4) == 0 ? 0 : Math.abs(mean) * Math.pow(10, random.nextDouble(-6, -0.3));
      float[] a = new float[outer * n * inner];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) (mean + deviation * random.nextGaussian());
      }
      return new Problem(outer, n, inner, Tensor.of(a).reshape(outer, n, inner), a);
    }

    IntUnaryOperator column(int c) {
      int start = c / inner * n * inner + c % inner;
      return i -> start + i * inner;
    }

    int columns() {
      return outer * inner;
    }
  }

  @Property
  void sumsAndMeans(
      @ForAll int size, @ForAll @IntRange(min = 1, max = 40) int inner, @ForAll long seed) {
    Problem p = Problem.of(size, inner, seed);
    float[] sums = p.x.sum(new int[] {1}).toFloats();
    float[] means = p.x.mean(1).toFloats();
    double all = 0;
    double absolute = 0;
    for (int c = 0; c < p.columns(); c++) {
      IntUnaryOperator at = p.column(c);
      double sum = 0;
      double scale = 0;
      for (int i = 0; i < p.n; i++) {
        sum += p.a[at.applyAsInt(i)];
        scale += Math.abs(p.a[at.applyAsInt(i)]);
      }
      assertEquals(sum, sums[c], UNITS * Expect.ROUNDING * scale);
      assertEquals(sum / p.n, means[c], UNITS * Expect.ROUNDING * scale / p.n);
      all += sum;
      absolute += scale;
    }
    assertEquals(all, p.x.sum().item(), UNITS * Expect.ROUNDING * absolute);
  }

  /// A mean is right to an ulp and a few units of the deviation, a variance to a few units of its
  /// own.
  @Property
  void moments(
      @ForAll int size, @ForAll @IntRange(min = 1, max = 40) int inner, @ForAll long seed) {
    Problem p = Problem.of(size, inner, seed);
    float[] moments = p.x.moments().toFloats();
    float[] vars = p.x.var(1, 1).toFloats();
    float[] standard = p.x.normalize(0.01, 1).toFloats();
    for (int c = 0; c < p.columns(); c++) {
      IntUnaryOperator at = p.column(c);
      double mean = 0;
      for (int i = 0; i < p.n; i++) {
        mean += p.a[at.applyAsInt(i)];
      }
      mean /= p.n;
      double var = 0;
      for (int i = 0; i < p.n; i++) {
        var += Math.pow(p.a[at.applyAsInt(i)] - mean, 2);
      }
      var /= p.n;
      double unit = UNITS * Expect.ROUNDING;
      int o = c / inner * 2 * inner + c % inner;
      assertEquals(mean, moments[o], Math.ulp((float) mean) + unit * Math.sqrt(var));
      assertEquals(var, moments[o + inner], 2 * unit * var);
      assertEquals(var * p.n / (p.n - 1), vars[c], 2 * unit * var * p.n / (p.n - 1));
      double scale = 1 / Math.sqrt(var + 0.01);
      for (int i = 0; i < p.n; i += 1 + p.n / 100) {
        int j = at.applyAsInt(i);
        double y = (p.a[j] - mean) * scale;
        assertEquals(y, standard[j], 2 * unit * (1 + Math.abs(y)));
      }
    }
  }

  /// Every element of a running sum.
  @Property(tries = 50)
  void runningSums(
      @ForAll int size, @ForAll @IntRange(min = 1, max = 5) int inner, @ForAll long seed) {
    Problem p = Problem.of(size, inner, seed);
    float[] sums = p.x.cumsum(1).toFloats();
    for (int c = 0; c < p.columns(); c++) {
      IntUnaryOperator at = p.column(c);
      double sum = 0;
      double scale = 0;
      for (int i = 0; i < p.n; i++) {
        int j = at.applyAsInt(i);
        sum += p.a[j];
        scale += Math.abs(p.a[j]);
        assertEquals(sum, sums[j], 2 * Expect.ROUNDING * scale);
      }
    }
  }
}
