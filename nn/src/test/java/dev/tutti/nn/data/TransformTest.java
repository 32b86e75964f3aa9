package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.image.Augment;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Transforms of batches against plain loops.
class TransformTest {
  private static final Key KEY = Key.of(5);

  @Test
  void normalizeWorksPerChannel() {
    float[] mean = {0.5f, -1, 2};
    float[] std = {2, 0.25f, 3};
    Tensor x = new Values(1).normal(4, 5, 6, 3);
    double[] v = x.toDoubles();
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) (v[i] - mean[i % 3]) / (double) std[i % 3];
    }
    // One rounding for each of the two operations.
    Expect.relative(v, 0x1p-24, Transform.normalize(mean, std).apply(x, KEY));
  }

  @Test
  void normalizeTakesOneValueForAllChannelsOrOneForEach() {
    Tensor x = new Values(1).normal(2, 3, 3, 3);
    Transform one = Transform.normalize(new float[] {0.5f}, new float[] {2});
    Expect.sameBits("one for all", x.sub(0.5).div(2), one.apply(x, KEY));
    Transform three = Transform.normalize(new float[3], new float[] {1, 1, 1});
    Expect.error(
        "normalize: 3 means and 3 deviations do not fit the channels of [2, 3, 3, 1]",
        () -> three.apply(Tensor.ones(2, 3, 3, 1), KEY));
  }

  @Test
  void normalizeNeedsMeansAndPositiveDeviations() {
    float[] three = {1, 1, 1};
    Expect.refused(
        "normalize: needs as many means as deviations, got 1 and 3",
        () -> Transform.normalize(new float[1], three));
    Expect.refused(
        "normalize: needs as many means as deviations, got 0 and 0",
        () -> Transform.normalize(new float[0], new float[0]));
    Expect.refused(
        "normalize: deviations must be positive, got [1.0, 0.0, 2.0]",
        () -> Transform.normalize(three, new float[] {1, 0, 2}));
    Expect.refused(
        "normalize: deviations must be positive, got [NaN]",
        () -> Transform.normalize(new float[1], new float[] {Float.NaN}));
  }

  @Property(tries = 100)
  void randomCropIsAShift(
      @ForAll @IntRange(min = 0, max = 7) int padding,
      @ForAll @IntRange(min = 1, max = 6) int h,
      @ForAll @IntRange(min = 1, max = 6) int w,
      @ForAll @IntRange(min = 1, max = 3) int c,
      @ForAll long seed) {
    int n = 5;
    Tensor x = Tensor.arange(n * h * w * c).reshape(n, h, w, c).cast(Tensor.ones().dtype()).add(1);
    double[] from = x.toDoubles();
    double[] draws = Key.of(seed).uniform(n, 2).toDoubles();
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      int image = i / (h * w * c);
      int down = (int) Math.floor(draws[2 * image] * (2 * padding + 1)) - padding;
      int right = (int) Math.floor(draws[2 * image + 1] * (2 * padding + 1)) - padding;
      int y = i / (w * c) % h - down;
      int column = i / c % w - right;
      boolean inside = y >= 0 && y < h && column >= 0 && column < w;
      to[i] = inside ? from[((image * h + y) * w + column) * c + i % c] : 0;
    }
    Tensor cropped = Augment.randomCrop(padding).apply(x, Key.of(seed));
    assertEquals(x.shape(), cropped.shape());
    Expect.equal(to, cropped);
  }

  @Test
  void cropsWithoutPaddingAreTheImages() {
    Tensor x = new Values(2).normal(9, 4, 5, 2);
    Expect.sameBits("padding 0", x, Augment.randomCrop(0).apply(x, KEY));
  }

  @Test
  void allShiftsOccur() {
    // One bright pixel in the middle of 5 × 5 shows the shift by up to 2.
    float[] pixels = new float[400 * 25];
    for (int i = 0; i < 400; i++) {
      pixels[i * 25 + 12] = 1;
    }
    Tensor x = Tensor.of(pixels, 400, 5, 5, 1);
    Tensor cropped = Augment.randomCrop(2).apply(x, KEY);
    Set<Integer> at = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      at.add((int) cropped.get(i).reshape(25).argmax(0).item());
      assertEquals(1, cropped.get(i).sum().item());
    }
    // Each of 25 shifts is missed by 400 draws with probability (24/25)^400 < 1e-7.
    assertEquals(25, at.size());
  }

  @Test
  void cropsAreFunctionsOfTheKey() {
    Tensor x = new Values(2).normal(9, 8, 8, 1);
    Tensor once = Augment.randomCrop(3).apply(x, KEY);
    Expect.sameBits("again", once, Augment.randomCrop(3).apply(x, KEY));
    assertFalse(Expect.same(once, Augment.randomCrop(3).apply(x, Key.of(6))));
  }

  @Test
  void cropsRefuseWhatIsNoImage() {
    Expect.error(
        "random crop: needs images [N, H, W, C], got [3, 4]",
        () -> Augment.randomCrop(1).apply(Tensor.ones(3, 4), KEY));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Augment.randomCrop(-1));
    assertEquals("random crop: padding must not be negative, got -1", e.getMessage());
  }

  @Test
  void transformsChainWithAKeyEach() {
    Transform noise = (x, key) -> x.add(key.uniform(x.shape().dims()));
    Tensor x = Tensor.zeros(2, 3);
    Tensor both = noise.then(noise).apply(x, KEY);
    Shape s = x.shape();
    Tensor expected = KEY.fold(0).uniform(s.dims()).add(KEY.fold(1).uniform(s.dims()));
    Expect.sameBits("both", expected, both);
    Expect.sameBits("none", x, Transform.none().apply(x, KEY));
  }
}
