package dev.tutti.nn.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Corruptions: in range, functions of the key, worse with every severity, and what each one does.
class CorruptionTest {
  private static final Key KEY = Key.of(21);

  private static final Tensor DIGITS = Batches.of(Glyphs.digits(60, 5), 60).batch(0, 0).x();

  private static final Tensor COLOURS = colours(60, 32, 32);

  /// Smooth blobs of colour, the way photographs are smooth.
  private static Tensor colours(int n, int h, int w) {
    float[] to = new float[n * h * w * 3];
    for (int i = 0; i < n; i++) {
      float[] noise = Key.of(3).fold(i).uniform(h * w * 3).toFloats();
      FloatImage image = new FloatImage(h, w, 3, noise);
      float[] smooth = Filter.gaussian(image, 8, 2.5, Filter.Border.REFLECT).values();
      for (int k = 0; k < smooth.length; k++) {
        to[i * smooth.length + k] = Math.clamp(0.5f + 6 * (smooth[k] - 0.5f), 0, 1);
      }
    }
    return Tensor.of(to, n, h, w, 3);
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().mean().item();
  }

  @ParameterizedTest
  @EnumSource
  void everySeverityIsFurtherFromTheCleanImages(Corruption corruption) {
    for (Tensor clean : List.of(DIGITS, COLOURS)) {
      double before = 0;
      for (int severity = 1; severity <= Corruption.SEVERITIES; severity++) {
        Tensor bad = corruption.apply(clean, severity, KEY);
        assertEquals(clean.shape(), bad.shape());
        for (float v : bad.toFloats()) {
          assertTrue(v >= 0 && v <= 1, "value " + v);
        }
        double now = distance(clean, bad);
        assertTrue(now > before, "severity " + severity + ": " + now + " after " + before);
        before = now;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageIsAFunctionOfTheKeyAndItsNumber(Corruption corruption) {
    Tensor x = COLOURS.slice(0, 0, 9);
    float[] was = x.toFloats();
    Tensor all = corruption.apply(x, 3, KEY);
    Expect.sameBits("again", all, corruption.apply(x, 3, KEY));
    Expect.sameBits("as a transform", all, corruption.at(3).apply(x, KEY));
    Expect.sameBits("fewer", all.slice(0, 0, 4), corruption.apply(x.slice(0, 0, 4), 3, KEY));
    assertArrayEquals(was, x.toFloats());
    int threads = Parallel.threads();
    try {
      Parallel.threads(threads == 1 ? 3 : 1);
      Expect.sameBits("threads", all, corruption.apply(x, 3, KEY));
    } finally {
      Parallel.threads(threads);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oddSizesWork(Corruption corruption) {
    for (int[] dims : new int[][] {{2, 1, 1, 1}, {2, 3, 2, 3}, {1, 20, 45, 3}, {1, 45, 20, 1}}) {
      Tensor x = KEY.uniform(dims);
      for (int severity = 1; severity <= 5; severity++) {
        Tensor bad = corruption.apply(x, severity, KEY);
        assertEquals(x.shape(), bad.shape());
        for (float v : bad.toFloats()) {
          assertTrue(v >= 0 && v <= 1, "value " + v);
        }
      }
    }
    assertEquals(0, corruption.apply(Tensor.zeros(0, 8, 8, 3), 1, KEY).size());
  }

  @ParameterizedTest
  @EnumSource
  void dataSetsAreCorruptedImageByImage(Corruption corruption) {
    Dataset clean = Glyphs.digits(12, 1);
    Dataset bad = corruption.of(clean, 4, KEY);
    Tensor expected = corruption.apply(Batches.of(clean, 12).batch(0, 0).x(), 4, KEY);
    Expect.sameBits("data set", expected, Batches.of(bad, 12).batch(0, 0).x());
    assertArrayEquals(clean.labels(), bad.labels());
    // A part's images are corrupted as in the whole.
    Dataset part = bad.select(new int[] {7, 2, 2, 11}).take(3);
    Tensor x = Batches.of(part, 3).batch(0, 0).x();
    for (int k = 0; k < 3; k++) {
      Expect.sameBits("part", expected.get(k == 0 ? 7 : 2), x.get(k));
    }
  }

  private static FloatImage constant(float value, int h, int w, int c) {
    FloatImage image = FloatImage.zeros(h, w, c);
    Arrays.fill(image.values(), value);
    return image;
  }

  @Test
  void noisesHaveTheirMoments() {
    FloatImage grey = constant(0.4f, 100, 100, 1);
    assertMoments(0.4, 0.05, Noise.gaussian(grey, 0, 0.05, new Draws(KEY)));
    assertMoments(0.4, 0.1 * 0.4, Noise.speckle(grey, 0.1, new Draws(KEY)));
    for (double photons : new double[] {500, 50, 20}) {
      // n / c with n of mean and variance 0.4 c.
      assertMoments(0.4, Math.sqrt(0.4 / photons), Noise.shot(grey, photons, new Draws(KEY)));
    }
    assertArrayEquals(new float[9], Noise.shot(constant(0, 3, 3, 1), 50, new Draws(KEY)).values());
    float[] hit = Noise.impulse(grey, 0.1, new Draws(KEY)).values();
    long black = IntStream.range(0, hit.length).filter(k -> hit[k] == 0).count();
    long white = IntStream.range(0, hit.length).filter(k -> hit[k] == 1).count();
    assertEquals(500, black, 5 * Math.sqrt(500));
    assertEquals(500, white, 5 * Math.sqrt(500));
  }

  private static void assertMoments(double mean, double deviation, FloatImage image) {
    double sum = 0;
    double squares = 0;
    float[] values = image.values();
    for (float v : values) {
      sum += v;
      squares += (v - mean) * (v - mean);
    }
    int n = values.length;
    assertEquals(mean, sum / n, 5 * deviation / Math.sqrt(n));
    double variance = deviation * deviation;
    assertEquals(variance, squares / n, 5 * variance * Math.sqrt(2.2 / n));
  }

  @Test
  void blursKeepWhatIsConstantAndSpreadAPoint() {
    FloatImage flat = constant(0.3f, 9, 8, 2);
    FloatImage point = FloatImage.zeros(15, 15, 1);
    point.values()[point.at(7, 7)] = 1;
    for (FloatImage image :
        List.of(
            Blurs.gaussian(flat, 1),
            Blurs.defocus(flat, 1.5, 0.5),
            Blurs.motion(flat, 6, 2, 30),
            Blurs.zoom(flat, 1.1),
            Blurs.glass(flat, 0.4, 1, 2, new Draws(KEY)),
            Resampling.pixelate(flat, 0.6),
            Blurs.elastic(flat, 0.1, 0.05, new Draws(KEY)))) {
      for (float v : image.values()) {
        assertEquals(0.3f, v, 1e-6); // weights sum to 1 but for rounding
      }
    }
    // A plus of five pixels, no softening to speak of.
    float[] disk = Blurs.defocus(point, 1, 0.05).values();
    for (int k = 0; k < disk.length; k++) {
      int steps = Math.abs(k / 15 - 7) + Math.abs(k % 15 - 7);
      assertEquals(steps <= 1 ? 0.2f : 0, disk[k], 1e-6);
    }
    // To the left of the point, since each pixel looks to its right; half a Gaussian.
    float[] line = Blurs.motion(point, 2, 1, 0).values();
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      sum += Math.exp(-0.5 * i * i);
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(Math.exp(-0.5 * i * i) / sum, line[7 * 15 + 7 - i], 1e-6);
    }
    assertEquals(0, line[7 * 15 + 8]);
    // Glass moves pixels and loses none, but for the blur.
    float[] moved = Blurs.glass(point, 0.01, 2, 1, new Draws(KEY)).values();
    assertEquals(1, IntStream.range(0, 225).filter(k -> moved[k] == 1).count());
    assertEquals(224, IntStream.range(0, 225).filter(k -> moved[k] == 0).count());
  }

  @Test
  void zoomIsAMeanOfEnlargements() {
    FloatImage image = new FloatImage(5, 5, 1, KEY.uniform(25).toFloats());
    float[] expected = image.values().clone();
    for (double z : new double[] {1, 1.01, 1.02}) {
      float[] zoomed = Warp.of(0, 0, 0, z, 0, 0).of(image).values();
      for (int k = 0; k < 25; k++) {
        expected[k] += zoomed[k];
      }
    }
    float[] got = Blurs.zoom(image, 1.02).values();
    for (int k = 0; k < 25; k++) {
      assertEquals(expected[k] / 4, got[k], 1e-6);
    }
  }

  @Test
  void coloursChangeAsTheirNamesSay() {
    Tensor x = Tensor.of(new float[] {.2f, .4f, .3f, .8f, .8f, .8f, 0, 0, 0}, 1, 1, 3, 3);
    // Value (the largest) .4 → .5, hue and saturation kept; grey stays grey; black becomes grey.
    float[] bright = {.25f, .5f, .375f, .9f, .9f, .9f, .1f, .1f, .1f};
    assertClose(bright, Corruption.BRIGHTNESS.apply(x, 2, KEY));
    // Saturation .5 → .75: the least is .4 · .25.
    float[] saturated = {.1f, .4f, .25f, .8f, .8f, .8f, 0, 0, 0};
    assertClose(saturated, Corruption.SATURATE.apply(x, 2, KEY));
    Tensor grey = Tensor.of(new float[] {0, .5f, 1, .25f}, 1, 2, 2, 1);
    assertClose(new float[] {.05f, .55f, 1, .3f}, Corruption.BRIGHTNESS.apply(grey, 1, KEY));
    assertClose(new float[] {0, .75f, 1, .375f}, Corruption.SATURATE.apply(grey, 2, KEY));
    float mean = 1.75f / 4;
    assertClose(
        new float[] {mean / 2, mean / 2 + .25f, mean / 2 + .5f, mean / 2 + .125f},
        Corruption.CONTRAST.apply(grey, 2, KEY));
    assertClose(new float[] {0, 0, 1, 0}, Corruption.QUANTIZE.apply(grey, 5, KEY));
    assertClose(new float[] {0, 2 / 3f, 1, 1 / 3f}, Corruption.QUANTIZE.apply(grey, 4, KEY));
  }

  private static void assertClose(float[] expected, Tensor actual) {
    assertArrayEquals(expected, actual.toFloats(), 2e-7f); // a few roundings of values up to 1
  }

  @Test
  void shapesMoveAsTheirNamesSay() {
    Tensor x = KEY.uniform(40, 28, 28, 1);
    Tensor moved = Corruption.TRANSLATE.apply(x, 2, KEY);
    boolean[] ways = new boolean[4];
    for (int i = 0; i < 40; i++) {
      for (int way = 0; way < 4; way++) {
        int down = way < 2 ? -2 : 2;
        int right = way % 2 == 0 ? -2 : 2;
        FloatImage image = new FloatImage(28, 28, 1, x.get(i).toFloats());
        ways[way] |=
            Arrays.equals(image.window(down, right, 28, 28).values(), moved.get(i).toFloats());
      }
    }
    assertArrayEquals(new boolean[] {true, true, true, true}, ways);
    // Half the size: the outer quarters are black.
    float[] small = Corruption.SCALE.apply(Tensor.ones(1, 28, 28, 1), 5, KEY).toFloats();
    for (int k = 0; k < 784; k++) {
      int edge = Math.min(Math.min(k / 28, 27 - k / 28), Math.min(k % 28, 27 - k % 28));
      assertEquals(edge < 7 ? 0 : 1, small[k], edge == 6 || edge == 7 ? 0.44 : 0);
    }
    float[] stripes = Corruption.STRIPE.apply(Tensor.full(0.25, 1, 28, 28, 3), 5, KEY).toFloats();
    for (int k = 0; k < stripes.length; k++) {
      int column = k / 3 % 28;
      assertEquals(column < 7 || column >= 21 ? 0.75f : 0.25f, stripes[k]);
    }
  }

  @Test
  void linesAreAddedOneByOne() {
    Tensor black = Tensor.zeros(5, 28, 28, 1);
    for (Corruption lines : List.of(Corruption.DOTTED_LINE, Corruption.ZIGZAG)) {
      Tensor before = lines.apply(black, 1, KEY);
      for (int severity = 2; severity <= 5; severity++) {
        Tensor now = lines.apply(black, severity, KEY);
        assertTrue(now.sub(before).reshape(-1).min(0).item() >= 0);
        before = now;
      }
    }
    // A dotted line leaves columns 0, 1, 4, 5, … out and is brightest in its middle.
    Tensor one = Corruption.DOTTED_LINE.apply(black, 1, KEY);
    for (int i = 0; i < 5; i++) {
      for (int column = 0; column < 27; column++) {
        double most = one.get(i).slice(1, column, column + 1).reshape(28).max(0).item();
        assertTrue(column / 2 % 2 == 0 ? most == 0 : most > 0.7, "column " + column);
      }
    }
  }

  @Test
  void fogIsAPlasmaInZeroToOne() {
    FloatImage image = constant(1, 8, 8, 1);
    FloatImage fog = Weather.fog(image, 0.5, 2, new Draws(KEY));
    float least = 9;
    float most = 0;
    for (float v : fog.values()) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    // (1 + 0.5 p) / 1.5 for p from 0 to 1, both of which the map of 8 × 8 holds.
    assertEquals(1 / 1.5, least, 1e-6);
    assertEquals(1, most, 1e-6);
    assertArrayEquals(
        new float[64], Weather.fog(constant(0, 8, 8, 1), 0.5, 2, new Draws(KEY)).values());
  }

  @Test
  void mudIsOpaque() {
    Tensor x = Corruption.SPATTER.apply(Tensor.ones(4, 32, 32, 3), 5, KEY);
    int mud = 0;
    float[] v = x.toFloats();
    for (int k = 0; k < v.length; k += 3) {
      assertTrue(v[k] >= v[k + 1] && v[k + 1] >= v[k + 2]);
      assertTrue(v[k] == 1 || v[k] < 1 - 0.8 * (1 - 63 / 255.0) + 1e-6);
      mud += v[k] < 1 ? 1 : 0;
    }
    assertTrue(mud > 100 && mud < 2048, mud + " of 4096");
  }

  @Test
  void badRequestsSayWhatFits() {
    for (int severity : new int[] {0, 6}) {
      assertEquals(
          "gaussian noise: severities go from 1 to 5, got " + severity,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Corruption.GAUSSIAN_NOISE.apply(DIGITS, severity, KEY))
              .getMessage());
    }
    Expect.error(
        "fog: needs images [N, H, W, C], got [3, 4]",
        () -> Corruption.FOG.apply(Tensor.ones(3, 4), 1, KEY));
    Expect.error(
        "colours: needs images of 1 or 3 channels, got 2",
        () -> Corruption.BRIGHTNESS.apply(Tensor.ones(1, 2, 2, 2), 1, KEY));
    Dataset table = Dataset.ofTable("t", new float[][] {{1, 2}}, new int[1], List.of("a"));
    Expect.error(
        "fog: t holds no images, but t: 1 × [2], 1 classes",
        () -> Corruption.FOG.of(table, 1, KEY));
    assertFalse(Corruption.values().length < 14);
    assertEquals(Shape.of(60, 32, 32, 3), COLOURS.shape());
  }
}
