package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Archives that hold numbers and something else.
class NpzFileTest {
  private static final String READ =
      "; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be read, little- (<) or big-endian"
          + " (>)";

  @TempDir Path folder;

  private static byte[] npy(String descr, String shape, String elements) {
    return NpyTest.bytes(
        "934e554d505901007600",
        "{'descr': %s, 'fortran_order': False, 'shape': %s}".formatted(descr, shape),
        elements);
  }

  private Path file(Map<String, byte[]> entries) throws IOException {
    return Files.write(folder.resolve("arrays.npz"), NpzTest.zip(entries));
  }

  /// Each type that np.savez writes and no tensor has, before and after numbers.
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "'<U1'# 41000000",
        "'|S2'# 4142",
        "'|O'# 80049503000000000000005d94612e",
        "'<c8'# 0000000000000000",
        "'<M8[ns]'# 0000000000000000",
        "'<m8[D]'# 0000000000000000",
        "'|V2'# 0000",
        "'<f16'# 00000000000000000000000000000000",
        "[('a', '<i4'), ('b', '<f4')]# 0000000000000000"
      },
      quoteCharacter = '`')
  void numbersBesideOtherArraysAreRead(String descr, String element) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x.npy", npy("'<i4'", "(2,)", "0100000002000000"));
    entries.put("labels.npy", npy(descr, "(1,)", element));
    entries.put("y.npy", npy("'>f4'", "()", "3f800000"));
    Path file = file(entries);
    String reason = "element type " + DataError.quoted(descr.replaceAll("^'|'$", "")) + READ;
    try (NpzFile open = Npz.open(file)) {
      assertEquals(List.of("x", "y"), List.copyOf(open.names()));
      assertEquals(Map.of("labels", reason), open.unreadable());
      assertArrayEquals(new int[] {1, 2}, open.tensor("x").toInts());
      assertEquals(1, open.tensor("y").item());
      assertEquals(Shape.SCALAR, open.shape("y"));
      assertEquals(DType.FLOAT32, open.dtype("y"));
      assertEquals(">f4", open.storedType("y"));
      String said = file + ": \"labels.npy\": " + reason;
      assertEquals(said, assertThrows(DataError.class, () -> open.tensor("labels")).getMessage());
      assertEquals(
          file + ": has no array \"z\"",
          assertThrows(DataError.class, () -> open.tensor("z")).getMessage());
      assertEquals(
          said + "; Npz.open reads the others one by one",
          assertThrows(DataError.class, () -> Npz.read(file)).getMessage());
    }
  }

  @Test
  void damagedArraysAndOtherFilesDoNotStandInTheWay() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("readme.txt", new byte[3]);
    entries.put("short.npy", npy("'<i4'", "(2,)", "01000000"));
    entries.put("none.npy", new byte[0]);
    entries.put("x.npy", npy("'<i4'", "(1,)", "07000000"));
    try (NpzFile open = Npz.open(file(entries))) {
      assertEquals(
          Map.of(
              "readme.txt",
              "is not a .npy file",
              "short",
              "<i4 of [2] has 8 bytes, 4 come after the header",
              "none",
              "does not begin as a .npy file does, with \\x93NUMPY"),
          open.unreadable());
      assertEquals(7, open.tensor("x").item());
    }
  }

  /// NumPy finds the former by the latter's name.
  @Test
  void anArrayAndAFileOfOneNameAreRefused() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x.npy", npy("'<i4'", "(1,)", "07000000"));
    entries.put("x", new byte[3]);
    Path file = file(entries);
    assertEquals(
        file + ": holds \"x\" and \"x.npy\", one name in NumPy",
        assertThrows(DataError.class, () -> Npz.open(file)).getMessage());
  }

  /// Of all that the directory says, one bit at a time: refused, or nothing of the arrays changes.
  @Test
  void noFlippedBitOfTheArchiveLosesAnArray() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x.npy", npy("'<i4'", "(1,)", "07000000"));
    entries.put("y.npy", npy("'<i4'", "(1,)", "08000000"));
    byte[] content = NpzTest.zip(entries);
    Path file = folder.resolve("flipped.npz");
    int read = 0;
    for (int i = 0; i < 8 * content.length; i++) {
      byte[] flipped = content.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      Mutations.write(file, flipped);
      try {
        Map<String, dev.tutti.engine.Tensor> arrays = Npz.read(file);
        assertEquals(List.of("x", "y"), List.copyOf(arrays.keySet()), "bit " + i);
        assertEquals(7, arrays.get("x").item(), "bit " + i);
        assertEquals(8, arrays.get("y").item(), "bit " + i);
        read++;
      } catch (DataError e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
    assertTrue(read > 0 && read < 8 * content.length / 2, read + " of " + 8 * content.length);
  }

  @Test
  void aNameThatDiffersInTheDirectoryIsRefused() throws IOException {
    byte[] content = NpzTest.zip(Map.of("weights.npy", npy("'<i4'", "(1,)", "07000000")));
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int at = text.lastIndexOf("weights.npy");
    content[at] = 'W';
    Path file = Files.write(folder.resolve("renamed.npz"), content);
    assertEquals(
        file + ": \"Weights.npy\" is called \"weights.npy\" in its local header",
        assertThrows(DataError.class, () -> Npz.open(file)).getMessage());
  }

  /// Headers of 64 KB of spaces, each a few bytes in the archive.
  @Test
  void headersWithoutEndAreRefused() throws IOException {
    byte[] header = new byte[10 + 65_535];
    byte[] start = npy("'<i4'", "(0,)", "");
    java.util.Arrays.fill(header, (byte) ' ');
    System.arraycopy(start, 0, header, 0, 100);
    header[8] = (byte) 0xff;
    header[9] = (byte) 0xff;
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 1_100; i++) {
      entries.put(i + ".npy", header);
    }
    Path file = file(entries);
    assertEquals(
        file
            + ": the headers of its 1100 arrays have more than "
            + (NpzFile.MOST_HEADERS >> 20)
            + " MB",
        assertThrows(DataError.class, () -> Npz.open(file)).getMessage());
  }
}
