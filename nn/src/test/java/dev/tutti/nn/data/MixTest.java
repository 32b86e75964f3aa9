package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Mixup and CutMix against plain loops, and the distribution of their shares.
class MixTest {
  private static Batch batch(int n, int h, int w, int c) {
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i;
    }
    return new Batch(new Values(7).normal(n, h, w, c), Tensor.of(labels));
  }

  /// The share of the first image according to the soft labels: entry `labels[0]` of row 0.
  private static double share(Batch mixed) {
    return mixed.targets().toDoubles()[0];
  }

  @Property(tries = 50)
  void mixupBlendsNeighboursAndTheirLabels(
      @ForAll @IntRange(min = 2, max = 5) int n, @ForAll long seed) {
    Batch plain = batch(n, 3, 2, 2);
    Batch mixed = Mix.mixup(0.7).apply(plain, 5, Key.of(seed));
    float share = (float) share(mixed);
    assertTrue(share >= 0 && share <= 1);
    float[] x = plain.x().toFloats();
    float[] to = mixed.x().toFloats();
    for (int i = 0; i < n; i++) {
      int neighbour = (i + n - 1) % n;
      for (int k = 0; k < 12; k++) {
        assertEquals(share * x[12 * i + k] + (1 - share) * x[12 * neighbour + k], to[12 * i + k]);
      }
      for (int c = 0; c < 5; c++) {
        float expected = (i == c ? share : 0) + (neighbour == c ? 1 - share : 0);
        assertEquals(expected, mixed.targets().get(i).get(c).item());
      }
    }
    assertEquals(Shape.of(n, 5), mixed.targets().shape());
    assertEquals(DType.FLOAT32, mixed.targets().dtype());
  }

  @Property(tries = 60)
  void cutmixPastesARectangleOfTheNeighbour(
      @ForAll @IntRange(min = 1, max = 9) int h,
      @ForAll @IntRange(min = 1, max = 9) int w,
      @ForAll long seed) {
    int n = 3;
    Batch plain = batch(n, h, w, 2);
    Batch mixed = Mix.cutmix(1).apply(plain, 4, Key.of(seed));
    boolean[][] pasted = new boolean[h][w];
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          float own = (float) plain.x().get(i).get(y).get(x).get(0).item();
          float now = (float) mixed.x().get(i).get(y).get(x).get(0).item();
          boolean other = own != now;
          if (i == 0) {
            pasted[y][x] = other;
            count += other ? 1 : 0;
          }
          assertEquals(pasted[y][x], other);
          Tensor source = plain.x().get(other ? (i + n - 1) % n : i).get(y).get(x);
          Expect.sameBits("pixel", source, mixed.x().get(i).get(y).get(x));
        }
      }
    }
    assertRectangle(pasted, count);
    assertEquals((float) (1 - (double) count / (h * w)), (float) share(mixed));
  }

  private static void assertRectangle(boolean[][] pasted, int count) {
    int top = pasted.length;
    int bottom = -1;
    int left = pasted[0].length;
    int right = -1;
    for (int y = 0; y < pasted.length; y++) {
      for (int x = 0; x < pasted[0].length; x++) {
        if (pasted[y][x]) {
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
      }
    }
    assertEquals(count == 0 ? 0 : (bottom - top + 1) * (right - left + 1), count);
  }

  @Test
  void theRectangleIsTorchvisions() {
    // λ = 0.75: sides of half the image's; the draws put the centre.
    Box box = Box.ofCutMix(0.75, Key.of(1), 32, 64);
    float[] u = Key.of(1).uniform(2).toFloats();
    int y = (int) (u[0] * 32);
    int x = (int) (u[1] * 64);
    int top = Math.max(y - 8, 0);
    int left = Math.max(x - 16, 0);
    assertEquals(new Box(top, left, Math.min(y + 8, 32) - top, Math.min(x + 16, 64) - left), box);
    assertEquals(0, Box.ofCutMix(1, Key.of(1), 32, 64).share(32, 64));
  }

  @Test
  void sharesHaveTheMomentsOfBeta() {
    int n = 4000;
    for (double alpha : new double[] {0.05, 0.2, 1, 2.5, 40}) {
      Beta beta = new Beta("mixup", alpha);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double share = beta.draw(Key.of(12).fold(i));
        assertTrue(share >= 0 && share <= 1);
        sum += share;
        squares += (share - 0.5) * (share - 0.5);
      }
      double variance = 1 / (4 * (2 * alpha + 1));
      // Five standard errors of a mean; a sample variance's error is at most as large relatively.
      assertEquals(0.5, sum / n, 5 * Math.sqrt(variance / n), "mean for alpha " + alpha);
      assertEquals(variance, squares / n, variance * 5 * Math.sqrt(2.0 / n), "alpha " + alpha);
    }
  }

  @Test
  void betaOneIsUniform() {
    int n = 5000;
    double[] shares = new double[n];
    Beta beta = new Beta("mixup", 1);
    for (int i = 0; i < n; i++) {
      shares[i] = beta.draw(Key.of(3).fold(i));
    }
    Arrays.sort(shares);
    double distance = 0;
    for (int i = 0; i < n; i++) {
      distance = Math.max(distance, Math.abs(shares[i] - (i + 0.5) / n));
    }
    assertTrue(distance < 1.95 / Math.sqrt(n), "Kolmogorov-Smirnov distance " + distance);
  }

  @Test
  void mixingOneImageNothingAndTwice() {
    Batch one = batch(1, 2, 2, 1);
    Batch mixed = Mix.mixup(1).apply(one, 4, Key.of(1));
    // λ x + (1 − λ) x, each product and the sum rounded.
    Expect.relative(one.x().toDoubles(), 0x1p-22, mixed.x());
    Batch plain = batch(4, 3, 3, 1);
    assertEquals(plain, Mix.none().apply(plain, 4, Key.of(1)));
    Mix both = Mix.either(Mix.mixup(1), Mix.cutmix(1));
    int cut = 0;
    for (int i = 0; i < 200; i++) {
      Key key = Key.of(5).fold(i);
      Batch chosen = both.apply(plain, 4, key);
      boolean isCut = Expect.same(chosen.x(), Mix.cutmix(1).apply(plain, 4, key.fold(0)).x());
      cut += isCut ? 1 : 0;
      assertEquals(!isCut, Expect.same(chosen.x(), Mix.mixup(1).apply(plain, 4, key.fold(0)).x()));
    }
    assertTrue(cut > 60 && cut < 140, cut + " of 200"); // 100 ± 5.6 standard deviations
    // Soft labels can be mixed once more.
    Batch twice = Mix.mixup(1).apply(both.apply(plain, 4, Key.of(1)), 4, Key.of(2));
    for (int i = 0; i < 4; i++) {
      assertEquals(1, twice.targets().get(i).sum().item(), 1e-6); // three roundings
    }
  }

  @Test
  void batchesGiveSoftLabelsAndEveryBatchItsOwnShare() {
    Batches batches = Batches.of(Glyphs.digits(40, 1), 8).shuffled(Key.of(2)).mixed(Mix.mixup(1));
    Batch a = batches.batch(0, 0);
    assertEquals(Shape.of(8, 10), a.targets().shape());
    assertFalse(Expect.same(a.targets(), batches.batch(0, 1).targets()));
    assertFalse(Expect.same(a.targets(), batches.batch(1, 0).targets()));
    Expect.sameLeaves("again", a, batches.batch(0, 0));
    // The mixing takes nothing from the transform's key.
    Transform noise = (x, key) -> key.uniform(x.shape().dims());
    Batches unmixed = Batches.of(Glyphs.digits(40, 1), 8).shuffled(Key.of(2)).transformed(noise);
    Expect.sameBits(
        "transform",
        Mixing.blend(unmixed.batch(0, 0).x(), (float) beta(Key.of(2).fold(0).fold(-1))),
        unmixed.mixed(Mix.mixup(1)).batch(0, 0).x());
  }

  private static double beta(Key key) {
    return new Beta("mixup", 1).draw(key);
  }

  @Test
  void badInputSaysWhatFits() {
    for (double alpha : new double[] {0, -1, Double.NaN, 1e7}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Mix.cutmix(alpha));
      assertEquals("cutmix: alpha must be above 0 and at most 1e6, got " + alpha, e.getMessage());
    }
    Batch table = new Batch(Tensor.ones(2, 3), Tensor.of(new int[] {0, 1}));
    Expect.error(
        "cutmix: needs images [N, H, W, C], got [2, 3]",
        () -> Mix.cutmix(1).apply(table, 2, Key.of(1)));
  }
}
