package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.data.Digest;
import dev.tutti.cli.data.FolderLines;
import dev.tutti.cli.data.ImageChannels;
import dev.tutti.cli.data.Normalisation;
import dev.tutti.cli.terminal.Failure;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.io.DataError;
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
import java.util.stream.IntStream;
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
    DataOptions options = new DataOptions();
    options.data = data;
    options.ood = ood;
    options.limit = limit;
    options.testLimit = testLimit;
    options.dataDir = dataDir;
    return settings(options);
  }

  private static Settings sized(String data, String ood, String size) {
    DataOptions options = new DataOptions();
    options.data = data;
    options.ood = ood;
    options.size = size;
    return settings(options);
  }

  private static Settings settings(DataOptions data) {
    return Settings.of(
        data, new NetworkOptions(), new TrainingOptions(), new RunOptions(), Map.of());
  }

  /// A folder of this many 16×16 images of each of two colours.
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

  @Test
  void foldersCalledAsPartsAreClassesIfThatIsSaid() throws IOException {
    Path root = images("a", 5);
    Path train = Files.move(root.resolve("blue"), root.resolve("train"));
    Files.createDirectories(train.resolve("deep"));
    Files.move(train.resolve("000.png"), train.resolve("deep/000.png"));
    Files.move(root.resolve("red"), root.resolve("test"));
    Settings asParts = settings("folder:" + root, null, null, null, null);
    assertThrows(DataError.class, () -> Examples.load(asParts));
    Settings asClasses = settings("folder:" + root + "#classes", null, null, null, null);
    assertEquals(List.of("test", "train"), Examples.load(asClasses).train().classes());
    assertTrue(asClasses.arguments(Model.MLP).contains("folder:" + root + "#classes"));
  }

  @Test
  void imagesOfFoldersAreResizedIfASizeIsAskedFor() throws IOException {
    Path root = images("a", 5);
    Path other = images("b", 5);
    Examples examples = Examples.load(sized("folder:" + root, "folder:" + other, "6x4"));
    assertArrayEquals(new int[] {6, 4, 3}, examples.train().shape());
    assertArrayEquals(new int[] {6, 4, 3}, examples.ood().orElseThrow().shape());
    assertEquals(
        List.of("compare", "--data", "folder:" + root, "--ood", "none", "--size", "8", "--model"),
        sized("folder:" + root, null, "8").arguments(Model.MLP).subList(0, 8));
    // Images of folders are resized to those of other sets, too.
    Examples digits = Examples.load(sized("glyphs", "folder:" + root, "28"));
    assertArrayEquals(new int[] {28, 28, 1}, digits.ood().orElseThrow().shape());
    Settings without = sized("glyphs", "folder:" + root, null);
    assertEquals(
        "--ood folder:%s: its examples are [16, 16, 3], those of glyphs are [28, 28, 1]; choose a set"
                .formatted(root)
            + " of the same size, or read it with --size 28",
        assertThrows(DataError.class, () -> Examples.load(without)).getMessage());
  }

  @Test
  void wrongSizesAreRefused() {
    for (String size : List.of("0", "x", "-1", "3x", "64x0", "4097", "1x2x3", "", "99999999")) {
      assertEquals(
          "--size %s: a number of pixels or HEIGHTxWIDTH is needed, each from 1 to 4096, as 64 or"
                  .formatted(size)
              + " 48x64",
          assertThrows(UsageError.class, () -> sized("folder:x", null, size)).getMessage());
    }
    assertEquals(
        "--size goes with folder: and eurosat, as --data or --ood; the images of mnist have one size",
        assertThrows(UsageError.class, () -> sized("mnist", null, "28")).getMessage());
  }

  @Test
  void classesAreSaidOnOneLine() {
    assertEquals("3 classes: a, b, c", FolderLines.classes(List.of("a", "b", "c")));
    List<String> many = IntStream.range(0, 100).mapToObj(i -> "class" + i).toList();
    String line = FolderLines.classes(many);
    assertTrue(line.length() < 80, line);
    assertEquals("100 classes: class0, class1, class2", line.substring(0, 35));
    assertEquals(", ...", line.substring(line.length() - 5));
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    Path root = images("a", 5);
    assertEquals(
        List.of("2 classes: blue, red"),
        Examples.load(sized("folder:" + root, null, null)).notes());
    Files.writeString(root.resolve("readme.txt"), "x");
    for (int i = 0; i < 3; i++) {
      Files.writeString(root.resolve("red/%d.csv".formatted(i)), "x");
    }
    Files.createDirectories(root.resolve(".git"));
    assertEquals(
        List.of(
            "2 classes: blue, red",
            "left out: 1 hidden file or folder (.git/)",
            "left out: 4 files that are not images (readme.txt, red/0.csv, ...)"),
        Examples.load(sized("folder:" + root, null, null)).notes());
    Path parts = folder.resolve("parts");
    for (String part : List.of("train", "val", "test")) {
      Files.createDirectories(parts);
      Files.move(images(part, 2), parts.resolve(part));
    }
    assertEquals(
        List.of(
            "2 classes: blue, red",
            "left out: the validation part (val/)",
            "out of distribution: left out: 1 hidden file or folder (.git/)",
            "out of distribution: left out: 4 files that are not images (readme.txt, red/0.csv, ...)"),
        Examples.load(sized("folder:" + parts, "folder:" + root, null)).notes());
  }

  /// Writes an archive of this many images of two classes, as EuroSAT's are laid out.
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

  /// Other sets may be next to the unpacked images.
  @Test
  void unpackedEurosatIsReadFromItsOwnFolder() throws IOException {
    Path sets = folder.resolve("sets");
    Files.createDirectories(sets.resolve("mnist"));
    Files.move(images("a", 5), sets.resolve("2750"));
    assertEquals(
        List.of("blue", "red"),
        Examples.load(settings("eurosat", null, null, null, sets)).train().classes());
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
    assertSame(grey, ImageChannels.fitted("a", grey, false, "b", grey));
    assertArrayEquals(
        new float[] {10 / 255f, 10 / 255f, 10 / 255f, 200 / 255f, 200 / 255f, 200 / 255f},
        values(ImageChannels.fitted("a", grey, false, "b", colour)));
    // 0.299 · 255 = 76.2; 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15.
    assertArrayEquals(
        new float[] {76 / 255f, 18 / 255f},
        values(ImageChannels.fitted("a", colour, false, "b", grey)));
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
        Failure.message(error));
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
