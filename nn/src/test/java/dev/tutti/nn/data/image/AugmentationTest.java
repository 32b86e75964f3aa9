package dev.tutti.nn.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.Transform;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random image transforms: what they draw, on what it depends, and what they do with it.
class AugmentationTest {
  private static final Key KEY = Key.of(9);

  private static final Map<String, Transform> ALL = new TreeMap<>();

  static {
    ALL.put("crop", Augment.randomCrop(2));
    ALL.put("smaller crop", Augment.randomCrop(5, 4, 1));
    ALL.put("horizontal flip", Augment.randomHorizontalFlip(0.5));
    ALL.put("vertical flip", Augment.randomVerticalFlip(0.5));
    ALL.put("rotation", Augment.randomRotation(40));
    AffineRanges all = AffineRanges.NONE.degrees(20).translate(0.2, 0.1).scale(0.8, 1.3);
    ALL.put("affine", Augment.randomAffine(all.shear(10, 5)));
    ALL.put("jitter", Augment.colorJitter(0.4, 0.4, 0.4, 0.1));
    ALL.put("erasing", Augment.randomErasing(0.7));
    ALL.put("resized crop", Augment.randomResizedCrop(6, 9));
    ALL.put("blur", Augment.gaussianBlur(5, 0.1, 2));
    ALL.put("noise", Augment.gaussianNoise(0.1, 0.2));
    ALL.put("sometimes", Augment.randomApply(0.5, Augment.gaussianNoise(0, 0.2)));
    ALL.put(
        "chain",
        Augment.randomHorizontalFlip(0.5)
            .then(Augment.randomCrop(2))
            .then(Augment.colorJitter(0.4, 0.4, 0.4, 0.1)));
  }

  static List<String> all() {
    return List.copyOf(ALL.keySet());
  }

  private static Tensor images(int n, int h, int w, int c) {
    return Key.of(77).uniform(n, h, w, c);
  }

  @ParameterizedTest
  @MethodSource("all")
  void drawsDependOnTheKeyAndTheImagesNumberAlone(String name) {
    Transform t = ALL.get(name);
    Tensor x = images(24, 8, 7, 3);
    Tensor all = t.apply(x, KEY);
    Expect.sameBits("again", all, t.apply(x, KEY));
    Expect.sameBits("fewer", all.slice(0, 0, 7), t.apply(x.slice(0, 0, 7), KEY));
    assertFalse(Expect.same(all, t.apply(x, Key.of(10))));
    int threads = Parallel.threads();
    try {
      for (int n : new int[] {1, 3, 5}) {
        Parallel.threads(n);
        Expect.sameBits(n + " threads", all, t.apply(x, KEY));
      }
    } finally {
      Parallel.threads(threads);
    }
    // Copies of one image are changed each in its own way.
    Tensor same = x.slice(0, 0, 1).expand(x.shape());
    Tensor changed = t.apply(same, KEY);
    boolean differ = false;
    for (int i = 1; i < 24; i++) {
      differ |= !Expect.same(changed.get(0), changed.get(i));
    }
    assertTrue(differ);
  }

  @ParameterizedTest
  @MethodSource("all")
  void greyAndColourAndNoImagesAtAll(String name) {
    Transform t = ALL.get(name);
    Tensor grey = t.apply(images(5, 8, 7, 1), KEY);
    assertEquals(5, grey.dim(0));
    assertEquals(1, grey.dim(3));
    assertEquals(0, t.apply(Tensor.zeros(0, 8, 7, 3), KEY).size());
    for (float v : t.apply(images(5, 8, 7, 3), KEY).toFloats()) {
      assertTrue(v >= 0 && v <= 1 + 1e-6f, "value " + v); // weights that sum to 1 but for rounding
    }
  }

  @Test
  void aChainIsItsLinksOneAfterTheOther() {
    Tensor x = images(9, 8, 8, 3);
    List<String> links = List.of("resized crop", "jitter", "affine", "sometimes", "erasing");
    Transform fused = null;
    for (String link : links) {
      Transform t = ALL.get(link);
      fused = fused == null ? t : fused.then(t);
    }
    Tensor expected = x;
    Key key = KEY;
    // ((a then b) then c): c has fold(1), and all before it fold(0).
    for (int k = 0; k < links.size(); k++) {
      Key own = key;
      for (int later = links.size() - 1; later > k; later--) {
        own = own.fold(0);
      }
      own = k == 0 ? own : own.fold(1);
      expected = ALL.get(links.get(k)).apply(expected, own);
    }
    Expect.sameBits("chain", expected, fused.apply(x, KEY));
    Expect.sameBits("none", x, Transform.none().apply(x, KEY));
    // A link that changes whole batches, and one that changes tables, too.
    Transform noise = (t, k) -> t.add(k.uniform(t.shape().dims()));
    Transform normalize = Transform.normalize(new float[] {0.5f}, new float[] {2});
    for (Transform last : List.of(noise, normalize)) {
      Expect.sameBits(
          "mixed",
          last.apply(ALL.get("jitter").apply(x, KEY.fold(0)), KEY.fold(1)),
          ALL.get("jitter").then(last).apply(x, KEY));
    }
    Tensor table = KEY.uniform(4, 3);
    Expect.sameBits(
        "table",
        table.sub(0.5).div(2).sub(0.5).div(2),
        normalize.then(normalize).apply(table, KEY));
  }

  @Test
  void jitterDrawsFactorsFromItsRanges() {
    Tensor x = Tensor.full(0.25, 400, 2, 2, 3);
    float low = 9;
    float high = 0;
    float[] bright = Augment.colorJitter(0.4, 0, 0, 0).apply(x, KEY).toFloats();
    for (int i = 0; i < 400; i++) {
      float factor = bright[12 * i] / 0.25f;
      low = Math.min(low, factor);
      high = Math.max(high, factor);
    }
    // Of 400 uniform draws one is in the outer 5 % of either end but for a chance of 2e-9.
    assertTrue(low >= 0.6f && low < 0.64f, "lowest factor " + low);
    assertTrue(high <= 1.4f && high > 1.36f, "highest factor " + high);
    // A saturation of 0 … 3 turns colours grey and never below 0.
    Tensor strong = Augment.colorJitter(0, 0, 2, 0).apply(images(50, 3, 3, 3), KEY);
    assertTrue(strong.min(0).min(0).min(0).min(0).item() >= 0);
  }

  @Test
  void jitterMakesItsChangesInTheDrawnOrder() {
    Tensor x = images(40, 4, 4, 3);
    float[] u = KEY.uniform(40, 8).toFloats();
    Tensor got = Augment.colorJitter(0.8, 0.7, 0.6, 0.2).apply(x, KEY);
    for (int i = 0; i < 40; i++) {
      float[] row = Arrays.copyOfRange(u, 8 * i, 8 * i + 8);
      FloatImage image = new FloatImage(4, 4, 3, x.get(i).toFloats());
      List<Integer> order =
          Stream.of(0, 1, 2, 3).sorted(Comparator.comparing(k -> row[4 + k])).toList();
      for (int k : order) {
        image =
            switch (k) {
              case 0 -> Colour.brightness(image, (float) (0.2 + row[0] * (1.8 - 0.2)));
              case 1 -> Colour.contrast(image, (float) (1 - 0.7 + row[1] * (1.7 - (1 - 0.7))));
              case 2 -> Colour.saturation(image, (float) (0.4 + row[2] * (1.6 - 0.4)));
              default -> Colour.hue(image, (float) (0.2 * (2 * row[3] - 1)));
            };
      }
      // The factors may differ by a rounding of their range.
      for (int k = 0; k < 48; k++) {
        assertEquals(image.values()[k], got.get(i).toFloats()[k], 2e-6);
      }
    }
  }

  @Test
  void erasedIsARectangleOfAShareInItsRange() {
    int n = 300;
    Tensor x = images(n, 20, 24, 2).add(1);
    Tensor erased = Augment.randomErasing(0.5, 0.1, 0.3, 0.5, 2, 0.5).apply(x, KEY);
    int count = 0;
    for (int i = 0; i < n; i++) {
      float[] was = x.get(i).toFloats();
      float[] is = erased.get(i).toFloats();
      int top = 99;
      int bottom = -1;
      int left = 99;
      int right = -1;
      int changed = 0;
      for (int k = 0; k < was.length; k++) {
        if (was[k] != is[k]) {
          assertEquals(0.5f, is[k]);
          changed++;
          top = Math.min(top, k / 48);
          bottom = Math.max(bottom, k / 48);
          left = Math.min(left, k / 2 % 24);
          right = Math.max(right, k / 2 % 24);
        }
      }
      if (changed > 0) {
        count++;
        int height = bottom - top + 1;
        int width = right - left + 1;
        assertEquals(2 * height * width, changed);
        // Rounding a side of at least 5 pixels by half a pixel.
        double share = height * width / 480.0;
        assertTrue(share > 0.1 * 0.81 && share < 0.3 * 1.21, "share " + share);
        double aspect = (double) height / width;
        assertTrue(aspect > 0.5 * 0.8 && aspect < 2 * 1.25, "aspect " + aspect);
      }
    }
    assertTrue(count > 105 && count < 195, count + " of 300"); // 150 ± 5 standard deviations
  }

  @Test
  void noiseHasItsMomentsAndIsClipped() {
    Tensor x = Tensor.full(0.5, 10, 32, 32, 3);
    float[] v = Augment.gaussianNoise(0.05, 0.1).apply(x, KEY).toFloats();
    double sum = 0;
    double squares = 0;
    for (float value : v) {
      sum += value - 0.5;
      squares += (value - 0.55) * (value - 0.55);
    }
    assertEquals(0.05, sum / v.length, 5 * 0.1 / Math.sqrt(v.length));
    assertEquals(0.01, squares / v.length, 5 * 0.01 * Math.sqrt(2.0 / v.length));
    Tensor wide = Augment.gaussianNoise(0, 3).apply(x, KEY);
    assertEquals(0, wide.reshape(-1).min(0).item());
    assertEquals(1, wide.reshape(-1).max(0).item());
  }

  @Test
  void sometimesIsAtTimes() {
    Tensor x = images(300, 2, 2, 1);
    Tensor some = Augment.randomApply(0.25, Augment.gaussianNoise(0, 0.2)).apply(x, KEY);
    int changed = 0;
    for (int i = 0; i < 300; i++) {
      changed += Expect.same(x.get(i), some.get(i)) ? 0 : 1;
    }
    assertTrue(changed > 37 && changed < 113, changed + " of 300"); // 75 ± 5 standard deviations
  }

  private static void assertRefused(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }

  @Test
  void badInputSaysWhatFits() {
    for (Transform t : ALL.values()) {
      Throwable e = assertThrows(RuntimeException.class, () -> t.apply(Tensor.ones(3, 4), KEY));
      assertTrue(e.getMessage().endsWith(": needs images [N, H, W, C], got [3, 4]"));
    }
    Expect.error(
        "color jitter: needs images of 1 or 3 channels, got 2",
        () -> Augment.colorJitter(0.1, 0, 0, 0).apply(Tensor.ones(1, 2, 2, 2), KEY));
    float[] u = KEY.fold(0).uniform(2).toFloats();
    assertTrue(u[0] < u[1], "only image 0 is resized");
    Transform first = Augment.randomApply((u[0] + u[1]) / 2, Augment.resize(3, 3));
    Expect.error(
        "resize: image 1 became 2×2, image 0 3×3; a batch has one size",
        () -> first.apply(Tensor.ones(2, 2, 2, 1), KEY));
    assertRefused(
        "random horizontal flip: a probability is between 0 and 1, got 1.5",
        () -> Augment.randomHorizontalFlip(1.5));
    assertRefused(
        "random apply: needs a transform of single images; this one changes whole batches",
        () -> Augment.randomApply(0.5, Transform.none()));
    assertRefused(
        "gaussian blur: the kernel size must be odd and positive, got 4",
        () -> Augment.gaussianBlur(4, 1, 1));
    assertRefused(
        "gaussian blur: deviations need 0 < low ≤ high, got 2.0 and 1.0",
        () -> Augment.gaussianBlur(3, 2, 1));
    assertRefused(
        "gaussian noise: needs a finite mean and a deviation of at least 0, got 0.0 and -1.0",
        () -> Augment.gaussianNoise(0, -1));
    assertRefused(
        "color jitter: hue must be between 0 and 0.5, got 0.6",
        () -> Augment.colorJitter(0, 0, 0, 0.6));
    assertRefused(
        "affine: needs scales of 0 < low ≤ high, got 2.0", () -> AffineRanges.NONE.scale(2, 1));
    assertRefused(
        "affine: needs a shear of 0 to 90 degrees, got 90.0", () -> AffineRanges.NONE.shear(90, 0));
    assertRefused(
        "shares of an image's area need 0 ≤ low ≤ high ≤ 1, got 0.5 and 1.5",
        () -> Augment.randomErasing(0.5, 0.5, 1.5, 1, 1, 0));
    assertRefused(
        "aspects need 0 < low ≤ high < 1e6, got 0.0 and 1.0",
        () -> Augment.randomErasing(0.5, 0.5, 1, 0, 1, 0));
    assertRefused("resize: needs at least 1×1 pixels, got 0×3", () -> Augment.resize(0, 3));
  }
}
