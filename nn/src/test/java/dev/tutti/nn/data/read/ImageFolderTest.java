package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.encoded;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.sample;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.nn.data.Dataset;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  private Path writeZip(Map<String, byte[]> files) {
    return write(folder.resolve("z.zip"), zip(files));
  }

  private Path writeFolder(Map<String, byte[]> files) {
    Path root = folder.resolve("tree");
    files.forEach((path, bytes) -> write(root.resolve(path), bytes));
    return root;
  }

  private static int[] firstValues(Dataset set) {
    int[] values = new int[set.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = DataFiles.bytes(set, i)[0];
    }
    return values;
  }

  /// Three classes of 3, 1 and 2 images; the values encode class and place within the class.
  private static Map<String, byte[]> six(String top) {
    return files(
        top + "b/1.png",
        dot(20),
        top + "c/x.PNG",
        dot(30),
        top + "a/2.png",
        dot(11),
        top + "a/10.png",
        dot(10),
        top + "c/y.png",
        dot(31),
        top + "a/3.png",
        dot(12),
        top + "a/notes.txt",
        new byte[] {1},
        top + "readme.png",
        dot(99),
        ".hidden/a/1.png",
        dot(98),
        "__MACOSX/a/1.png",
        dot(97));
  }

  @Test
  void goesRoundTheSortedClasses() {
    for (Path path : List.of(writeZip(six("")), writeFolder(six("")))) {
      Dataset set = ImageFolder.read(path);
      assertEquals(List.of("a", "b", "c"), set.classes());
      assertArrayEquals(new int[] {1, 1, 1}, set.shape());
      assertArrayEquals(new int[] {10, 20, 30, 11, 31, 12}, firstValues(set));
      assertArrayEquals(new int[] {0, 1, 2, 0, 2, 0}, set.labels());
      assertEquals(Map.of("a", 3, "b", 1, "c", 2), ImageFolder.counts(path));
      for (int limit = 1; limit < 9; limit++) {
        Dataset limited = ImageFolder.read(path, limit);
        assertArrayEquals(firstValues(set.take(limit)), firstValues(limited));
        assertArrayEquals(set.take(limit).labels(), limited.labels());
        assertEquals(3, limited.numClasses());
      }
      assertThrows(IllegalArgumentException.class, () -> ImageFolder.read(path, 0));
    }
    assertEquals("z", ImageFolder.read(folder.resolve("z.zip")).name());
    assertEquals("tree", ImageFolder.read(folder.resolve("tree")).name());
  }

  @Test
  void passesOverCommonTopFolders() {
    Map<String, byte[]> files = six("");
    files.keySet().removeIf(path -> path.startsWith("readme"));
    Map<String, byte[]> deeper = new LinkedHashMap<>();
    files.forEach((path, bytes) -> deeper.put("2750/rgb/" + path, bytes));
    int[] expected = {10, 20, 30, 11, 31, 12};
    assertArrayEquals(expected, firstValues(ImageFolder.read(writeZip(deeper))));
    Path tree = writeFolder(deeper);
    assertArrayEquals(expected, firstValues(ImageFolder.read(tree)));
    assertEquals(
        List.of("only"), ImageFolder.read(writeZip(files("t/only/1.png", dot(1)))).classes());
    assertEquals(
        List.of("only"), ImageFolder.read(writeZip(files("only/1.png", dot(1)))).classes());
  }

  @Test
  void readsTheOnlyArchiveOfAFolder() {
    writeZip(six(""));
    assertEquals(6, ImageFolder.read(folder).size());
    write(folder.resolve("readme.txt"), "x");
    assertEquals(6, ImageFolder.read(folder).size());
    write(folder.resolve("y.zip"), zip(six("")));
    String name = folder.getFileName().toString();
    assertError(
        name
            + ": holds no class folders with JPEG or PNG files (0 images outside them,"
            + " 3 other files)",
        () -> ImageFolder.read(folder));
  }

  @Test
  void usesTrainAndTestFolders() {
    Map<String, byte[]> files =
        files(
            "top/train/a/1.png", dot(1),
            "top/train/a/2.png", dot(2),
            "top/train/b/1.png", dot(3),
            "top/train/c/1.png", dot(4),
            "top/test/c/1.png", dot(51, 52, 53),
            "top/test/a/1.png", dot(6),
            "top/val/a/1.png", dot(7));
    Path path = writeZip(files);
    Dataset.Split split = ImageFolder.split(path, Integer.MAX_VALUE, 0.5, 1);
    assertArrayEquals(new int[] {1, 3, 4, 2}, firstValues(split.train()));
    assertArrayEquals(new int[] {6, 51}, firstValues(split.test()));
    assertArrayEquals(new int[] {0, 2}, split.test().labels());
    assertArrayEquals(new int[] {6, 6, 6}, DataFiles.bytes(split.test(), 0));
    assertArrayEquals(new int[] {51, 52, 53}, DataFiles.bytes(split.test(), 1));
    assertArrayEquals(new int[] {1, 1, 1}, DataFiles.bytes(split.train(), 0));
    Dataset.Split limited = ImageFolder.split(path, 3, 0.5, 1);
    assertArrayEquals(new int[] {1, 3, 4}, firstValues(limited.train()));
    assertArrayEquals(new int[] {6, 51}, firstValues(limited.test()));
    assertArrayEquals(new int[] {1, 3, 4, 2, 6, 51}, sortedByClass(ImageFolder.read(path)));
    assertEquals(Map.of("a", 3, "b", 1, "c", 2), ImageFolder.counts(path));
    files.keySet().removeIf(name -> name.contains("/test/"));
    path = writeZip(files);
    assertArrayEquals(new int[] {7}, firstValues(ImageFolder.split(path, 99, 0.5, 1).test()));
    Path onlyTrain = writeZip(files("train/a/1.png", dot(1), "train/b/1.png", dot(2)));
    assertEquals(List.of("a", "b"), ImageFolder.read(onlyTrain).classes());
  }

  /// The first values, in the order train a, b, c, a, then the test images of a and c.
  private static int[] sortedByClass(Dataset merged) {
    // Round the classes a (1, 2, 6), b (3) and c (4, 51): 1 3 4, 2 51, 6.
    int[] v = firstValues(merged);
    return new int[] {v[0], v[1], v[2], v[3], v[5], v[4]};
  }

  @Test
  void splitsWhatHasNoParts() {
    Path path = writeZip(six(""));
    Dataset.Split split = ImageFolder.split(path, Integer.MAX_VALUE, 0.4, 3);
    Dataset.Split expected = ImageFolder.read(path).split(0.4, 3);
    assertArrayEquals(firstValues(expected.train()), firstValues(split.train()));
    assertArrayEquals(firstValues(expected.test()), firstValues(split.test()));
    assertEquals(2, split.test().size());
  }

  @Test
  void decodesPixelsExactly() {
    Path path = writeZip(files("a/1.png", png(3, 5, 3)));
    Dataset set = ImageFolder.read(path);
    assertArrayEquals(new int[] {3, 5, 3}, set.shape());
    int[] pixels = DataFiles.bytes(set, 0);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(sample(y, x, c), pixels[(5 * y + x) * 3 + c]);
        }
      }
    }
    set = ImageFolder.read(writeZip(files("a/1.png", png(3, 5, 1))));
    assertArrayEquals(new int[] {3, 5, 1}, set.shape());
    assertEquals(sample(2, 4, 0), DataFiles.bytes(set, 0)[14]);
  }

  @Test
  void decodesJpegLikeThePeerDecoder() throws IOException {
    for (int channels : new int[] {1, 3}) {
      byte[] file = jpeg(16, 24, channels);
      BufferedImage peer = ImageIO.read(new ByteArrayInputStream(file));
      Dataset set = ImageFolder.read(writeZip(files("a/1.jpg", file)));
      assertArrayEquals(new int[] {16, 24, channels}, set.shape());
      int[] pixels = DataFiles.bytes(set, 0);
      for (int y = 0; y < 16; y++) {
        for (int x = 0; x < 24; x++) {
          for (int c = 0; c < channels; c++) {
            assertEquals(peer.getRaster().getSample(x, y, c), pixels[(24 * y + x) * channels + c]);
          }
        }
      }
    }
  }

  @Test
  void jpegChannelsAreRedGreenBlue() {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (int p = 0; p < 64; p++) {
      image.setRGB(p % 8, p / 8, 0xc86432);
    }
    Dataset set = ImageFolder.read(writeZip(files("a/1.jpeg", encoded(image, "jpeg"))));
    int[] pixels = DataFiles.bytes(set, 0);
    for (int k = 0; k < pixels.length; k++) {
      // Of one colour only the rounded mean of luma and chroma is lost: a few steps of 255.
      assertEquals(new int[] {0xc8, 0x64, 0x32}[k % 3], pixels[k], 4);
    }
  }

  @Test
  void decodesEveryKindOfPng() {
    assertPixels(
        new int[] {0, 255, 255, 0}, 1, new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_BINARY));
    byte[] ramp = {0, 85, (byte) 170, (byte) 255};
    BufferedImage twoBits =
        new BufferedImage(
            2, 2, BufferedImage.TYPE_BYTE_BINARY, new IndexColorModel(2, 4, ramp, ramp, ramp));
    assertPixels(new int[] {0, 85, 170, 255}, 1, twoBits, 0, 1, 2, 3);
    byte[] reds = {10, 20};
    byte[] greens = {10, 21};
    BufferedImage palette =
        new BufferedImage(
            2, 2, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, reds, greens, reds));
    assertPixels(new int[] {10, 10, 10, 20, 21, 20, 20, 21, 20, 10, 10, 10}, 3, palette);
    BufferedImage wide = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    assertPixels(new int[] {0, 1, 128, 255}, 1, wide, 255, 256, 0x80ff, 65535);
    BufferedImage transparent = new BufferedImage(2, 2, BufferedImage.TYPE_4BYTE_ABGR);
    transparent.setRGB(1, 0, 0x40010203);
    assertPixels(new int[] {0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0}, 3, transparent, (int[]) null);
  }

  /// Sets the samples of band 0 (0, 1, 1, 0 if none are given), writes the image as PNG, and reads.
  private void assertPixels(int[] expected, int channels, BufferedImage image, int... samples) {
    if (samples != null) {
      int[] values = samples.length == 0 ? new int[] {0, 1, 1, 0} : samples;
      for (int p = 0; p < 4; p++) {
        image.getRaster().setSample(p % 2, p / 2, 0, values[p]);
      }
    }
    Dataset set = ImageFolder.read(writeZip(files("a/1.png", encoded(image, "png"))));
    assertArrayEquals(new int[] {2, 2, channels}, set.shape());
    assertArrayEquals(expected, DataFiles.bytes(set, 0));
  }

  @Test
  void threadsDoNotChangeTheSet() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 250; i++) {
      files.put("c" + i % 3 + "/" + i + ".png", dot(i, 0, 255 - i));
    }
    Path path = writeZip(files);
    Dataset expected = ImageFolder.read(path);
    for (int threads : new int[] {1, 2, 7}) {
      try (ForkJoinPool pool = new ForkJoinPool(threads)) {
        Dataset set = pool.submit(() -> ImageFolder.read(path)).join();
        assertArrayEquals(expected.labels(), set.labels());
        for (int i = 0; i < 250; i++) {
          assertArrayEquals(DataFiles.bytes(expected, i), DataFiles.bytes(set, i));
        }
      }
    }
  }
}
