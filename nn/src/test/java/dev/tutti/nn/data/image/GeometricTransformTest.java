package dev.tutti.nn.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Box;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.testkit.Expect;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Crops, flips, affine maps and boxes against plain loops.
class GeometricTransformTest {
  private static final Key KEY = Key.of(9);

  private static Tensor images(int n, int h, int w, int c) {
    return Key.of(77).uniform(n, h, w, c);
  }

  @Property(tries = 50)
  void flipsExchangeSides(
      @ForAll @IntRange(min = 1, max = 5) int h,
      @ForAll @IntRange(min = 1, max = 5) int w,
      @ForAll @IntRange(min = 1, max = 3) int c,
      @ForAll long seed) {
    int n = 6;
    Tensor x = images(n, h, w, c);
    Key key = Key.of(seed);
    float[] u = key.uniform(n, 1).toFloats();
    float[] from = x.toFloats();
    float[] across = Augment.randomHorizontalFlip(0.3).apply(x, key).toFloats();
    float[] over = Augment.randomVerticalFlip(0.3).apply(x, key).toFloats();
    for (int k = 0; k < from.length; k++) {
      int channel = k % c;
      int column = k / c % w;
      int row = k / (c * w) % h;
      int i = k / (c * w * h);
      boolean flipped = u[i] < 0.3;
      int left = ((i * h + row) * w + w - 1 - column) * c + channel;
      int up = ((i * h + h - 1 - row) * w + column) * c + channel;
      assertEquals(from[flipped ? left : k], across[k]);
      assertEquals(from[flipped ? up : k], over[k]);
    }
  }

  @Property(tries = 50)
  void cropsAreWindowsOfThePaddedImage(
      @ForAll @IntRange(min = 1, max = 6) int h,
      @ForAll @IntRange(min = 1, max = 6) int w,
      @ForAll @IntRange(min = 0, max = 2) int padding,
      @ForAll long seed) {
    Tensor x = images(8, 5, 4, 2).add(1);
    if (h > 5 + 2 * padding || w > 4 + 2 * padding) {
      Expect.error(
          "random crop: %d×%d pixels do not fit images of 5×4 padded by %d"
              .formatted(h, w, padding),
          () -> Augment.randomCrop(h, w, padding).apply(x, KEY));
      return;
    }
    Tensor padded = x.pad(1, padding, padding, 0).pad(2, padding, padding, 0);
    Tensor cropped = Augment.randomCrop(h, w, padding).apply(x, Key.of(seed));
    assertEquals(Shape.of(8, h, w, 2), cropped.shape());
    for (int i = 0; i < 8; i++) {
      boolean found = false;
      for (int top = 0; top <= 5 + 2 * padding - h; top++) {
        for (int left = 0; left <= 4 + 2 * padding - w; left++) {
          Tensor window = padded.get(i).slice(0, top, top + h).slice(1, left, left + w);
          found |= Expect.same(window, cropped.get(i));
        }
      }
      assertTrue(found, "image " + i);
    }
  }

  @Test
  void allCropsOccur() {
    Tensor x = Tensor.arange(12).reshape(1, 4, 3, 1).expand(Shape.of(300, 4, 3, 1));
    Tensor cropped = Augment.randomCrop(2, 2, 0).apply(x.cast(Tensor.ones().dtype()), KEY);
    boolean[] seen = new boolean[12];
    for (int i = 0; i < 300; i++) {
      seen[(int) cropped.get(i).reshape(4).get(0).item()] = true;
    }
    for (int k = 0; k < 12; k++) {
      assertEquals(k % 3 < 2 && k / 3 < 3, seen[k], "top left " + k);
    }
  }

  @Property(tries = 30)
  void mapsAreBilinearBetweenFourPixels(@ForAll long seed) {
    double[] u = Key.of(seed).uniform(6).toDoubles();
    Warp warp =
        Warp.of(360 * u[0], 4 * u[1] - 2, 4 * u[2] - 2, 0.5 + u[3], 60 * u[4] - 30, 60 * u[5] - 30);
    int h = 5;
    int w = 6;
    float[] x = images(1, h, w, 1).toFloats();
    float[] got = warp.of(new FloatImage(h, w, 1, x)).values();
    for (int y = 0; y < h; y++) {
      for (int c = 0; c < w; c++) {
        double sx = warp.xx() * (c - 2.5) + warp.xy() * (y - 2) + warp.x0() + 2.5;
        double sy = warp.yx() * (c - 2.5) + warp.yy() * (y - 2) + warp.y0() + 2;
        double sum = 0;
        for (int j = 0; j < h * w; j++) {
          double weight =
              Math.max(0, 1 - Math.abs(sy - j / w)) * Math.max(0, 1 - Math.abs(sx - j % w));
          sum += weight * x[j];
        }
        assertEquals(sum, got[y * w + c], 1e-6); // four products of float32 weights
      }
    }
  }

  @Test
  void noChangeAndWholePixelsAreExact() {
    Tensor x = images(20, 6, 5, 3);
    Expect.sameBits("affine", x, Augment.randomAffine(AffineRanges.NONE).apply(x, KEY));
    Expect.sameBits("rotation", x, Augment.randomRotation(0).apply(x, KEY));
    Expect.sameBits("jitter", x, Augment.colorJitter(0, 0, 0, 0).apply(x, KEY));
    Expect.sameBits("resize", x, Augment.resize(6, 5).apply(x, KEY));
    Expect.sameBits("center", x, Augment.centerCrop(6, 5).apply(x, KEY));
    Expect.sameBits("p = 0", x, Augment.randomErasing(0).apply(x, KEY));
    Expect.sameBits("p = 0", x, Augment.randomHorizontalFlip(0).apply(x, KEY));
    FloatImage image = new FloatImage(6, 5, 3, x.get(0).toFloats());
    Tensor shifted = Tensor.of(Warp.of(0, 2, -1, 1, 0, 0).of(image).values(), 6, 5, 3);
    Expect.sameBits(
        "shift", x.get(0).slice(0, 1, 6).pad(0, 0, 1, 0).slice(1, 0, 3).pad(1, 2, 0, 0), shifted);
  }

  @Test
  void resizedCropsKeepAConstantAndGiveTheirSize() {
    Tensor x = Tensor.full(0.5, 30, 16, 12, 3);
    Tensor resized = Augment.randomResizedCrop(7, 9).apply(x, KEY);
    assertEquals(Shape.of(30, 7, 9, 3), resized.shape());
    for (float v : resized.toFloats()) {
      assertEquals(0.5f, v, 2e-7); // weights that sum to 1 but for rounding
    }
    // Long, thin images leave no room for the wanted aspects: the middle is taken.
    float[] ramp = new float[3 * 90];
    for (int k = 0; k < ramp.length; k++) {
      ramp[k] = k % 90;
    }
    Tensor thin = Tensor.of(ramp, 1, 3, 90, 1);
    Tensor middle = Augment.randomResizedCrop(3, 4, 1, 1).apply(thin, KEY);
    Expect.sameBits("middle", thin.slice(2, 43, 47), middle);
  }

  @Test
  void boxesInTheMiddleHaveTheNearestAspect() {
    assertEquals(new Box(0, 43, 3, 4), Box.central(0.75, 4 / 3.0, 3, 90));
    assertEquals(new Box(43, 0, 4, 3), Box.central(0.75, 4 / 3.0, 90, 3));
    assertEquals(new Box(0, 0, 9, 10), Box.central(0.75, 4 / 3.0, 9, 10));
  }
}
