package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  /// np.savez(file, a=np.arange(3, dtype='<i8'), w=np.array([[1.5]], '<f4'))
  private static final String STORED =
      """
      UEsDBC0AAAAAAAAAIQD3QBLq//////////8FABQAYS5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7
      J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAg
      ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAAABAAAAAAAA
      AAIAAAAAAAAAUEsDBC0AAAAAAAAAIQD5PGwT//////////8FABQAdy5ucHkBABAAhAAAAAAAAACEAAAAAAAAAJNO
      VU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCAxKSwg
      fSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAADAP1BL
      AQItAy0AAAAAAAAAIQD3QBLqmAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQItAy0AAAAAAAAAIQD5
      PGwThAAAAIQAAAAFAAAAAAAAAAAAAACAAc8AAAB3Lm5weVBLBQYAAAAAAgACAGYAAACKAQAAAAA=
      """;

  /// The same by np.savez_compressed.
  private static final String DEFLATED =
      """
      UEsDBC0AAAAIAAAAIQD3QBLq//////////8FABQAYS5ucHkBABAAmAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQ
      rZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GKGCE0kxQGgBQ
      SwMELQAAAAgAAAAhAPk8bBP//////////wUAFAB3Lm5weQEAEACEAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCt
      npJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKhpo6CrUKZAMuBoYD9gBQSwEC
      LQMtAAAACAAAACEA90AS6kwAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5ucHlQSwECLQMtAAAACAAAACEA+Txs
      E0oAAACEAAAABQAAAAAAAAAAAAAAgAGDAAAAdy5ucHlQSwUGAAAAAAIAAgBmAAAABAEAAAAA
      """;

  @TempDir Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("arrays.npz"), content);
  }

  static byte[] stored() {
    return Base64.getMimeDecoder().decode(STORED);
  }

  static byte[] deflated() {
    return Base64.getMimeDecoder().decode(DEFLATED);
  }

  @Test
  void whatNumPyWritesIsRead() throws IOException {
    for (byte[] content : List.of(stored(), deflated())) {
      Map<String, Tensor> arrays = Npz.read(file(content));
      assertEquals(List.of("a", "w"), List.copyOf(arrays.keySet()));
      assertArrayEquals(new int[] {0, 1, 2}, arrays.get("a").toInts());
      Bits.assertSame(Tensor.of(new float[] {1.5f}, 1, 1), arrays.get("w"), "w");
    }
  }

  private static Map<String, Tensor> arrays() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("conv1.weight", Tensor.arange(60).reshape(3, 4, 5).cast(DType.FLOAT32).mul(0.1));
    arrays.put("a/é", Tensor.of(new int[] {Integer.MIN_VALUE, 7}));
    arrays.put("", Tensor.full(DType.FLOAT64, -0.0, Shape.of(2, 1)));
    arrays.put("zeros", Tensor.zeros(300, 300));
    return arrays;
  }

  @Test
  void bothKindsRoundTrip() throws IOException {
    Path stored = folder.resolve("stored.npz");
    Path deflated = folder.resolve("deflated.npz");
    Npz.write(stored, arrays());
    Npz.writeCompressed(deflated, arrays());
    assertTrue(Files.size(stored) > 360_000);
    assertTrue(Files.size(deflated) < 2_000);
    for (Path file : List.of(stored, deflated)) {
      Map<String, Tensor> read = Npz.read(file);
      assertEquals(List.copyOf(arrays().keySet()), List.copyOf(read.keySet()));
      Bits.assertSame(arrays(), read);
    }
  }

  @Test
  void equalArraysAreEqualBytes() throws IOException {
    Npz.write(folder.resolve("one.npz"), arrays());
    Npz.write(folder.resolve("two.npz"), arrays());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one.npz")),
        Files.readAllBytes(folder.resolve("two.npz")));
  }

  @Test
  void namesThatNoArchiveHoldsGetOneLine() throws IOException {
    Path file = folder.resolve("long.npz");
    String most = "é".repeat(65_476 / 2);
    Npz.write(file, Map.of(most, Tensor.ones(2)));
    assertEquals(List.of(most), List.copyOf(Npz.read(file).keySet()));
    byte[] before = Files.readAllBytes(file);
    for (String name : List.of(most + "a", "a".repeat(80_000))) {
      int bytes = name.getBytes(StandardCharsets.UTF_8).length;
      assertEquals(
          file
              + ": array \"%s…\" has a name of %d bytes, a zip archive takes at most 65476"
                  .formatted(name.substring(0, 40), bytes),
          assertThrows(DataError.class, () -> Npz.write(file, Map.of(name, Tensor.ones(2))))
              .getMessage());
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  private String errorOf(byte[] content) throws IOException {
    Path file = file(content);
    String message = assertThrows(DataError.class, () -> Npz.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring(file.toString().length() + 2);
  }

  /// An archive of entries, deflated.
  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] npy(String shape, int elements) {
    return NpyTest.bytes(
        "934e554d505901007600",
        "{'descr': '<i4', 'fortran_order': False, 'shape': %s}".formatted(shape),
        "00000000".repeat(elements));
  }

  @Test
  void otherFilesGetOneLine() throws IOException {
    assertEquals(
        "is a NumPy array (.npy), not an archive of NumPy arrays (.npz); Npy.read reads it",
        errorOf(npy("(1,)", 1)));
    assertEquals(
        "\"readme.txt\": is not a .npy file", errorOf(zip(Map.of("readme.txt", new byte[2]))));
    assertEquals(
        "\"a.npy\": does not begin as a .npy file does, with \\x93NUMPY",
        errorOf(zip(Map.of("a.npy", new byte[20]))));
    assertEquals(
        "\"a.npy\": <i4 of [2] has 8 bytes, 4 come after the header",
        errorOf(zip(Map.of("a.npy", npy("(2,)", 1)))));
    assertEquals(
        "\"a.npy\": <i4 of [500000000] has 2000000000 bytes, 0 come after the header",
        errorOf(zip(Map.of("a.npy", npy("(500000000,)", 0)))));
    Path none = folder.resolve("none.npz");
    assertEquals(
        none + ": no such file", assertThrows(DataError.class, () -> Npz.read(none)).getMessage());
  }

  @Test
  void emptyArchivesAreRead() throws IOException {
    assertEquals(Map.of(), Npz.read(file(zip(Map.of()))));
  }

  /// The archive's own checksums: a stored element changes without any other sign.
  @Test
  void damageIsFoundByTheChecksum() throws IOException {
    byte[] content = stored();
    int at = new String(content, StandardCharsets.ISO_8859_1).indexOf("\0\0\300\077");
    content[at + 2]++;
    assertEquals(
        "\"w.npy\": is damaged: its checksum is wrong; Npz.open reads the others one by one",
        errorOf(content));
  }

  @Test
  void twoEntriesOfOneNameAreRefused() throws IOException {
    byte[] content = zip(Map.of("a.npy", npy("(1,)", 1), "b.npy", npy("(1,)", 1)));
    String text = new String(content, StandardCharsets.ISO_8859_1).replace("b.npy", "a.npy");
    assertEquals(
        "holds two entries called \"a.npy\"", errorOf(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /// An archive whose directory promises a gigabyte that does not come allocates no gigabyte.
  @Test
  void sizesThatLieAllocateLittle() throws IOException {
    byte[] content = zip(Map.of("a.npy", npy("(250000000,)", 1_000)));
    int size = 128 + 4_000;
    for (int i = 0; i + 4 <= content.length; i++) {
      int here =
          content[i] & 0xff
              | (content[i + 1] & 0xff) << 8
              | (content[i + 2] & 0xff) << 16
              | (content[i + 3] & 0xff) << 24;
      if (here == size) {
        int lie = 128 + 1_000_000_000;
        for (int b = 0; b < 4; b++) {
          content[i + b] = (byte) (lie >> 8 * b);
        }
      }
    }
    long before = Mutations.allocated();
    assertEquals("\"a.npy\": ends too early", errorOf(content));
    assertTrue(Mutations.allocated() - before < 4 << 20);
  }
}
