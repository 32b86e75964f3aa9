package dev.tutti.nn.data;

import static dev.tutti.nn.data.DataFiles.assertError;
import static dev.tutti.nn.data.DataFiles.encoded;
import static dev.tutti.nn.data.DataFiles.jpeg;
import static dev.tutti.nn.data.DataFiles.png;
import static dev.tutti.nn.data.DataFiles.sample;
import static dev.tutti.nn.data.DataFiles.write;
import static dev.tutti.nn.data.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  /// A 1 × 1 image with one grey value, so that every image of a test can be told from the others.
  private static byte[] dot(int value) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, value);
    return encoded(image, "png");
  }

  private static byte[] dot(int red, int green, int blue) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, red << 16 | green << 8 | blue);
    return encoded(image, "png");
  }

  private static Map<String, byte[]> files(Object... pathsAndBytes) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < pathsAndBytes.length; i += 2) {
      files.put((String) pathsAndBytes[i], (byte[]) pathsAndBytes[i + 1]);
    }
    return files;
  }

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

  private void assertRefused(String line, Object... pathsAndBytes) {
    Path file = writeZip(files(pathsAndBytes));
    assertError(line, () -> ImageFolder.read(file));
  }

  /// Three classes of 3, 1 and 2 images; the values tell class and place within the class.
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
            + ": holds no class folders with JPEG or PNG files (0 images beside them,"
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
    assertArrayEquals(new int[] {1, 3}, firstValues(limited.train()));
    assertArrayEquals(new int[] {6}, firstValues(limited.test()));
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

  /// Sets the samples of band 0 (0, 1, 1, 0 where none are given), writes the image as PNG, and
  /// reads.
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

  @Test
  void theFirstOddImageIsNamedWhateverTheThreads() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 300; i++) {
      files.put("a/%03d.png".formatted(i), i < 120 ? png(4, 6, 1) : png(6, 4 + i % 2, 1));
    }
    files.put("a/200.png", new byte[] {1, 2, 3});
    Path path = writeZip(files);
    for (int threads : new int[] {1, 2, 7}) {
      try (ForkJoinPool pool = new ForkJoinPool(threads)) {
        assertError(
            "z.zip: a/120.png: 6×4, but a/000.png is 4×6; all images must have one size",
            () -> pool.invoke(task(path)));
      }
    }
  }

  private static RecursiveAction task(Path path) {
    return new RecursiveAction() {
      @Override
      protected void compute() {
        ImageFolder.read(path);
      }
    };
  }

  @Test
  void refusesTreesWithoutClasses() {
    assertRefused(
        "z.zip: holds no class folders with JPEG or PNG files (1 image beside them, 1 other file)",
        "1.png",
        dot(1),
        "x.tif",
        new byte[3]);
    assertRefused(
        "z.zip: \"a/b/1.png\" is not an image in a class folder; where others are CLASS/IMAGE,"
            + " it is \"a/b/1.png\"",
        "a/b/1.png",
        dot(1),
        "b/1.png",
        dot(2));
    assertRefused(
        "z.zip: the class \"x\" of test/ is not in train/",
        "train/a/1.png",
        dot(1),
        "test/x/1.png",
        dot(2));
    Path empty = write(folder.resolve("e/x.txt"), "x").getParent();
    assertError(
        "e: holds no class folders with JPEG or PNG files (0 images beside them, 1 other file)",
        () -> ImageFolder.counts(empty));
    Path text = write(folder.resolve("x.txt"), "hello");
    assertError("x.txt: is neither a folder nor a zip archive", () -> ImageFolder.read(text));
    Path missing = folder.resolve("missing");
    assertError(missing + ": no such file", () -> ImageFolder.read(missing));
    Path none = write(folder.resolve("none.zip"), new byte[0]);
    assertError("none.zip: is empty (0 bytes)", () -> ImageFolder.read(none));
  }

  @Test
  void ignoresNamesThatLeadOutOfTheArchive() {
    Map<String, byte[]> files =
        files(
            "../evil/1.png", dot(1),
            "/abs/1.png", dot(1),
            "a/../../b/1.png", dot(1),
            "..\\win/1.png", dot(1),
            "a//1.png", dot(1),
            "good/1.png", dot(2));
    assertEquals(List.of("good"), ImageFolder.read(writeZip(files)).classes());
  }

  @Test
  void refusesDamagedArchives() {
    byte[] whole = zip(files("a/1.png", png(8, 8, 3), "b/1.png", png(8, 8, 3)));
    Path file = write(folder.resolve("d.zip"), Arrays.copyOf(whole, whole.length - 30));
    DataError error = assertThrows(DataError.class, () -> ImageFolder.read(file));
    assertTrue(
        error.getMessage().startsWith("d.zip: is not a readable zip archive: "),
        error.getMessage());
    byte[] twice = zip(files("a/1.png", dot(1), "a/2.png", dot(2)));
    String text = new String(twice, StandardCharsets.ISO_8859_1).replace("a/2.png", "a/1.png");
    write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertError("d.zip: holds two entries called \"a/1.png\"", () -> ImageFolder.read(file));
  }

  /// The archive with one image after `change` was made to its central directory entry.
  private Path withEntry(byte[] image, Consumer<ByteBuffer> change) {
    byte[] archive = zip(files("a/1.png", image));
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int entry = bytes.getInt(archive.length - 6); // where the end record says the directory is
    assertEquals(0x02014b50, bytes.getInt(entry));
    change.accept(bytes.slice(entry, 46).order(ByteOrder.LITTLE_ENDIAN));
    return write(folder.resolve("e.zip"), archive);
  }

  @Test
  void refusesEntriesThatAreNotWhatTheDirectorySays() {
    byte[] image = png(8, 8, 3);
    int size = image.length;
    Path bomb = withEntry(image, entry -> entry.putInt(24, size - 1));
    assertError(
        "e.zip: a/1.png: the zip archive promises %d bytes, the entry has more".formatted(size - 1),
        () -> ImageFolder.read(bomb));
    Path huge = withEntry(image, entry -> entry.putInt(24, 1 << 30));
    assertError(
        "e.zip: a/1.png: has 1073741824 bytes; an image file of at most 67108864 is read",
        () -> ImageFolder.read(huge));
    CRC32 crc = new CRC32();
    crc.update(image);
    Path damaged = withEntry(image, entry -> entry.putInt(16, (int) crc.getValue() ^ 1));
    assertError(
        "e.zip: a/1.png: damaged zip entry: checksum %08x, %08x expected"
            .formatted(crc.getValue(), crc.getValue() ^ 1),
        () -> ImageFolder.read(damaged));
    Path longer = withEntry(image, entry -> entry.putInt(24, size + 1));
    DataError error = assertThrows(DataError.class, () -> ImageFolder.read(longer));
    assertTrue(error.getMessage().startsWith("e.zip: a/1.png: "), error.getMessage());
  }

  @Test
  void aZipBombIsUnpackedNoFurtherThanPromised() {
    byte[] zeros = new byte[1 << 27];
    Path file = writeZip(files("a/1.png", zeros));
    assertError(
        "z.zip: a/1.png: has 134217728 bytes; an image file of at most 67108864 is read",
        () -> ImageFolder.read(file));
  }

  @Test
  void refusesImagesThatAreNone() {
    assertRefused(
        "z.zip: a/1.png: is neither JPEG nor PNG (starts with 0x47494638)",
        "a/1.png",
        "GIF89a".getBytes(StandardCharsets.UTF_8));
    assertRefused("z.zip: a/1.png: is neither JPEG nor PNG (empty)", "a/1.png", new byte[0]);
    Path tree = writeFolder(files("a/1.png", new byte[0]));
    assertError("1.png: is empty (0 bytes)", () -> ImageFolder.read(tree));
    assertRefused(
        "z.zip: a/2.png: 3×2, but a/1.png is 2×3; all images must have one size",
        "a/1.png",
        png(2, 3, 1),
        "a/2.png",
        png(3, 2, 1));
  }

  @Test
  void refusesHugeImagesBeforeDecodingThem() {
    byte[] image = png(1, 1, 3);
    ByteBuffer header = ByteBuffer.wrap(image); // signature, length, "IHDR", width, height, …, CRC
    header.putInt(16, 100_000).putInt(20, 100_001);
    CRC32 crc = new CRC32();
    crc.update(image, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertRefused(
        "z.zip: a/1.png: 100001×100000 pixels; at most 16777216 in all are read", "a/1.png", image);
  }

  @Test
  void refusesSizesThatAFileCannotHold() {
    byte[] jpeg = jpeg(8, 8, 1);
    int frame = 0;
    while (jpeg[frame] != (byte) 0xff || jpeg[frame + 1] != (byte) 0xc0) {
      frame++;
    }
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 4000).putShort(frame + 7, (short) 4001);
    assertRefused(
        "z.zip: a/1.jpg: damaged image: 4000×4001 pixels are more than a file of %d bytes can hold"
            .formatted(jpeg.length),
        "a/1.jpg",
        jpeg);
    byte[] png = encoded(new BufferedImage(4000, 4000, BufferedImage.TYPE_BYTE_BINARY), "png");
    assertEquals(16_000_000, ImageFolder.read(writeZip(files("a/1.png", png))).elements());
  }

  @Test
  void refusesImagesThatEndEarly() {
    byte[] jpeg = jpeg(64, 64, 3);
    Path file = writeZip(files("a/1.jpg", Arrays.copyOf(jpeg, jpeg.length / 2)));
    DataError error = assertThrows(DataError.class, () -> ImageFolder.read(file));
    assertTrue(
        error.getMessage().startsWith("z.zip: a/1.jpg: damaged image: "), error.getMessage());
    byte[] png = png(64, 64, 3);
    assertRefused(
        "z.zip: a/1.png: damaged image: a PNG chunk at byte 33 runs past the end of the file,"
            + " byte 70",
        "a/1.png",
        Arrays.copyOf(png, 70));
    png[50] ^= 1;
    assertRefused(
        "z.zip: a/1.png: damaged image: wrong checksum of the PNG chunk at byte 33",
        "a/1.png",
        png);
  }

  @Test
  void mutatedImagesGiveDataErrorsOnly() throws IOException {
    for (byte[] file : List.of(jpeg(9, 7, 3), jpeg(9, 7, 1))) {
      try (ImageDecoder decoder = new ImageDecoder()) {
        int refused =
            DataFiles.mutate(
                file,
                2000,
                41,
                mutated -> {
                  ImageDecoder.Image image = decoder.decode("m", mutated, size -> {});
                  ImageDecoder.Size size = image.size();
                  assertEquals(
                      size.height() * size.width() * image.channels(), image.pixels().length);
                });
        assertTrue(refused > 300 && refused < 2000, refused + " refused");
      }
    }
  }

  @Test
  void mutatedPngGivesTheRightImageOrADataError() throws IOException {
    byte[] file = png(9, 7, 3);
    try (ImageDecoder decoder = new ImageDecoder()) {
      byte[] expected = decoder.decode("m", file, size -> {}).pixels();
      int refused =
          DataFiles.mutate(
              file,
              2000,
              42,
              mutated ->
                  assertArrayEquals(expected, decoder.decode("m", mutated, size -> {}).pixels()));
      assertTrue(refused > 600 && refused < 2000, refused + " refused");
    }
  }

  @Test
  void mutatedArchivesGiveDataErrorsOnly() throws IOException {
    byte[] archive = zip(files("t/a/1.png", dot(1), "t/b/2.png", dot(2), "t/b/3.png", dot(3)));
    Path file = folder.resolve("m.zip");
    int refused =
        DataFiles.mutate(
            archive,
            2000,
            51,
            mutated -> {
              // A damaged name may hide an image, but no image may change.
              int[] values = firstValues(ImageFolder.read(write(file, mutated)));
              assertTrue(values.length >= 1 && values.length <= 3);
              for (int value : values) {
                assertTrue(value >= 1 && value <= 3, "pixel " + value);
              }
            });
    assertTrue(refused > 600 && refused < 2000, refused + " refused");
  }
}
