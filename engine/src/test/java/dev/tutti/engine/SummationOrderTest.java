package dev.tutti.engine;

import org.junit.jupiter.api.Test;

/// The order in which [Reduce] adds float32 numbers is part of its contract: this is that order,
/// said again in plain loops. Other backends must give the same bits.
class SummationOrderTest {

  /// A contiguous run: 16 columns, which element `i` joins as number `i mod 16`, folded by halves.
  private static float run(float[] a, int from, int n) {
    float[] sums = new float[16];
    for (int c = 0; c < Math.min(n, 16); c++) {
      sums[c] = column(a, from + c, Math.ceilDiv(n - c, 16), 16);
    }
    for (int half : new int[] {8, 4, 2, 1}) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  /// Rows: column by column, chains of 16 rows, added pairwise.
  private static float column(float[] a, int from, int rows, int step) {
    float[] chains = new float[Math.ceilDiv(rows, 16)];
    for (int r = 0; r < rows; r++) {
      chains[r / 16] += a[from + r * step];
    }
    return pairwise(chains, 0, chains.length);
  }

  /// The sum of the longest first part whose length is a power of two, and that of the others.
  private static float pairwise(float[] a, int from, int n) {
    if (n == 1) {
      return a[from];
    }
    int first = Integer.highestOneBit(n - 1);
    return pairwise(a, from, first) + pairwise(a, from + first, n - first);
  }

  private static Tensor spread(int... dims) {
    // magnitudes over eight decades, so that nearly every change of order changes the sum
    Tensor exponents = Key.of(1).uniform(-4, 4, Shape.of(dims));
    return Key.of(2).normal(dims).mul(exponents.mul(Math.log(10)).exp());
  }

  @Test
  void contiguousRuns() {
    for (int n :
        new int[] {
          1, 2, 15, 16, 17, 31, 100, 255, 256, 257, 600, 900, 1023, 1024, 1025, 2047, 2048, 5000,
          9999, 70_001
        }) {
      Tensor x = spread(3, n);
      float[] a = x.toFloats();
      float[] expected = {n == 1 ? a[0] : run(a, 0, n), run(a, n, n), run(a, 2 * n, n)};
      Expect.sameBits("rows of " + n, Tensor.of(expected), x.sum(new int[] {1}));
      Expect.sameBits("row of " + n, Tensor.of(expected).get(1), x.get(1).sum());
    }
  }

  @Test
  void rows() {
    for (int rows : new int[] {1, 2, 15, 16, 17, 47, 63, 64, 65, 127, 128, 129, 1000}) {
      for (int inner : new int[] {2, 5, 16, 33}) {
        Tensor x = spread(2, rows, inner);
        float[] a = x.toFloats();
        float[] expected = new float[2 * inner];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = column(a, i / inner * rows * inner + i % inner, rows, inner);
        }
        Expect.sameBits(
            rows + " rows of " + inner, Tensor.of(expected, 2, inner), x.sum(new int[] {1}));
      }
    }
  }

  /// Neighbouring reduced axes count as one; separate groups are summed from the right.
  @Test
  void severalAxes() {
    Tensor x = spread(3, 70, 4, 5, 19);
    Expect.sameBits(x.reshape(3, 70, 4, 95).sum(new int[] {3}), x.sum(3, 4));
    Expect.sameBits(x.reshape(3 * 70, 4, 5, 19).sum(new int[] {0}), x.sum(0, 1));
    Tensor right = x.sum(new int[] {4});
    Expect.sameBits(right.sum(new int[] {1}), x.sum(1, 4));
    Expect.sameBits(right.sum(new int[] {2}).sum(new int[] {0}), x.sum(0, 2, 4));
    Expect.sameBits(Tensor.of(run(x.toFloats(), 0, x.size())).reshape(), x.sum());
  }

  /// Axes in front change no bit of a sum.
  @Test
  void leads() {
    Tensor x = spread(4, 130, 33);
    Tensor both = x.sum(1, 2);
    Tensor inner = x.sum(new int[] {2});
    Tensor rows = x.sum(new int[] {1});
    for (int i = 0; i < 4; i++) {
      Expect.sameBits(x.get(i).sum(), both.get(i));
      Expect.sameBits(x.get(i).sum(new int[] {1}), inner.get(i));
      Expect.sameBits(x.get(i).sum(new int[] {0}), rows.get(i));
    }
  }

  /// A running sum is kept in two parts: element by element, the rounding errors of one addition
  /// join the next.
  @Test
  void runningSums() {
    Tensor x = spread(3, 1000, 2);
    float[] a = x.toFloats();
    float[] expected = new float[a.length];
    for (int o = 0; o < 6; o++) {
      float sum = 0;
      float rest = 0;
      for (int j = 0; j < 1000; j++) {
        int at = (o / 2 * 1000 + j) * 2 + o % 2;
        float next = sum + a[at];
        double lost = (double) sum + a[at] - next; // exact if it fits a double, as here
        float both = (float) lost + rest;
        sum = next + both;
        rest = both - (sum - next);
        expected[at] = sum;
      }
    }
    Expect.sameBits(Tensor.of(expected, 3, 1000, 2), x.cumsum(1));
  }
}
