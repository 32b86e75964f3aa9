package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.encoded;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged, lying and hostile trees, archives and image files.
class HostileImageFolderTest {
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

  private void assertRefused(String line, Object... pathsAndBytes) {
    Path file = writeZip(files(pathsAndBytes));
    assertError(line, () -> ImageFolder.read(file));
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
            "z.zip: a/120.png: 6×4, but a/000.png is 4×6; all images must have one size, or"
                + " be read with one (ImageFolder.size, --size)",
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
        "z.zip: holds no class folders with JPEG or PNG files (1 image outside them, 1 other file)",
        "1.png",
        dot(1),
        "x.tif",
        new byte[3]);
    assertRefused(
        "z.zip: the class \"x\" of test/ is not in train/",
        "train/a/1.png",
        dot(1),
        "test/x/1.png",
        dot(2));
    Path empty = write(folder.resolve("e/x.txt"), "x").getParent();
    assertError(
        "e: holds no class folders with JPEG or PNG files (0 images outside them, 1 other file)",
        () -> ImageFolder.counts(empty));
    Path text = write(folder.resolve("x.txt"), "hello");
    assertError("x.txt: is neither a folder nor a zip archive", () -> ImageFolder.read(text));
    Path missing = folder.resolve("missing");
    assertError(missing + ": no such file", () -> ImageFolder.read(missing));
    Path none = write(folder.resolve("none.zip"), new byte[0]);
    assertError(none + ": is empty (0 bytes)", () -> ImageFolder.read(none));
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
        "z.zip: a/1.png: is a GIF image; JPEG and PNG are read",
        "a/1.png",
        "GIF89a".getBytes(StandardCharsets.UTF_8));
    assertRefused("z.zip: a/1.png: is neither JPEG nor PNG (empty)", "a/1.png", new byte[0]);
    Path tree = writeFolder(files("a/1.png", new byte[0]));
    assertError("tree/a/1.png: is empty (0 bytes)", () -> ImageFolder.read(tree));
    assertRefused(
        "z.zip: a/2.png: 3×2, but a/1.png is 2×3; all images must have one size, or be read with"
            + " one (ImageFolder.size, --size)",
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
        "z.zip: a/1.png: 100001×100000 pixels; at most 134217728 in all are read",
        "a/1.png",
        image);
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
}
