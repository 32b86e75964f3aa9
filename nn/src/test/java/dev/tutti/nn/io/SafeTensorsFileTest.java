package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files whose tensors are read one by one.
class SafeTensorsFileTest {
  @TempDir Path folder;

  private Path file() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    tensors.put("b", Tensor.of(new int[] {5}));
    Path file = folder.resolve("two.safetensors");
    new SafeTensors(tensors, Map.of("k", "v")).write(file);
    return file;
  }

  @Test
  void tellsWhatItHoldsAndReadsOne() {
    Tensor kept;
    try (SafeTensorsFile open = SafeTensors.open(file())) {
      assertEquals(List.of("a", "b"), List.copyOf(open.names()));
      assertEquals(Map.of("k", "v"), open.metadata());
      assertEquals(Shape.of(2, 2), open.shape("a"));
      assertEquals(DType.INT32, open.dtype("b"));
      assertEquals("F32", open.storedType("a"));
      kept = open.tensor("b");
      Bits.assertSame(open.tensor("a"), open.tensor("a"), "a");
    }
    assertArrayEquals(new int[] {5}, kept.toInts());
  }

  @Test
  void otherNamesGetOneLine() {
    Path file = file();
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(
          file + ": has no tensor \"c\"",
          assertThrows(DataError.class, () -> open.tensor("c")).getMessage());
    }
  }

  @Test
  void aClosedFileIsNotRead() {
    SafeTensorsFile open = SafeTensors.open(file());
    open.close();
    assertThrows(IllegalStateException.class, () -> open.tensor("a"));
  }

  @Test
  void aFileCanBeReplacedWhileItIsOpen() {
    Path file = file();
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      new SafeTensors(Map.of("a", Tensor.scalar(9))).write(file);
      assertArrayEquals(new float[] {1, 2, 3, 4}, open.tensor("a").toFloats());
    }
    assertEquals(9, SafeTensors.read(file).tensors().get("a").item());
  }

  /// Of a file beyond the reach of int only the last few bytes are read; the others are a hole.
  @Test
  void filesOfManyGigabytesAreRead() throws IOException {
    long elements = 1_500_000_000L;
    String header =
        ("{\"large\":{\"dtype\":\"F32\",\"shape\":[3,500000000],\"data_offsets\":[0,%d]},"
                + "\"last\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}")
            .formatted(4 * elements, 4 * elements, 4 * elements + 2);
    Path file = folder.resolve("large.safetensors");
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > 8 * elements);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      byte[] start = SafeTensorsTest.bytes(header);
      channel.write(ByteBuffer.wrap(start), 0);
      channel.write(ByteBuffer.wrap(new byte[] {7, 8}), start.length + 4 * elements);
    }
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(Shape.of(3, 500_000_000), open.shape("large"));
      assertArrayEquals(new int[] {7, 8}, open.tensor("last").toInts());
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (heap / 4 * 3 < 4 * elements) {
      assertEquals(
          file
              + ": needs 5722 MB of memory, the JVM may use "
              + (heap >> 20)
              + " MB in all; raise that with -Xmx",
          assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
    }
  }

  @Test
  void whatIsNoFileGetsOneLine() {
    Path device = Path.of("/dev/zero");
    assumeTrue(Files.exists(device));
    assertEquals(
        device + ": is not a regular file",
        assertThrows(DataError.class, () -> SafeTensors.open(device)).getMessage());
  }

  /// Behind the mapping, before a byte is read.
  @Test
  void headersThatVanishGetOneLine() throws IOException {
    Path tensors = folder.resolve("a.safetensors");
    new SafeTensors(Map.of("a", Tensor.zeros(100_000))).write(tensors);
    Path array = folder.resolve("a.npy");
    Npy.write(array, Tensor.zeros(100_000));
    Map<Path, Consumer<MappedFile>> readers =
        Map.of(tensors, SafeTensorsFile::of, array, Npy::read);
    for (Path file : readers.keySet()) {
      try (MappedFile mapped = MappedFile.open(file);
          FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
        assertEquals(
            file + ": ends too early; was it changed while it was read?",
            assertThrows(DataError.class, () -> readers.get(file).accept(mapped)).getMessage());
      }
    }
  }

  @Test
  void aFileThatBecomesShorterGetsOneLine() throws IOException {
    Path file = folder.resolve("long.safetensors");
    new SafeTensors(Map.of("a", Tensor.zeros(100_000))).write(file);
    try (SafeTensorsFile open = SafeTensors.open(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(1000);
      assertEquals(
          file + ": ends too early; was it changed while it was read?",
          assertThrows(DataError.class, () -> open.tensor("a")).getMessage());
    }
  }
}
