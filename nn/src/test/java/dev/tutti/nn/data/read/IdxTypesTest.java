package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.idxImages;
import static dev.tutti.nn.data.read.DataFiles.idxLabels;
import static dev.tutti.nn.data.read.DataFiles.random;
import static dev.tutti.nn.data.read.DataFiles.withHeader;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.ShapeError;
import dev.tutti.nn.data.Dataset;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every type of elements that an IDX file may have, and sets whose files differ from MNIST's.
class IdxTypesTest {
  private static final int[] CLASSES = {2, 0, 1, 2, 0};

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void write5Images() {
    images = write(folder.resolve("images"), idxImages(5, 3, 4, random(60, 1)));
    labels = folder.resolve("labels");
  }

  /// Labels of a type, `[N, K]` or, for K = 0, `[N]`; the further columns hold other numbers.
  private static byte[] labels(int type, int columns, int... classes) {
    ByteBuffer data = ByteBuffer.allocate(8 * classes.length * Math.max(1, columns));
    for (int n = 0; n < classes.length; n++) {
      for (int k = 0; k < Math.max(1, columns); k++) {
        int value = k == 0 ? classes[n] : 100 + k;
        switch (type) {
          case 0x08, 0x09 -> data.put((byte) value);
          case 0x0b -> data.putShort((short) value);
          case 0x0c -> data.putInt(value);
          case 0x0d -> data.putFloat(value);
          default -> data.putDouble(value);
        }
      }
    }
    byte[] elements = new byte[data.position()];
    data.flip().get(elements);
    int magic = type << 8 | (columns == 0 ? 1 : 2);
    int[] header =
        columns == 0
            ? new int[] {magic, classes.length}
            : new int[] {magic, classes.length, columns};
    return withHeader(header, elements);
  }

  private Dataset read(byte[] labelFile) {
    write(labels, labelFile);
    return Idx.read("x", images, labels);
  }

  private void assertRefused(String line, byte[] labelFile) {
    assertError(labels + ": " + line, () -> read(labelFile));
  }

  @Test
  void labelsOfEveryTypeOfWholeNumbersAreRead() {
    for (int type : new int[] {0x08, 0x09, 0x0b, 0x0c}) {
      for (int columns : new int[] {0, 1, 2, 8, 1000}) {
        byte[] file = labels(type, columns, CLASSES);
        assertArrayEquals(CLASSES, read(file).labels());
        assertArrayEquals(CLASSES, read(gzip(file)).labels());
      }
    }
    int[] many = new int[70_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = i % 300;
    }
    write(labels, labels(0x0c, 8, many));
    assertArrayEquals(many, IdxLabels.read(labels));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0d, 0, 0x00000d01 (IDX of float32 in 1 dimension)",
    "0x0d, 8, 0x00000d02 (IDX of float32 in 2 dimensions)",
    "0x0e, 0, 0x00000e01 (IDX of float64 in 1 dimension)",
    "0x0e, 3, 0x00000e02 (IDX of float64 in 2 dimensions)",
    "0x0a, 0, 0x00000a01",
    "0x0f, 1, 0x00000f02"
  })
  void otherLabelsAreRefusedWithTheirType(String type, int columns, String found) {
    assertRefused(
        "starts with " + found + "; a file of IDX labels starts with 0x00000801",
        labels(Integer.decode(type), columns, CLASSES));
  }

  @ParameterizedTest
  @CsvSource({
    "0x00000903, IDX of int8 in 3 dimensions",
    "0x00000b03, IDX of int16 in 3 dimensions",
    "0x00000c03, IDX of int32 in 3 dimensions",
    "0x00000d03, IDX of float32 in 3 dimensions",
    "0x00000e03, IDX of float64 in 3 dimensions",
    "0x00000804, IDX of uint8 in 4 dimensions",
    "0x00000802, IDX of uint8 in 2 dimensions",
    "0x00000c02, IDX of int32 in 2 dimensions"
  })
  void otherImagesAreRefusedWithTheirType(String magic, String found) {
    write(labels, labels(0x08, 0, CLASSES));
    write(images, withHeader(new int[] {Integer.decode(magic), 5, 3, 4}, new byte[480]));
    assertError(
        "%s: starts with %s (%s); a file of IDX images starts with 0x00000803"
            .formatted(images, magic, found),
        () -> Idx.read("x", images, labels));
  }

  @Test
  void labelsThatAreNoClassAreRefused() {
    String rest = "; with at most 65536 classes it must be in 0..65535";
    assertRefused("label -1 of example 1" + rest, labels(0x0c, 8, 0, -1, 1, 1, 1));
    assertRefused("label -1 of example 4" + rest, labels(0x09, 0, 0, 1, 1, 1, -1));
    assertRefused("label 65536 of example 0" + rest, labels(0x0c, 2, 65536, 0, 0, 0, 0));
    assertRefused(
        "label 2147483647 of example 0" + rest, labels(0x0c, 0, Integer.MAX_VALUE, 0, 0, 0, 0));
  }

  @Test
  void headersThatPromiseOtherLengthsAreRefused() {
    byte[] some = new byte[40];
    String promise = "header promises 5 labels of 8 int32 (160 bytes), the file ";
    assertRefused(promise + "ends after 40", withHeader(new int[] {0xc02, 5, 8}, some));
    assertRefused(promise + "ends after 40", gzip(withHeader(new int[] {0xc02, 5, 8}, some)));
    assertRefused(
        promise + "goes on after them", gzip(withHeader(new int[] {0xc02, 5, 8}, new byte[161])));
    assertRefused(
        "header promises labels of 4294967295 int32; at most 65536 bytes a label are read",
        withHeader(new int[] {0xc02, -1, -1}, some));
    assertRefused(
        "header promises 4294967295 labels of 16384 int32 (281474976645120 bytes), the file ends"
            + " after 40",
        withHeader(new int[] {0xc02, -1, 16384}, some));
    assertRefused(
        "header promises 0 labels; nothing is there to read",
        withHeader(new int[] {0xc02, 5, 0}, new byte[0]));
    assertRefused(
        "ends after 11 bytes, within the 12-byte header of IDX labels",
        Arrays.copyOf(withHeader(new int[] {0xc02, 5, 8}, new byte[0]), 11));
  }

  @Test
  void filesCalledByTheirSetAreFound() {
    byte[] labelFile = gzip(labels(0x0c, 8, CLASSES));
    byte[] imageFile = gzip(idxImages(5, 3, 4, random(60, 1)));
    for (String part : List.of("train", "test")) {
      write(folder.resolve("qmnist-" + part + "-images-idx3-ubyte.gz"), imageFile);
      write(folder.resolve("qmnist-" + part + "-labels-idx2-int.gz"), labelFile);
      write(folder.resolve("emnist-letters-" + part + "-images-idx3-ubyte.gz"), imageFile);
      write(
          folder.resolve("emnist-letters-" + part + "-labels-idx1-ubyte"),
          idxLabels(5, new byte[5]));
    }
    Dataset.Split split = Idx.folder(folder, "qmnist");
    assertArrayEquals(CLASSES, split.train().labels());
    assertArrayEquals(CLASSES, split.test().labels());
    assertArrayEquals(new int[5], Idx.folder(folder, "emnist-letters").test().labels());
    assertError(
        folder + ": holds no train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
        () -> Idx.folder(folder, "mnist"));
    write(folder.resolve("t10k-images-idx3-ubyte"), imageFile);
    assertError(
        folder + ": holds images called t10k-… and qmnist-test-…; which of them are meant?",
        () -> Idx.testPart(folder, "qmnist"));
    // A part's labels are those of its own name.
    assertError(
        folder + ": holds no t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz",
        () -> Idx.testPart(folder, "mnist"));
  }

  @Test
  void imagesAreTransposed() {
    Dataset set = read(labels(0x08, 0, CLASSES));
    Dataset transposed = set.transposed();
    assertArrayEquals(new int[] {4, 3, 1}, transposed.shape());
    int[] subset = {3, 1};
    for (int i = 0; i < 2; i++) {
      int[] from = DataFiles.bytes(set, subset[i]);
      int[] to = DataFiles.bytes(transposed.select(subset), i);
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          assertEquals(from[4 * y + x], to[3 * x + y]);
        }
      }
      assertArrayEquals(from, DataFiles.bytes(transposed.transposed(), subset[i]));
    }
    Dataset colours =
        Dataset.ofImages("c", 1, 2, 3, new byte[][] {{1, 2, 3, 4, 5, 6}}, new int[1], List.of("a"));
    assertArrayEquals(new int[] {2, 1, 3}, colours.transposed().shape());
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, DataFiles.bytes(colours.transposed(), 0));
    Dataset table = Dataset.ofTable("t", new float[][] {{1}}, new int[1], List.of("a"));
    assertEquals(
        "transposed: t holds no images, but t: 1 × [1], 1 classes",
        assertThrows(ShapeError.class, table::transposed).getMessage());
  }
}
