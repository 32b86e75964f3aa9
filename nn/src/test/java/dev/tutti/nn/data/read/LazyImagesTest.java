package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images decoded on demand: the eager reader's values, within the bound on memory.
class LazyImagesTest {
  @TempDir Path folder;

  private static final int EACH = 7 * 5 * 3 + 28; // what one cached image counts

  /// 24 images of 7 × 5 in three classes, JPEG and PNG by turns, each with its own pixels.
  private static Map<String, byte[]> images() {
    Map<String, byte[]> images = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 24; i++) {
      BufferedImage image = new BufferedImage(5, 7, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 35; p++) {
        image.setRGB(p % 5, p / 5, random.nextInt());
      }
      String format = i % 2 == 0 ? "jpeg" : "png";
      images.put("%c/%02d.%s".formatted('a' + i % 3, i, format), DataFiles.encoded(image, format));
    }
    return images;
  }

  private Path archive() {
    return write(folder.resolve("z.zip"), zip(images()));
  }

  private Path tree() {
    images().forEach((path, bytes) -> write(folder.resolve("tree/" + path), bytes));
    return folder.resolve("tree");
  }

  private static void assertSame(Dataset expected, Dataset actual) {
    assertEquals(expected.toString(), actual.toString());
    assertEquals(expected.classes(), actual.classes());
    assertArrayEquals(expected.labels(), actual.labels());
    float[] a = new float[expected.elements()];
    float[] b = new float[expected.elements()];
    for (int i = 0; i < expected.size(); i++) {
      expected.read(i, a, 0);
      actual.read(i, b, 0);
      assertArrayEquals(a, b, "example " + i);
    }
  }

  @Test
  void valuesAreTheEagerReaders() {
    for (Path path : new Path[] {archive(), tree()}) {
      Dataset eager = ImageFolder.read(path);
      for (long cache : new long[] {0, 1, EACH, 10L * EACH, Long.MAX_VALUE >> 8}) {
        Dataset lazy = ImageFolder.lazy(path, Integer.MAX_VALUE, Math.min(cache, 24 * EACH));
        assertSame(eager, lazy);
        assertSame(eager, lazy);
        int[] some = {23, 0, 0, 7};
        assertSame(eager.select(some), lazy.select(some));
        assertSame(eager.take(5), lazy.take(5));
        assertSame(eager.take(9).select(some(9)), lazy.take(9).select(some(9)));
        assertSame(eager.named("n"), lazy.named("n"));
      }
      assertSame(ImageFolder.read(path, 10), ImageFolder.lazy(path, 10, 0));
    }
  }

  private static int[] some(int n) {
    return IntStream.range(0, n).map(i -> n - 1 - i).toArray();
  }

  @Test
  void splitsAreTheEagerReaders() {
    Path path = archive();
    Dataset.Split eager = ImageFolder.split(path, 20, 0.3, 5);
    Dataset.Split lazy = ImageFolder.lazySplit(path, 20, 0.3, 5, 9 * EACH);
    assertSame(eager.train(), lazy.train());
    assertSame(eager.test(), lazy.test());
    Map<String, byte[]> parts = new LinkedHashMap<>();
    images()
        .forEach(
            (name, bytes) -> parts.put((name.contains("1") ? "test/" : "train/") + name, bytes));
    Path both = write(folder.resolve("parts.zip"), zip(parts));
    eager = ImageFolder.split(both, 8, 0.3, 5);
    lazy = ImageFolder.lazySplit(both, 8, 0.3, 5, 9 * EACH);
    assertSame(eager.train(), lazy.train());
    assertSame(eager.test(), lazy.test());
  }

  private static LazyImages open(Path path, long cacheBytes) {
    ImageSource source = ImageSource.open(path);
    String[] paths = source.paths().stream().sorted().toArray(String[]::new);
    return LazyImages.of(new ImageReading(source, null), paths, cacheBytes);
  }

  @Test
  void theCacheStaysWithinItsBound() {
    Path path = archive();
    for (long bound : new long[] {0, EACH - 1, EACH, 10 * EACH + 7, 24 * EACH, 100 * EACH}) {
      LazyImages images = open(path, bound);
      LazyImages half = images.select(some(12));
      IntStream.range(0, 2000)
          .parallel()
          .forEach(k -> {
            float[] to = new float[105];
            if (k % 3 == 0) {
              half.read(k * 7 % 12, to, 0);
            } else {
              images.read(k * 11 % 24, to, 0);
            }
            long kept = images.cachedBytes();
            assertTrue(kept <= bound, kept + " bytes, bound " + bound);
          });
      for (int i = 0; i < 24; i++) {
        images.read(i, new float[105], 0);
      }
      assertEquals(Math.min(24, bound / EACH) * EACH, images.cachedBytes());
      assertEquals(images.cachedBytes(), half.cachedBytes());
    }
  }

  @Test
  void whatIsKeptIsNotReadAgain() throws IOException {
    Path tree = tree();
    LazyImages images = open(tree, 10 * EACH);
    float[] to = new float[105];
    for (int i = 0; i < 24; i++) {
      images.read(i, to, 0);
    }
    for (String path : images().keySet()) {
      Files.delete(tree.resolve(path));
    }
    for (int i = 0; i < 24; i++) {
      int example = i;
      if (i < 10) {
        images.read(i, to, 0);
      } else {
        String message =
            assertThrows(DataError.class, () -> images.read(example, to, 0)).getMessage();
        assertTrue(message.endsWith(": no such file"), message);
      }
    }
  }

  @Test
  void manyThreadsReadWhatOneReads() {
    Path path = archive();
    Dataset eager = ImageFolder.read(path);
    for (long cache : new long[] {0, 6 * EACH, 24 * EACH}) {
      Dataset lazy = ImageFolder.lazy(path, Integer.MAX_VALUE, cache);
      IntStream.range(0, 600)
          .parallel()
          .forEach(k -> {
            float[] a = new float[105];
            float[] b = new float[105];
            eager.read(k * 13 % 24, a, 0);
            lazy.read(k * 13 % 24, b, 0);
            assertArrayEquals(a, b);
          });
    }
  }

  @Test
  void imagesThatDoNotFitTheFirstAreErrorsWhereTheyAreRead() {
    byte[] cut = Arrays.copyOf(png(6, 4, 3), 70);
    Path path =
        write(
            folder.resolve("z.zip"),
            zip(
                files(
                    "a/1.png",
                    png(6, 4, 3),
                    "a/2.png",
                    png(6, 4, 1),
                    "a/3.png",
                    png(4, 6, 3),
                    "a/4.png",
                    cut)));
    Dataset lazy = ImageFolder.lazy(path, 9, 1 << 20);
    float[] to = new float[72];
    lazy.read(0, to, 0);
    lazy.read(1, to, 0);
    for (int p = 0; p < 24; p++) {
      assertEquals(DataFiles.sample(p / 4, p % 4, 0) / 255f, to[3 * p]);
      assertEquals(to[3 * p], to[3 * p + 2]);
    }
    for (int again = 0; again < 2; again++) {
      assertError(
          "z.zip: a/3.png: 4×6, but a/1.png is 6×4; all images must have one size, or be read with"
              + " one (ImageFolder.size, --size)",
          () -> lazy.read(2, to, 0));
      assertError(
          "z.zip: a/4.png: damaged image: a PNG chunk at byte 33 runs past the end of the file,"
              + " byte 70",
          () -> lazy.read(3, to, 0));
    }
    Path grey =
        write(
            folder.resolve("grey.zip"),
            zip(files("a/1.png", dot(1), "a/2.png", dot(2), "a/3.png", dot(9, 8, 7))));
    Dataset first = ImageFolder.lazy(grey, 9, 0);
    assertArrayEquals(new int[] {1, 1, 1}, first.shape());
    assertError(
        "grey.zip: a/3.png: is a colour image, but a/1.png is grey; images decoded on demand"
            + " must all match the first",
        () -> first.read(2, new float[1], 0));
    Path broken = write(folder.resolve("broken.zip"), zip(files("a/1.png", cut)));
    assertThrows(DataError.class, () -> ImageFolder.lazy(broken, 9, 0));
  }

  @Test
  void badNumbersSayWhatFits() {
    Path path = write(folder.resolve("z.zip"), zip(files("a/1.jpg", jpeg(64, 64, 3))));
    assertEquals(
        "ImageFolder: a cache of -1 bytes; at least 0 are needed",
        assertThrows(IllegalArgumentException.class, () -> ImageFolder.lazy(path, 1, -1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.lazy(path, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.lazySplit(path, 0, .5, 1, 1));
    // A cache beyond the heap matters only if the images could fill it.
    assertEquals(1, ImageFolder.lazy(path, 1, Long.MAX_VALUE).size());
  }

  @Test
  void eurosatIsReadAsTheEagerReaderReadsIt() {
    Path eurosat = DataFiles.real("eurosat");
    assertSame(ImageFolder.read(eurosat, 300), ImageFolder.lazy(eurosat, 300, 100 * 12_316L));
    Dataset all = ImageFolder.lazy(eurosat, Integer.MAX_VALUE, 0);
    assertEquals(27_000, all.size());
    assertEquals(10, all.numClasses());
  }
}
