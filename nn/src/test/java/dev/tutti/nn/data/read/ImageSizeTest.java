package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.encoded;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.image.Augment;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Photos of any size that are read with one size: resized to cover it, and cut at the middle.
class ImageSizeTest {
  @TempDir Path folder;

  /// Sides of photos: landscape, portrait, square, smaller than the target, thin, and of its size.
  private static final int[][] SIDES = {
    {33, 50}, {51, 77}, {77, 51}, {40, 60}, {12, 12}, {5, 9}, {9, 5}, {12, 13}, {13, 12}, {1, 40},
    {40, 1}, {1, 1}, {24, 25}, {2, 300}, {64, 64}
  };

  private static BufferedImage photo(int height, int width, boolean grey, long seed) {
    int type = grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(width, height, type);
    SplittableRandom random = new SplittableRandom(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < (grey ? 1 : 3); c++) {
          image.getRaster().setSample(x, y, c, random.nextInt(256));
        }
      }
    }
    return image;
  }

  private Path photos(boolean grey) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < SIDES.length; i++) {
      BufferedImage image = photo(SIDES[i][0], SIDES[i][1], grey, i);
      files.put("a/%02d.png".formatted(i), encoded(image, "png"));
    }
    return write(folder.resolve("photos.zip"), zip(files));
  }

  /// The value at (y, x, c) of a resized and cropped photo in 0 to 255, by the definition: the mean
  /// under a triangle that is as wide as a pixel of the result, or of the photo if that is wider.
  private static double value(BufferedImage image, int[] target, int y, int x, int c) {
    double h = image.getHeight();
    double w = image.getWidth();
    double ratio = Math.max(target[0] / h, target[1] / w);
    boolean byHeight = target[0] / h >= target[1] / w;
    double tall = byHeight ? target[0] : Math.floor(target[1] * h / w);
    double wide = byHeight ? Math.floor(target[0] * w / h) : target[1];
    assertTrue(ratio > 0 && tall >= target[0] && wide >= target[1]);
    double[] down = weights(h, tall, Math.rint((tall - target[0]) / 2) + y);
    double[] right = weights(w, wide, Math.rint((wide - target[1]) / 2) + x);
    double sum = 0;
    for (int i = 0; i < down.length; i++) {
      for (int k = 0; k < right.length; k++) {
        sum += down[i] * right[k] * image.getRaster().getSample(k, i, c);
      }
    }
    return sum;
  }

  private static double[] weights(double in, double out, double at) {
    double scale = in / out;
    double[] weights = new double[(int) in];
    double all = 0;
    for (int k = 0; k < in; k++) {
      double distance = Math.abs(k + 0.5 - (at + 0.5) * scale) / Math.max(1, scale);
      weights[k] = Math.max(0, 1 - distance);
      all += weights[k];
    }
    for (int k = 0; k < in; k++) {
      weights[k] /= all;
    }
    return weights;
  }

  @Test
  void photosAreResizedToCoverTheSizeAndCutAtTheMiddle() {
    for (boolean grey : new boolean[] {false, true}) {
      Path path = photos(grey);
      int channels = grey ? 1 : 3;
      for (int[] target : new int[][] {{12, 12}, {1, 1}, {24, 7}, {7, 24}, {30, 30}}) {
        Dataset set = ImageFolder.of(path).size(target[0], target[1]).read();
        assertArrayEquals(new int[] {target[0], target[1], channels}, set.shape());
        for (int i = 0; i < set.size(); i++) {
          BufferedImage image = photo(SIDES[i][0], SIDES[i][1], grey, i);
          int[] bytes = DataFiles.bytes(set, i);
          for (int k = 0; k < bytes.length; k++) {
            int pixel = k / channels;
            double expected =
                value(image, target, pixel / target[1], pixel % target[1], k % channels);
            // Half a step is the rounding; the rest is that of sums in float32.
            assertEquals(expected, bytes[k], 0.5 + 1e-3, "photo " + i + ", value " + k);
          }
        }
      }
    }
  }

  @Test
  void sizedPhotosAreThoseOfTheTransforms() {
    Path path = write(folder.resolve("z.zip"), zip(files("a/1.png", png(20, 30, 3))));
    Dataset sized = ImageFolder.of(path).size(10, 10).read();
    float[] all = new float[20 * 30 * 3];
    ImageFolder.read(path).read(0, all, 0);
    Tensor resized =
        Augment.resize(10, 15)
            .then(Augment.centerCrop(10, 10))
            .apply(Tensor.of(all).reshape(1, 20, 30, 3), Key.of(0));
    float[] found = new float[300];
    sized.read(0, found, 0);
    assertArrayEquals(resized.toFloats(), found, 0.5f / 255 + 1e-6f);
    Dataset same = ImageFolder.of(path).size(20, 30).read();
    assertArrayEquals(DataFiles.bytes(ImageFolder.read(path), 0), DataFiles.bytes(same, 0));
  }

  @Test
  void photosReadOnDemandAreTheSameAndTheCacheHoldsTheResizedOnes() {
    Path path = photos(false);
    ImageFolder sized = ImageFolder.of(path).size(12, 12);
    Dataset eager = sized.read();
    Dataset lazy = sized.lazily(5 * (432 + 28)).read();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < eager.size(); i++) {
        assertArrayEquals(DataFiles.bytes(eager, i), DataFiles.bytes(lazy, i));
      }
    }
    ImageSource source = ImageSource.open(path);
    String[] paths = source.paths().stream().sorted().toArray(String[]::new);
    LazyImages images =
        LazyImages.of(new ImageReading(source, new CentreFit(12, 12)), paths, 1 << 20);
    for (int i = 0; i < paths.length; i++) {
      images.read(i, new float[432], 0);
    }
    assertEquals(paths.length * (432 + 28), images.cachedBytes());
    source.close();
  }

  @Test
  void allPartsHaveTheSize() {
    Path path =
        write(
            folder.resolve("z.zip"),
            zip(
                files(
                    "train/a/1.png", png(9, 12, 1),
                    "train/b/1.png", png(30, 8, 3),
                    "val/a/1.png", png(5, 5, 1),
                    "test/b/1.png", png(8, 80, 1))));
    ImageFolder.Parts parts = ImageFolder.of(path).size(6, 4).parts();
    for (Dataset part :
        new Dataset[] {parts.train(), parts.validation().get(), parts.test().get()}) {
      assertArrayEquals(new int[] {6, 4, 3}, part.shape());
    }
    Dataset.Split split = ImageFolder.of(path).size(6, 4).limit(1).split(0.5, 1);
    assertEquals(1, split.train().size());
    assertEquals(1, split.test().size());
    assertEquals(1, split.test().label(0));
  }

  @Test
  void aThinPhotoTakesNoMoreMemoryThanItsWindow() {
    // Resized as a whole, this photo would have a side of 1.2 million pixels.
    Path path = write(folder.resolve("z.zip"), zip(files("a/1.png", png(1, 20_000, 1))));
    assertArrayEquals(new int[] {60, 60, 1}, ImageFolder.of(path).size(60, 60).read().shape());
  }

  @Test
  void differingSizesSayHowToReadThem() {
    Path path =
        write(
            folder.resolve("z.zip"), zip(files("a/1.png", png(2, 3, 1), "b/1.png", png(3, 2, 1))));
    DataFiles.assertError(
        "z.zip: b/1.png: 3×2, but a/1.png is 2×3; all images must have one size, or be read with"
            + " one (ImageFolder.size, --size)",
        () -> ImageFolder.read(path));
    assertEquals(2, ImageFolder.of(path).size(2, 2).read().size());
    for (int[] bad : new int[][] {{0, 3}, {3, -1}, {1 << 14, (1 << 13) + 1}}) {
      assertEquals(
          "ImageFolder: a size of %d×%d; at least 1×1 and at most 134217728 pixels in all are needed"
              .formatted(bad[0], bad[1]),
          assertThrows(
                  IllegalArgumentException.class, () -> ImageFolder.of(path).size(bad[0], bad[1]))
              .getMessage());
    }
  }
}
