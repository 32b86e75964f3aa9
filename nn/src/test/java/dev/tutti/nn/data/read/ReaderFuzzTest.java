package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.concat;
import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.idxImages;
import static dev.tutti.nn.data.read.DataFiles.idxLabels;
import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.tar;
import static dev.tutti.nn.data.read.DataFiles.tarEntry;
import static dev.tutti.nn.data.read.DataFiles.withHeader;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Imputer;
import dev.tutti.nn.data.OneHotEncoder;
import dev.tutti.nn.data.Preprocessing;
import dev.tutti.nn.data.StandardScaler;
import dev.tutti.nn.io.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten thousand damaged files for every reader: read, or refused with one line, within bounds of
/// time and memory. What a checksum covers must come out as it went in or be refused; for the
/// others, half of the files have their checksums corrected, to get past the checks.
class ReaderFuzzTest {
  private static final int CASES = Mutations.CASES;
  private static final long MOST_BYTES = 4 << 20;

  /// An image file may unfold to a million pixels of four samples and their conversion.
  private static final long MOST_IMAGE_BYTES = 64 << 20;

  @TempDir Path folder;

  private Path scratch() {
    return folder.resolve("scratch");
  }

  private static void survive(int cases, List<byte[]> samples, Mutations.Reader reader) {
    survive(cases, samples, MOST_BYTES, reader);
  }

  private static void survive(
      int cases, List<byte[]> samples, long mostBytes, Mutations.Reader reader) {
    Mutations.Outcome outcome = Mutations.survive(samples, cases, 1, mostBytes, reader);
    assertTrue(outcome.refused() > cases / 4, outcome.toString());
    assertTrue(outcome.read() > 0, outcome.toString());
  }

  private static final byte[] PIXELS = DataFiles.random(60, 2);
  private static final byte[] IMAGES = idxImages(5, 3, 4, PIXELS);
  private static final byte[] LABELS =
      idxLabels(5, (byte) 0, (byte) 2, (byte) 1, (byte) 1, (byte) 0);

  private static void assertHolds(byte[] pixels, Dataset set) {
    int elements = set.elements();
    for (int i = 0; i < set.size(); i++) {
      int[] image = DataFiles.bytes(set, i);
      for (int k = 0; k < elements; k++) {
        assertEquals(pixels[i * elements + k] & 0xff, image[k]);
      }
    }
  }

  @Test
  void idx() throws IOException {
    Path images = DataFiles.write(folder.resolve("images"), IMAGES);
    Path labels = DataFiles.write(folder.resolve("labels"), LABELS);
    List<byte[]> other = List.of(IMAGES, idxImages(5, 2, 6, PIXELS));
    survive(
        CASES,
        other,
        Mutations.in(
            scratch(),
            file -> {
              Dataset set = Idx.read("x", file, labels);
              assertEquals(5, set.size());
              // A damaged header may fit damaged elements, but no element is left over or made up.
              assertEquals(Files.size(file), 16 + 5L * set.elements());
            }));
    survive(
        CASES,
        List.of(LABELS),
        Mutations.in(scratch(), file -> assertEquals(5, Idx.read("x", images, file).size())));
    int[] header = {0xc02, 5, 2};
    byte[] numbers = withHeader(header, new byte[40]);
    survive(
        CASES / 4,
        List.of(numbers, gzip(numbers)),
        Mutations.in(scratch(), file -> assertEquals(5, Idx.read("x", images, file).size())));
  }

  @Test
  void packedIdx() throws IOException {
    Path images = DataFiles.write(folder.resolve("images"), IMAGES);
    Path labels = DataFiles.write(folder.resolve("labels"), LABELS);
    survive(
        CASES,
        List.of(gzip(IMAGES)),
        Mutations.in(scratch(), file -> assertHolds(PIXELS, Idx.read("x", file, labels))));
    survive(
        CASES / 2,
        List.of(IMAGES),
        content -> {
          Mutations.write(scratch(), gzip(content));
          assertEquals(5, Idx.read("x", scratch(), labels).size());
        });
    survive(
        CASES / 2,
        List.of(LABELS),
        content -> {
          Mutations.write(scratch(), gzip(content));
          assertEquals(5, Idx.read("x", images, scratch()).size());
        });
  }

  private static byte[] batch(int seed) {
    byte[] record = DataFiles.random(3073, seed);
    record[0] = (byte) (seed % 10);
    return record;
  }

  private static final byte[] NAMES =
      "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n".getBytes(StandardCharsets.UTF_8);

  private static final byte[] TAR =
      tar(
          tarEntry("batches.meta.txt", '0', NAMES),
          tarEntry("x/test_batch.bin", '0', batch(1)),
          tarEntry("x/data_batch_1.bin", '0', batch(2)));

  @Test
  void cifarArchives() {
    survive(CASES / 2, List.of(TAR), Mutations.in(scratch(), ReaderFuzzTest::readCifar));
    // Within the headers alone, with their checksums made right.
    byte[][] parts = {
      tarEntry("batches.meta.txt", '0', NAMES),
      tarEntry("x/test_batch.bin", '0', batch(1)),
      tarEntry("x/data_batch_1.bin", '0', batch(2))
    };
    List<byte[]> headers = Arrays.stream(parts).map(part -> Arrays.copyOf(part, 512)).toList();
    survive(
        CASES / 2,
        headers,
        content -> {
          byte[] header = DataFiles.withTarChecksum(Arrays.copyOf(content, 512));
          byte[] last = Arrays.copyOfRange(parts[2], 512, parts[2].length);
          Mutations.write(scratch(), tar(parts[0], parts[1], header, last));
          readCifar(scratch());
        });
  }

  @Test
  void packedCifarArchives() {
    byte[] packed = gzip(TAR);
    survive(
        CASES / 2,
        List.of(packed),
        Mutations.in(
            scratch(),
            file -> {
              Dataset.Split split = Cifar.read(file);
              assertEquals(1, split.test().label(0));
              assertEquals(2, split.train().label(0));
            }));
    survive(
        CASES / 2,
        List.of(TAR),
        content -> {
          Mutations.write(scratch(), gzip(content));
          readCifar(scratch());
        });
  }

  private static void readCifar(Path file) {
    Dataset.Split split = Cifar.read(file);
    assertTrue(split.train().size() >= 1 && split.train().size() <= 3);
    assertTrue(split.test().size() >= 1 && split.test().size() <= 3);
    assertEquals(10, split.train().numClasses());
  }

  @Test
  void cifarFolders() {
    Path parts = folder.resolve("parts");
    DataFiles.write(parts.resolve("test_batch.bin"), batch(3));
    DataFiles.write(parts.resolve("data_batch_1.bin"), batch(3));
    Path names = DataFiles.write(parts.resolve("batches.meta.txt"), NAMES);
    survive(CASES / 2, List.of(NAMES), Mutations.in(names, file -> readCifar(parts)));
    DataFiles.write(names, NAMES);
    survive(
        CASES / 2,
        List.of(concat(batch(1), batch(2)), batch(3)),
        Mutations.in(parts.resolve("data_batch_1.bin"), file -> readCifar(parts)));
  }

  @Test
  void csv() {
    List<byte[]> samples =
        List.of(
            "x,y,\"l\"\n1,2.5,b\n-.5e1,3.,\"a,\"\"\"\r\n0,1E-3,b\n7,8,c\n"
                .getBytes(StandardCharsets.UTF_8),
            "\ufeffgrün,label\n1e38,1\n-0,2\n0x1,3\n".getBytes(StandardCharsets.UTF_8));
    survive(CASES, samples, Mutations.in(scratch(), file -> assertFinite(Csv.read(file))));
  }

  @Test
  void csvWithOptions() {
    List<byte[]> samples =
        List.of(
            "39;\"a;\";m;<=50K\n?;b;f;>50K\n1e3;c;m;>50K\n-.5;?;f;<=50K\n"
                .getBytes(StandardCharsets.UTF_8),
            "1\t2\ta\n3\t?\tb\n5\t6\ta\n".getBytes(StandardCharsets.UTF_8));
    CsvOptions options = Csv.options().header(false).oneHot();
    Mutations.FileReader dropping = file -> assertFinite(options.drop("?").read(file));
    Mutations.FileReader filling = file -> assertFinite(options.fill(-1, "?").read(file));
    survive(CASES / 4, samples, Mutations.in(scratch(), dropping));
    survive(CASES / 4, samples, Mutations.in(scratch(), filling));
    List<byte[]> packed = samples.stream().map(DataFiles::gzip).toList();
    survive(CASES / 4, packed, Mutations.in(scratch(), dropping));
  }

  /// A table for regression, and what is fitted on it.
  @Test
  void csvWithTargets() {
    List<byte[]> samples =
        List.of(
            "39;\"a;\";m;12.5\n?;b;f;-1e3\n1e3;c;m;0\n-.5;?;f;7\n"
                .getBytes(StandardCharsets.UTF_8));
    CsvOptions options = Csv.options().header(false).target("-1").categorical().missing("?");
    Mutations.FileReader fitting =
        file -> {
          Dataset table = options.read(file);
          for (float target : table.targets().toFloats()) {
            assertTrue(Float.isFinite(target), "target " + target);
          }
          assertFinite(
              Preprocessing.fit(table, Imputer::median, OneHotEncoder::fit, StandardScaler::fit)
                  .apply(table));
        };
    survive(CASES / 4, samples, Mutations.in(scratch(), fitting));
  }

  private static void assertFinite(Dataset set) {
    float[] row = new float[set.elements()];
    for (int i = 0; i < set.size(); i++) {
      set.read(i, row, 0);
      for (float value : row) {
        assertTrue(Float.isFinite(value), "value " + value);
      }
    }
  }

  private static final byte[] ARCHIVE =
      zip(
          DataFiles.files(
              "t/a/1.png",
              DataFiles.dot(1),
              "t/b/2.png",
              DataFiles.dot(2),
              "t/b/3.png",
              DataFiles.dot(3)));

  @Test
  void archivesOfImages() {
    survive(
        CASES,
        List.of(ARCHIVE),
        Mutations.in(
            scratch(),
            file -> {
              // No image may be lost, and none may change.
              Dataset set = ImageFolder.read(file);
              assertEquals(3, set.size());
              for (int i = 0; i < set.size(); i++) {
                int value = DataFiles.bytes(set, i)[0];
                assertTrue(value >= 1 && value <= 3, "pixel " + value);
              }
            }));
  }

  @Test
  void archivesReadOnDemand() {
    survive(
        CASES,
        List.of(ARCHIVE),
        Mutations.in(
            scratch(),
            file -> {
              Dataset set = ImageFolder.lazy(file, 9, 40);
              for (int k = 0; k < 2 * set.size(); k++) {
                int value = DataFiles.bytes(set, k % set.size())[0];
                assertTrue(value >= 1 && value <= 3, "pixel " + value);
              }
            }));
  }

  private void surviveImages(
      int cases, List<byte[]> samples, UnaryOperator<byte[]> repair, Mutations.Reader check) {
    Path tree = folder.resolve("tree");
    DataFiles.write(tree.resolve("b/1.png"), png(9, 7, 3));
    Path image = DataFiles.write(tree.resolve("a/1.jpg"), png(9, 7, 3));
    survive(
        cases,
        samples,
        MOST_IMAGE_BYTES,
        content -> {
          Mutations.write(image, repair.apply(content));
          Dataset set = ImageFolder.read(tree);
          assertEquals(2, set.size());
          assertArrayEquals(new int[] {9, 7, 3}, set.shape());
          check.read(content);
        });
  }

  @Test
  void jpegs() {
    List<byte[]> samples =
        PillowTest.cases().entrySet().stream()
            .filter(c -> c.getKey().matches("jpeg/(ycc|grey|cmyk|scans).*-7x9"))
            .map(c -> c.getValue().file())
            .collect(Collectors.toCollection(ArrayList::new));
    samples.addAll(List.of(jpeg(9, 7, 3), jpeg(9, 7, 1)));
    surviveImages(CASES, samples, content -> content, content -> {});
  }

  @Test
  void pngs() throws IOException {
    byte[] one = png(9, 7, 3);
    byte[] grey = png(9, 7, 1);
    try (ImageDecoder decoder = new ImageDecoder()) {
      byte[] pixels = decoder.decode("one", one, (size, bytes) -> {}).pixels();
      byte[] greyPixels = decoder.decode("grey", grey, (size, bytes) -> {}).pixels();
      surviveImages(
          CASES / 2,
          List.of(one, grey),
          content -> content,
          content -> {
            ImageDecoder.Image image = decoder.decode("m", content, (size, bytes) -> {});
            assertArrayEquals(image.channels() == 3 ? pixels : greyPixels, image.pixels());
          });
    }
    surviveImages(CASES / 2, List.of(one, grey), ReaderFuzzTest::withChecksums, content -> {});
  }

  /// The file with right checksums of its PNG chunks, as far as their lengths lead.
  private static byte[] withChecksums(byte[] png) {
    byte[] right = png.clone();
    ByteBuffer file = ByteBuffer.wrap(right);
    CRC32 crc = new CRC32();
    int at = 8;
    while (at <= right.length - 12) {
      int length = file.getInt(at);
      if (length < 0 || length > right.length - 12 - at) {
        return right;
      }
      crc.reset();
      crc.update(right, at + 4, length + 4);
      file.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
    return right;
  }
}
