package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.concat;
import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.idxImages;
import static dev.tutti.nn.data.read.DataFiles.idxLabels;
import static dev.tutti.nn.data.read.DataFiles.random;
import static dev.tutti.nn.data.read.DataFiles.withHeader;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final byte[] PIXELS = random(5 * 3 * 4, 1);
  private static final byte[] IMAGES = idxImages(5, 3, 4, PIXELS);
  private static final byte[] LABELS =
      idxLabels(5, (byte) 2, (byte) 0, (byte) 1, (byte) 2, (byte) 0);

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void write5Images() {
    images = write(folder.resolve("images"), IMAGES);
    labels = write(folder.resolve("labels"), LABELS);
  }

  private void assertRefused(String line, byte[] imageFile, byte[] labelFile) {
    write(images, imageFile);
    write(labels, labelFile);
    assertError(folder + "/" + line, () -> Idx.read("x", images, labels));
  }

  private static void assertIs5Images(Dataset set) {
    assertEquals(5, set.size());
    assertArrayEquals(new int[] {3, 4, 1}, set.shape());
    assertArrayEquals(new int[] {2, 0, 1, 2, 0}, set.labels());
    for (int i = 0; i < 5; i++) {
      int[] expected = new int[12];
      for (int k = 0; k < 12; k++) {
        expected[k] = PIXELS[12 * i + k] & 0xff;
      }
      assertArrayEquals(expected, DataFiles.bytes(set, i));
    }
  }

  @Test
  void readsPlainAndPackedFiles() {
    assertIs5Images(Idx.read("x", images, labels));
    write(images, gzip(IMAGES));
    assertIs5Images(Idx.read("x", images, labels));
    write(labels, gzip(LABELS));
    assertIs5Images(Idx.read("x", images, labels, List.of("a", "b", "c", "d")));
    assertEquals(List.of("0", "1", "2"), Idx.read("x", images, labels).classes());
  }

  @Test
  void readsGzipWithEveryHeaderFieldAndSeveralMembers() {
    byte[] packed = gzip(Arrays.copyOf(IMAGES, 30));
    byte[] header = Arrays.copyOf(packed, 10);
    header[3] = 2 | 4 | 8 | 16;
    byte[] extra = {3, 0, 7, 7, 7, 'n', 'a', 0, 'c', 0, 9, 9};
    byte[] first = concat(header, extra, Arrays.copyOfRange(packed, 10, packed.length));
    byte[] second = gzip(Arrays.copyOfRange(IMAGES, 30, IMAGES.length));
    write(images, concat(first, second, new byte[20]));
    assertIs5Images(Idx.read("x", images, labels));
  }

  @Test
  void readsImagesLargerThanABuffer() {
    byte[] pixels = random(300 * 500, 3);
    write(images, gzip(idxImages(1, 300, 500, pixels)));
    write(labels, idxLabels(1, (byte) 0));
    int[] read = DataFiles.bytes(Idx.read("x", images, labels), 0);
    for (int k = 0; k < pixels.length; k++) {
      assertEquals(pixels[k] & 0xff, read[k]);
    }
  }

  @Test
  void findsTheFourFilesOfAFolder() {
    write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(IMAGES));
    write(folder.resolve("train-labels.idx1-ubyte"), LABELS);
    String line = folder + ": holds no t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz";
    assertError(line, () -> Idx.folder(folder, "x"));
    assertError(line, () -> Idx.testPart(folder, "x"));
    write(folder.resolve("t10k-images-idx3-ubyte"), idxImages(1, 3, 4, new byte[12]));
    write(folder.resolve("t10k-labels-idx1-ubyte.gz"), gzip(idxLabels(1, (byte) 1)));
    Dataset.Split split = Idx.folder(folder, "x");
    assertIs5Images(split.train());
    assertEquals(1, split.test().size());
    assertEquals(3, split.test().numClasses());
    assertEquals(2, Idx.testPart(folder, "x").numClasses());
    assertEquals("Ankle boot", Idx.testPart(folder, "fashion-mnist").classes().get(9));
    write(folder.resolve("t10k-images-idx3-ubyte"), idxImages(1, 4, 3, new byte[12]));
    assertError(
        folder + ": train images of 3×4, test images of 4×3", () -> Idx.folder(folder, "x"));
    write(folder.resolve("t10k-labels-idx1-ubyte.gz"), idxLabels(1, (byte) 3));
    assertError(
        folder
            + "/t10k-labels-idx1-ubyte.gz: label 3 of example 0; with 3 classes it must be in 0..2",
        () -> Idx.folder(folder, "x"));
  }

  @Test
  void refusesWhatIsNoFileOrFolder() {
    Path missing = folder.resolve("missing");
    assertError(missing + ": no such file", () -> Idx.read("x", missing, labels));
    assertError(missing + ": no such folder", () -> Idx.folder(missing, "x"));
    assertError(folder + ": is a folder, a file was expected", () -> Idx.read("x", folder, labels));
    assertError(images + ": is a file, a folder was expected", () -> Idx.folder(images, "x"));
    write(images, new byte[0]);
    assertError(images + ": is empty (0 bytes)", () -> Idx.read("x", images, labels));
  }

  @Test
  void refusesFilesThatMayNotBeRead() {
    assertTrue(images.toFile().setReadable(false));
    assumeFalse(Files.isReadable(images), "this user may read everything");
    assertError(
        images + ": may not be read (permission denied)", () -> Idx.read("x", images, labels));
  }

  @Test
  void refusesFilesThatEndEarly() {
    String promise = "images: header promises 5 images of 3×4 (60 bytes), the file ends after ";
    for (int length : new int[] {16, 17, 28, 75}) {
      byte[] cut = Arrays.copyOf(IMAGES, length);
      assertRefused(promise + (length - 16), cut, LABELS);
      assertRefused(promise + (length - 16), gzip(cut), LABELS);
    }
    assertRefused(
        "images: ends after 15 bytes, within the 16-byte header of IDX images",
        Arrays.copyOf(IMAGES, 15),
        LABELS);
    assertRefused(
        "images: ends after 1 byte, within the 16-byte header of IDX images",
        Arrays.copyOf(IMAGES, 1),
        LABELS);
    assertRefused(
        "labels: header promises 5 labels, the file ends after 4",
        IMAGES,
        Arrays.copyOf(LABELS, 12));
    assertRefused(
        "labels: header promises 5 labels, the file ends after 4",
        IMAGES,
        gzip(Arrays.copyOf(LABELS, 12)));
    assertRefused(
        "labels: ends after 7 bytes, within the 8-byte header of IDX labels",
        IMAGES,
        Arrays.copyOf(LABELS, 7));
  }

  @Test
  void refusesGzipThatIsCutOffOrDamaged() {
    byte[] packed = stored(IMAGES); // 15 bytes of headers, then IMAGES as they are
    byte[] half = Arrays.copyOf(packed, 15 + 16 + 24);
    assertRefused(
        "images: header promises 5 images of 3×4 (60 bytes), the file ends after 24", half, LABELS);
    String cutOff = "images: the gzip data is cut off";
    assertRefused(cutOff, Arrays.copyOf(packed, packed.length - 1), LABELS);
    assertRefused(cutOff, Arrays.copyOf(packed, packed.length - 8), LABELS);
    assertRefused(cutOff, Arrays.copyOf(packed, 5), LABELS);
    byte[] crc = packed.clone();
    crc[15 + 16] ^= 1;
    String message = firstLine(crc);
    assertTrue(message.startsWith(images + ": damaged gzip data: checksum "), message);
    byte[] size = packed.clone();
    size[packed.length - 4] ^= 1;
    assertRefused("images: damaged gzip data: length 76, 77 expected", size, LABELS);
    byte[] block = packed.clone();
    block[10] = 7;
    assertRefused("images: damaged gzip data: invalid block type", block, LABELS);
    byte[] method = packed.clone();
    method[2] = 9;
    assertRefused("images: gzip method 9, only 8 (deflate) exists", method, LABELS);
    byte[] flags = packed.clone();
    flags[3] = 64;
    assertRefused("images: gzip header with unknown flags 64", flags, LABELS);
    assertRefused(
        "images: more bytes after the end of the gzip data",
        concat(packed, new byte[] {0, 0, 5}),
        LABELS);
  }

  /// A gzip file of one stored, that is unpacked, block.
  private static byte[] stored(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.NO_COMPRESSION, true);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] block = new byte[bytes.length + 5];
    assertEquals(block.length, deflater.deflate(block));
    deflater.end();
    byte[] packed = gzip(bytes);
    return concat(
        Arrays.copyOf(packed, 10),
        block,
        Arrays.copyOfRange(packed, packed.length - 8, packed.length));
  }

  private String firstLine(byte[] imageFile) {
    write(images, imageFile);
    try {
      Idx.read("x", images, labels);
      return "nothing was thrown";
    } catch (DataError e) {
      return e.getMessage();
    }
  }

  @Test
  void refusesTrailingBytes() {
    String line = "images: header promises 5 images of 3×4 (60 bytes), the file goes on after them";
    byte[] longer = concat(IMAGES, new byte[1]);
    assertRefused(line, longer, LABELS);
    assertRefused(line, gzip(longer), LABELS);
    assertRefused(line, concat(gzip(IMAGES), gzip(new byte[1])), LABELS);
    assertRefused(
        "labels: header promises 5 labels, the file goes on after them",
        IMAGES,
        concat(LABELS, new byte[1]));
  }

  @Test
  void refusesOtherMagicNumbers() {
    assertRefused(
        "images: starts with 0x00000801 (IDX labels); a file of IDX images starts with 0x00000803",
        LABELS,
        LABELS);
    assertRefused(
        "labels: starts with 0x00000803 (IDX images); a file of IDX labels starts with 0x00000801",
        IMAGES,
        IMAGES);
    assertRefused(
        "images: starts with 0x89504e47; a file of IDX images starts with 0x00000803",
        withHeader(new int[] {0x89504e47}, new byte[0]),
        LABELS);
  }

  @Test
  void refusesLyingHeadersBeforeAllocating() {
    assertRefused(
        "images: header promises 4294967295 images of 3×4 (51539607540 bytes),"
            + " the file ends after 60",
        idxImages(-1, 3, 4, PIXELS),
        LABELS);
    assertRefused(
        "images: header promises 4294967295 images of 3×4 (51539607540 bytes),"
            + " more than a gzip file of its size can hold",
        gzip(idxImages(-1, 3, 4, PIXELS)),
        LABELS);
    assertRefused(
        "images: header promises images of 65536×65536; at most 134217728 pixels are read",
        idxImages(5, 1 << 16, 1 << 16, PIXELS),
        LABELS);
    assertRefused(
        "images: header promises images of 4294967295×4294967295; at most 134217728 pixels are read",
        idxImages(5, -1, -1, PIXELS),
        LABELS);
    assertRefused(
        "images: header promises 0 images of 3×4; nothing is there to read",
        idxImages(0, 3, 4, new byte[0]),
        LABELS);
    assertRefused(
        "images: header promises 5 images of 0×4; nothing is there to read",
        idxImages(5, 0, 4, new byte[0]),
        LABELS);
    assertRefused(
        "labels: header promises 4294967295 labels, the file ends after 5",
        IMAGES,
        withHeader(new int[] {0x801, -1}, new byte[5]));
    assertRefused(
        "labels: header promises 4294967295 labels, more than a gzip file of its size can hold",
        IMAGES,
        gzip(withHeader(new int[] {0x801, -1}, new byte[5])));
    assertRefused(
        "labels: header promises 0 labels; nothing is there to read", IMAGES, idxLabels(0));
  }

  @Test
  void aBombIsReadNoFurtherThanItsHeaderPromises() {
    // 64 MB of zeros in 64 kB: the reader must stop one byte after the 60 that are promised.
    byte[] bomb = gzip(concat(IMAGES, new byte[1 << 26]));
    assertRefused(
        "images: header promises 5 images of 3×4 (60 bytes), the file goes on after them",
        bomb,
        LABELS);
  }

  @Test
  void refusesLabelsThatDoNotFit() {
    assertRefused("images: 5 images, but labels holds 4 labels", IMAGES, idxLabels(4, new byte[4]));
    assertError(
        labels + ": label 2 of example 0; with 2 classes it must be in 0..1",
        () -> Idx.read("x", images, write(labels, LABELS), List.of("a", "b")));
  }
}
