package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.nn.data.DataError;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Glyphs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
  @TempDir Path folder;

  private static Settings settings(
      String data, String ood, Integer limit, Integer testLimit, Path dataDir) {
    CompareOptions.Data options = new CompareOptions.Data();
    options.data = data;
    options.ood = ood;
    options.limit = limit;
    options.testLimit = testLimit;
    options.dataDir = dataDir;
    return Settings.of(
        options,
        new CompareOptions.Ensembles(),
        new CompareOptions.Training(),
        new CompareOptions.Output(),
        Map.of());
  }

  /// A folder of so many 16×16 images of each of two colours.
  private Path images(String name, int perClass) throws IOException {
    Path root = folder.resolve(name);
    for (int label = 0; label < 2; label++) {
      Path of = Files.createDirectories(root.resolve(label == 0 ? "blue" : "red"));
      for (int i = 0; i < perClass; i++) {
        byte[] colour = {(byte) (255 * label), 0, (byte) (label == 0 ? 255 : i % 2 * 102)};
        Files.write(of.resolve("%03d.png".formatted(i)), png(colour));
      }
    }
    return root;
  }

  /// A PNG of 16×16 pixels of one colour: header, one block of rows without filter, end.
  private static byte[] png(byte[] colour) {
    ByteBuffer rows = ByteBuffer.allocate(16 * (1 + 16 * 3));
    for (int y = 0; y < 16; y++) {
      rows.put((byte) 0);
      for (int x = 0; x < 16; x++) {
        rows.put(colour);
      }
    }
    Deflater deflater = new Deflater();
    deflater.setInput(rows.array());
    deflater.finish();
    byte[] packed = new byte[1_000];
    int length = deflater.deflate(packed);
    deflater.end();
    ByteBuffer header = ByteBuffer.allocate(13).putInt(16).putInt(16).put((byte) 8).put((byte) 2);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    png.writeBytes(chunk("IHDR", header.array()));
    png.writeBytes(chunk("IDAT", Arrays.copyOf(packed, length)));
    png.writeBytes(chunk("IEND", new byte[0]));
    return png.toByteArray();
  }

  private static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  @Test
  void drawnDigitsComeInTheNumbersAskedFor() {
    Examples examples = Examples.load(settings(null, null, 30, 20, null));
    assertEquals(30, examples.train().size());
    assertEquals(20, examples.test().size());
    assertEquals(20, examples.ood().orElseThrow().size());
    assertEquals("constants", examples.normalisation().origin());
    assertArrayEquals(new float[] {Glyphs.MEAN}, examples.normalisation().mean());
    // Train and test are different draws.
    assertNotEquals(Digest.sha256(examples.train().take(20)), Digest.sha256(examples.test()));
  }

  @Test
  void foldersAreSplitEvenlyAndReadNoFurtherThanNeeded() throws IOException {
    Path root = images("a", 20);
    Examples all = Examples.load(settings("folder:" + root, null, null, null, null));
    assertEquals(32, all.train().size());
    assertEquals(8, all.test().size());
    assertEquals(List.of("blue", "red"), all.train().classes());
    assertEquals(4, count(all.test(), 1));
    Examples few = Examples.load(settings("folder:" + root, null, 8, null, null));
    assertEquals(8, few.train().size());
    assertEquals(2, few.test().size());
    Examples moreTests = Examples.load(settings("folder:" + root, null, 8, 4, null));
    assertEquals(8, moreTests.train().size());
    assertEquals(4, moreTests.test().size());
  }

  /// Writes an archive of so many images of two classes, as EuroSAT's are laid out.
  private void archive(String file, String top, int perClass) throws IOException {
    Path archive = folder.resolve("eurosat").resolve(file);
    Files.createDirectories(archive.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry(top + "/"));
      for (String name : List.of("Forest", "River")) {
        for (int i = 1; i <= perClass; i++) {
          zip.putNextEntry(new ZipEntry(top + "/" + name + "/" + name + "_" + i + ".png"));
          zip.write(png(new byte[] {0, 0, (byte) i}));
        }
      }
    }
  }

  /// Whichever of the two archives was downloaded is read; of both, the first edition.
  @Test
  void bothEditionsOfEurosatAreRead() throws IOException {
    archive("EuroSAT_RGB.zip", "EuroSAT_RGB", 20);
    Files.writeString(folder.resolve("eurosat/EuroSAT.zip.part"), "cut off");
    Examples second = Examples.load(settings("eurosat", null, null, null, folder));
    assertEquals(List.of("Forest", "River"), second.train().classes());
    assertEquals(32, second.train().size());
    archive("EuroSAT.zip", "2750", 10);
    assertEquals(16, Examples.load(settings("eurosat", null, null, null, folder)).train().size());
    assertEquals(
        16,
        Examples.load(settings("eurosat", null, null, null, folder.resolve("eurosat")))
            .train()
            .size());
  }

  private static int count(Dataset set, int label) {
    int count = 0;
    for (int other : set.labels()) {
      count += other == label ? 1 : 0;
    }
    return count;
  }

  /// The images are blue, or red with more or less blue in it; green never varies.
  @Test
  void unknownSetsAreNormalisedByTheirTrainingData() throws IOException {
    Path root = images("a", 20);
    Examples examples = Examples.load(settings("folder:" + root, null, null, null, null));
    Dataset train = examples.train();
    float[] image = new float[train.elements()];
    double[] mean = new double[3];
    double[] squares = new double[3];
    for (int i = 0; i < train.size(); i++) {
      train.read(i, image, 0);
      for (int c = 0; c < 3; c++) {
        mean[c] += image[c] / (double) train.size();
        squares[c] += (double) image[c] * image[c] / train.size();
      }
    }
    Normalisation normalisation = examples.normalisation();
    assertEquals("training data", normalisation.origin());
    for (int c = 0; c < 3; c++) {
      assertEquals(mean[c], normalisation.mean()[c], 1e-6);
      double std = Math.sqrt(squares[c] - mean[c] * mean[c]);
      // A channel without variation is left at its scale.
      assertEquals(std < 1e-9 ? 1 : std, normalisation.std()[c], 1e-6);
    }
  }

  @Test
  void oodSetsAreAsManyAsTestExamplesAtMost() throws IOException {
    Path data = images("a", 20);
    Path ood = images("b", 30);
    Examples examples =
        Examples.load(settings("folder:" + data, "folder:" + ood, null, null, null));
    assertEquals(8, examples.ood().orElseThrow().size());
    assertEquals(4, count(examples.ood().orElseThrow(), 0));
  }

  @Test
  void greyAndColourBecomeEachOther() {
    Dataset grey =
        Dataset.ofImages(
            "grey", 1, 2, 1, new byte[][] {{10, (byte) 200}}, new int[] {0}, List.of("a"));
    Dataset colour =
        Dataset.ofImages(
            "colour",
            1,
            2,
            3,
            new byte[][] {{(byte) 255, 0, 0, 10, 20, 30}},
            new int[] {0},
            List.of("a"));
    assertSame(grey, ImageChannels.fitted("a", grey, "b", grey));
    assertArrayEquals(
        new float[] {10 / 255f, 10 / 255f, 10 / 255f, 200 / 255f, 200 / 255f, 200 / 255f},
        values(ImageChannels.fitted("a", grey, "b", colour)));
    // 0.299 · 255 = 76.2; 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15.
    assertArrayEquals(
        new float[] {76 / 255f, 18 / 255f}, values(ImageChannels.fitted("a", colour, "b", grey)));
  }

  private static float[] values(Dataset set) {
    float[] values = new float[set.elements()];
    set.read(0, values, 0);
    return values;
  }

  @Test
  void imagesOfAnotherSizeAreRefused() throws IOException {
    Path root = images("a", 5);
    Settings settings = settings("folder:" + root, "non-digits", null, null, null);
    assertEquals(
        "--ood non-digits: its examples are [28, 28, 1], those of folder:%s are [16, 16, 3]; choose"
                .formatted(root)
            + " a set of the same size",
        assertThrows(DataError.class, () -> Examples.load(settings)).getMessage());
  }

  @Test
  void dataThatExhaustsTheMemoryIsNotBlamedOnTheNetworks() {
    DataSource data = DataSource.parse("--data", "csv:a.csv");
    Supplier<Examples> reading =
        () -> {
          throw new OutOfMemoryError("Java heap space");
        };
    DataError error = assertThrows(DataError.class, () -> Examples.withinMemory(data, reading));
    assertEquals(
        "csv:a.csv: needs more memory than the %d MB that the JVM may use; raise that with -Xmx"
                .formatted(Runtime.getRuntime().maxMemory() >> 20)
            + ": TUTTI_JAVA_OPTS=-Xmx... sets it",
        Main.failureMessage(error));
  }

  @Test
  void digestsAreOfShapeLabelsAndPixels() throws Exception {
    byte[][] pixels = {{1, (byte) 255}, {0, 7}};
    Dataset set = Dataset.ofImages("a", 1, 2, 1, pixels, new int[] {1, 0}, List.of("x", "y"));
    ByteBuffer bytes = ByteBuffer.allocate(12 + 2 * 6).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(1).putInt(2).putInt(1);
    bytes.putInt(1).put((byte) 1).put((byte) 255).putInt(0).put((byte) 0).put((byte) 7);
    String expected =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    assertEquals(expected, Digest.sha256(set));
    Dataset table =
        Dataset.ofTable("t", new float[][] {{0.5f, -1}}, new int[] {0}, List.of("x", "y"));
    ByteBuffer row = ByteBuffer.allocate(4 + 12).order(ByteOrder.LITTLE_ENDIAN);
    row.putInt(2).putInt(0).putFloat(0.5f).putFloat(-1);
    assertEquals(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(row.array())),
        Digest.sha256(table));
  }
}
