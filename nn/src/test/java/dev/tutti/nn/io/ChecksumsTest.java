package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files in which something has changed since they were written.
class ChecksumsTest {
  private static final String KEY = "\"tutti.crc32c\":\"";

  @TempDir Path folder;

  /// What a small training state holds: all element types, an empty tensor, a scalar.
  private static Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("network", (Layer) Linear.init(Key.of(1), 3, 2));
    state.put("key", Key.of(2));
    state.put("sum", Tensor.of(new double[] {1, 2}, 2));
    state.put("none", Tensor.zeros(0, 3));
    state.put("one", Tensor.scalar(1));
    return state;
  }

  private Path checkpoint() {
    Path file = folder.resolve("state.safetensors");
    Checkpoint.write(file, state(), Map.of("epoch", "3", "name", "é \"x\""));
    return file;
  }

  /// Flips each bit of the file in turn: length, header, padding, elements.
  private void flipEveryBit(Path file, Consumer<Path> read) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Path scratch = folder.resolve("scratch");
    for (int i = 0; i < 8 * content.length; i++) {
      byte[] flipped = content.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      Mutations.write(scratch, flipped);
      String where = "bit " + i % 8 + " of byte " + i / 8;
      DataError error = assertThrows(DataError.class, () -> read.accept(scratch), where);
      assertTrue(error.getMessage().startsWith(scratch + ": "), where + ": " + error.getMessage());
      assertEquals(1, error.getMessage().lines().count(), where);
    }
  }

  @Test
  void noFlippedBitOfACheckpointIsReadInSilence() throws IOException {
    flipEveryBit(checkpoint(), Checkpoint::read);
  }

  @Test
  void noFlippedBitOfAModelIsReadInSilence() throws IOException {
    Path file = folder.resolve("model.safetensors");
    new SafeTensors(StateDict.of(Linear.init(Key.of(1), 2, 3)), Map.of("format", "pt")).write(file);
    flipEveryBit(file, SafeTensors::read);
    new SafeTensors(Map.of()).write(file);
    flipEveryBit(file, SafeTensors::read);
  }

  /// Exchanged elements, which no count of bits would show.
  @Test
  void anExchangedPairOfBytesIsFound() throws IOException {
    byte[] content = Files.readAllBytes(checkpoint());
    for (int i = 0; i + 1 < content.length; i++) {
      if (content[i] != content[i + 1]) {
        byte[] exchanged = content.clone();
        exchanged[i] = content[i + 1];
        exchanged[i + 1] = content[i];
        Path scratch = folder.resolve("scratch");
        Mutations.write(scratch, exchanged);
        assertThrows(DataError.class, () -> Checkpoint.read(scratch), "byte " + i);
      }
    }
  }

  @Test
  void oneDamagedTensorIsNamedAndTheOthersAreRead() throws IOException {
    Path file = checkpoint();
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 0x40; // the last element of the last tensor
    Files.write(file, content);
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertTrue(open.hasChecksums());
      String last = List.copyOf(open.names()).getLast();
      String damaged = file + ": tensor \"" + last + "\": is damaged: its checksum is wrong";
      for (String name : open.names()) {
        if (name.equals(last)) {
          assertEquals(
              damaged, assertThrows(DataError.class, () -> open.tensor(name)).getMessage());
        } else {
          Bits.assertSame(StateDict.of(state()).get(name), open.tensor(name), name);
        }
      }
      assertEquals(
          damaged + "; SafeTensors.open reads the others one by one",
          assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
    }
  }

  @Test
  void aDamagedHeaderIsSaidToBe() throws IOException {
    Path file = checkpoint();
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file, text.replace("\"epoch\":\"3\"", "\"epoch\":\"2\""), StandardCharsets.ISO_8859_1);
    assertEquals(
        file
            + ": its header is damaged: the checksum is wrong (if another program has changed the"
            + " file on purpose, remove the texts tutti.checksum and tutti.crc32c from its"
            + " metadata)",
        assertThrows(DataError.class, () -> SafeTensors.open(file)).getMessage());
  }

  /// The checksums of the tensors, with a right one of the header.
  @Test
  void aTextOfTheRightLengthThatIsNotChecksumsIsSaidToBeDamaged() throws IOException {
    Path file = checkpoint();
    byte[] content = Files.readAllBytes(file);
    String sums = sums(content);
    String digits = sums.replace(" ", "");
    for (String other :
        List.of(
            digits + "0".repeat(sums.length() - digits.length()),
            digits + " ".repeat(sums.length() - digits.length()),
            sums.substring(0, 9)
                + sums.substring(9).replace(" ", "  ").substring(0, sums.length() - 9),
            sums.substring(0, 9) + sums.substring(9).replace(" ", "-"),
            sums.substring(0, 9) + "x" + sums.substring(10),
            sums.substring(0, sums.length() - 1) + " ",
            sums.substring(0, 9) + " ".repeat(sums.length() - 9),
            sums.substring(0, sums.length() - 9),
            sums.substring(0, 8))) {
      Path scratch = folder.resolve("scratch");
      Mutations.write(scratch, withSums(content, other));
      String message =
          assertThrows(DataError.class, () -> SafeTensors.open(scratch), other).getMessage();
      assertTrue(message.startsWith(scratch + ": its header is damaged"), message);
    }
    Map<String, String> texts = SafeTensors.read(file).metadata();
    Files.write(file, withSums(content, sums));
    assertEquals(texts, SafeTensors.read(file).metadata());
  }

  /// Those of other programs. A checkpoint is always ours.
  @Test
  void filesWithoutChecksumsAreReadUnlessTheyAreCheckpoints() throws IOException {
    Path file = checkpoint();
    byte[] content = Files.readAllBytes(file);
    Path other = folder.resolve("other.safetensors");
    Files.write(other, without(content));
    try (SafeTensorsFile open = SafeTensors.open(other)) {
      assertFalse(open.hasChecksums());
    }
    Bits.assertSame(SafeTensors.read(file).tensors(), SafeTensors.read(other).tensors());
    assertEquals(SafeTensors.read(file).metadata(), SafeTensors.read(other).metadata());
    assertEquals(
        other
            + ": a checkpoint without checksums (no text tutti.crc32c), damaged or written before"
            + " checkpoints had them",
        assertThrows(DataError.class, () -> Checkpoint.read(other)).getMessage());
  }

  @Test
  void theirNamesAreNoTexts() {
    for (String name : List.of("tutti.checksum", "tutti.crc32c")) {
      assertEquals(
          "safetensors: no text can be called " + name + ", checksums have that name",
          assertThrows(
                  IllegalArgumentException.class, () -> new SafeTensors(Map.of(), Map.of(name, "")))
              .getMessage());
    }
  }

  /// {@return the file as a program without checksums would have written it}
  static byte[] without(byte[] file) {
    int length = (int) length(file);
    String header = new String(file, 8, length, StandardCharsets.UTF_8);
    String bare =
        header.replaceFirst("\"tutti.checksum\":\"crc32c\",\"tutti.crc32c\":\"[^\"]*\",?", "");
    byte[] elements = Arrays.copyOfRange(file, 8 + length, file.length);
    return SafeTensorsTest.bytes(bare.strip(), elements);
  }

  /// {@return the file with the checksum of its header made right, if there is one}
  static byte[] sealed(byte[] file) {
    long length = length(file);
    int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(KEY);
    int place = at + KEY.length();
    if (length < 0 || length > file.length - 8 || at < 0 || place + 8 > 8 + length) {
      return file;
    }
    byte[] start = Arrays.copyOf(file, 8 + (int) length);
    Checksums.seal(start, place);
    byte[] sealed = file.clone();
    System.arraycopy(start, 0, sealed, 0, start.length);
    return sealed;
  }

  /// {@return the text of the checksums}
  static String sums(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    int from = text.indexOf(KEY) + KEY.length();
    return text.substring(from, text.indexOf('"', from));
  }

  /// {@return the file with another text of checksums, that of the header made right in it}
  static byte[] withSums(byte[] file, String sums) {
    int end = 8 + (int) length(file);
    String header = new String(file, 8, end - 8, StandardCharsets.UTF_8);
    String other = header.replace(sums(file), sums).strip();
    return sealed(SafeTensorsTest.bytes(other, Arrays.copyOfRange(file, end, file.length)));
  }

  private static long length(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
