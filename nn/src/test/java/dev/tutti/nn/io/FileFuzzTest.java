package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten thousand damaged files of each format: read or refused with one line, whatever they hold.
/// Half of them are damaged anywhere, half within the header alone, its length or checksum made
/// right again, so that they get past the first checks; of SafeTensors also the text of checksums.
class FileFuzzTest {
  private static final int CASES = Mutations.CASES / 2;
  private static final long MOST_BYTES = 4 << 20;

  @TempDir Path folder;

  private Path scratch() {
    return folder.resolve("scratch");
  }

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("conv1.weight", Tensor.of(new float[] {1, -0f, Float.NaN, 4, 5, 6}, 1, 3, 2));
    tensors.put("steps", Tensor.of(new int[] {7, -1}));
    tensors.put("mean", Tensor.of(new double[] {0.5}, 1));
    return tensors;
  }

  private static void survive(List<byte[]> samples, int leastRead, Mutations.Reader reader) {
    Mutations.Outcome outcome = Mutations.survive(samples, CASES, 1, MOST_BYTES, reader);
    assertTrue(outcome.refused() > CASES / 4, outcome.toString());
    assertTrue(outcome.read() > leastRead, outcome.toString());
  }

  @Test
  void safeTensors() throws IOException {
    new SafeTensors(tensors(), Map.of("format", "pt", "é \"", "\n𝄞")).write(scratch());
    byte[] written = Files.readAllBytes(scratch());
    survive(
        List.of(written, SafeTensorsTypesTest.torch(), ChecksumsTest.without(written)),
        10,
        Mutations.in(scratch(), this::readSafeTensors));
    byte[] header = header(written);
    byte[] elements = Arrays.copyOfRange(written, 8 + header.length, written.length);
    survive(
        List.of(
            header, header(SafeTensorsTypesTest.torch()), header(ChecksumsTest.without(written))),
        10,
        content -> {
          Mutations.write(scratch(), ChecksumsTest.sealed(file(content, elements)));
          readSafeTensors(scratch());
        });
    byte[] sums = ChecksumsTest.sums(written).getBytes(StandardCharsets.ISO_8859_1);
    survive(
        List.of(sums),
        10,
        content -> {
          // Of the right length, to get past the check of that.
          byte[] cut = Arrays.copyOf(content, sums.length);
          Arrays.fill(cut, Math.min(content.length, cut.length), cut.length, (byte) '0');
          String text =
              new String(cut, StandardCharsets.ISO_8859_1).replaceAll("[^ !#-\\[\\]-~]", "-");
          Mutations.write(scratch(), ChecksumsTest.withSums(written, text));
          readSafeTensors(scratch());
        });
  }

  private static byte[] header(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, 8, 8 + length);
  }

  private static byte[] file(byte[] header, byte[] elements) {
    return ByteBuffer.allocate(8 + header.length + elements.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(elements)
        .array();
  }

  /// Every byte after the header belongs to one tensor.
  private void readSafeTensors(Path file) throws IOException {
    Map<String, Tensor> all = SafeTensors.read(file).tensors();
    byte[] content = Files.readAllBytes(file);
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(all.keySet(), open.names());
      long bytes = 0;
      for (String name : open.names()) {
        int width = ElementType.named(open.storedType(name)).bytes();
        bytes += (long) width * open.shape(name).size();
        Bits.assertSame(all.get(name), open.tensor(name), name);
      }
      assertEquals(content.length, 8 + header(content).length + bytes);
    }
  }

  /// What is checkpointed.
  public record State(Layer network, Optimizer.Memory<Layer> memory, Key key) {}

  @Test
  void checkpoints() throws IOException {
    Layer network = Linear.init(Key.of(1), 2, 3);
    State state = new State(network, new Adam().init(network), Key.of(2));
    Checkpoint.write(scratch(), state, Map.of("epoch", "3"));
    byte[] written = Files.readAllBytes(scratch());
    List<String> epochs = List.of("3");
    survive(List.of(written), 1, Mutations.in(scratch(), file -> readCheckpoint(file, state)));
    byte[] header = header(written);
    byte[] elements = Arrays.copyOfRange(written, 8 + header.length, written.length);
    survive(
        List.of(header),
        1,
        content -> {
          Mutations.write(scratch(), ChecksumsTest.sealed(file(content, elements)));
          readCheckpoint(scratch(), state);
        });
  }

  private static void readCheckpoint(Path file, State like) {
    State read = Checkpoint.read(file).into(like);
    assertEquals(like.memory().moments().size(), read.memory().moments().size());
  }

  @Test
  void torchFiles() throws IOException {
    List<String> archives =
        List.of("values.pt", "values-5.pt", "model-no-sums.pt", "lightning.ckpt", "big.pt");
    survive(
        archives.stream().map(TorchSamples::bytes).toList(),
        10,
        Mutations.in(scratch(), FileFuzzTest::readTorch));
    survive(
        archives.stream().map(TorchSamples::pickle).toList(),
        10,
        pickle -> {
          Mutations.write(scratch(), TorchSamples.withPickle("values.pt", pickle));
          readTorch(scratch());
        });
    List<byte[]> old = Stream.of("values-old.pt", "model-old.pt").map(TorchSamples::bytes).toList();
    survive(old, 10, Mutations.in(scratch(), FileFuzzTest::readTorch));
  }

  /// A tensor of a few elements can be made to claim many, all of them one element of its storage.
  private static void readTorch(Path file) {
    try (TorchFile open = TorchFile.open(file)) {
      for (String name : open.names()) {
        if (open.shape(name).size() <= 1 << 10) {
          assertEquals(open.shape(name), open.tensor(name).shape(), name);
        }
      }
      open.unreadable().forEach((name, reason) -> assertFalse(reason.isEmpty(), name));
    }
  }

  @Test
  void npy() throws IOException {
    List<byte[]> samples =
        Stream.concat(NpyTest.saved(), NpyTest.foreign()).map(NpyTest.Written::bytes).toList();
    survive(samples, 10, Mutations.in(scratch(), FileFuzzTest::readNpy));
    List<byte[]> literals =
        samples.stream().map(sample -> Arrays.copyOfRange(sample, 10, 128)).toList();
    byte[] elements = new byte[24];
    Arrays.fill(elements, (byte) 1);
    survive(
        literals,
        1,
        literal -> {
          byte[] content =
              ByteBuffer.allocate(10 + literal.length + elements.length)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .put(samples.getFirst(), 0, 8)
                  .putShort((short) literal.length)
                  .put(literal)
                  .put(elements)
                  .array();
          Mutations.write(scratch(), content);
          readNpy(scratch());
        });
  }

  /// An array that could have been written here has its bytes at the end of the file.
  private static void readNpy(Path file) throws IOException {
    Tensor read = Npy.read(file);
    byte[] content = Files.readAllBytes(file);
    NpyHeader header = NpyHeader.read("it", new ByteArrayInputStream(content));
    if (List.of("<f4", "<f8", "<i4").contains(header.descr()) && !header.fortran()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Elements.write(read, out);
      assertArrayEquals(
          Arrays.copyOfRange(content, header.length(), content.length), out.toByteArray());
    }
  }

  @Test
  void npz() throws IOException {
    Npz.write(scratch(), tensors());
    byte[] stored = Files.readAllBytes(scratch());
    Npz.writeCompressed(scratch(), tensors());
    byte[] deflated = Files.readAllBytes(scratch());
    survive(
        List.of(stored, deflated, NpzTest.stored(), NpzTest.deflated()),
        10,
        Mutations.in(scratch(), FileFuzzTest::readNpz));
    List<byte[]> arrays =
        Stream.concat(NpyTest.saved(), NpyTest.foreign()).map(NpyTest.Written::bytes).toList();
    survive(
        arrays,
        10,
        array -> {
          Mutations.write(
              scratch(), NpzTest.zip(Map.of("a.npy", array, "b.npy", arrays.getFirst())));
          assertEquals(2, readNpz(scratch()).size());
        });
  }

  private static Map<String, Tensor> readNpz(Path file) {
    Map<String, Tensor> read = Npz.read(file);
    read.forEach((name, tensor) -> tensor.cast(DType.FLOAT32).toFloats());
    return read;
  }
}
