package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  @TempDir static Path folder;

  /// jqwik does not know [TempDir].
  private static Path scratch;

  @BeforeContainer
  static void makeScratch() throws IOException {
    scratch = Files.createTempFile("tutti", ".safetensors");
  }

  @AfterContainer
  static void dropScratch() throws IOException {
    Files.deleteIfExists(scratch);
  }

  private static Map<String, Tensor> map(Object... namesAndTensors) {
    Map<String, Tensor> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      map.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    }
    return map;
  }

  @Test
  void writesTheFormatByteForByte() throws IOException {
    Path file = folder.resolve("bytes.safetensors");
    new SafeTensors(
            map("b", Tensor.of(new int[] {1, -2}), "w", Tensor.of(new float[] {1.5f}, 1, 1)),
            Map.of("format", "pt"))
        .write(file);
    // The checksums are those of a bitwise CRC-32C of the polynomial 0x1edc6f41.
    String header =
        "{\"__metadata__\":{\"tutti.checksum\":\"crc32c\","
            + "\"tutti.crc32c\":\"3f652185 afc9d12d 224302af\",\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}}";
    int padded = Math.ceilDiv(header.length(), 8) * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 12).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8));
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    expected.putInt(1).putInt(-2).putFloat(1.5f);
    assertEquals(
        HexFormat.of().formatHex(expected.array()),
        HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void keepsEveryTypeShapeNameAndText() {
    Map<String, Tensor> tensors =
        map(
            "conv1.weight",
            Tensor.of(new float[] {1, -0f, Float.NaN, Float.MIN_VALUE, 5, 6}, 1, 3, 2),
            "quote \" slash \\ line \n é 漢 𝄞",
            Tensor.of(new double[] {Math.PI, Double.NEGATIVE_INFINITY}, 2),
            "labels",
            Tensor.of(new int[] {Integer.MIN_VALUE, 7, Integer.MAX_VALUE}),
            "scalar",
            Tensor.scalar(3),
            "empty",
            Tensor.of(new float[0], 4, 0, 2));
    Map<String, String> metadata = new LinkedHashMap<>(Map.of("a \u0001", "b \"\t𝄞"));
    Path file = folder.resolve("all.safetensors");
    new SafeTensors(tensors, metadata).write(file);
    SafeTensors read = SafeTensors.read(file);
    assertEquals(metadata, read.metadata());
    assertEquals(tensors.keySet(), read.tensors().keySet());
    tensors.forEach((name, tensor) -> Bits.assertSame(tensor, read.tensors().get(name), name));
  }

  /// Wider elements come first, so that they stay aligned after an odd number of narrow ones.
  @Test
  void alignsEveryTensor() throws IOException {
    Path file = folder.resolve("aligned.safetensors");
    new SafeTensors(map("narrow", Tensor.scalar(1), "wide", Tensor.of(new double[] {2}, 1)))
        .write(file);
    String header = header(file);
    assertTrue(
        header.contains("\"wide\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}"));
    assertEquals(0, (8 + header.length()) % 8);
  }

  private static String header(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(bytes, 8, length, StandardCharsets.UTF_8);
  }

  @Test
  void longTensorsCrossTheBuffer() {
    float[] values = new float[70_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.25f;
    }
    Path file = folder.resolve("long.safetensors");
    new SafeTensors(map("a", Tensor.of(values), "b", Tensor.of(new int[] {9}))).write(file);
    SafeTensors read = SafeTensors.read(file);
    assertArrayEquals(values, read.tensors().get("a").toFloats());
    assertArrayEquals(new int[] {9}, read.tensors().get("b").toInts());
  }

  @Property(tries = 40)
  void roundTripKeepsBits(
      @ForAll @Size(max = 5) List<String> names, @ForAll long seed, @ForAll DType type) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      if (isWellFormed(name)) {
        tensors.put(name, random(random, type));
      }
    }
    new SafeTensors(tensors).write(scratch);
    SafeTensors read = SafeTensors.read(scratch);
    assertEquals(tensors.keySet(), read.tensors().keySet());
    tensors.forEach((name, tensor) -> Bits.assertSame(tensor, read.tensors().get(name), name));
  }

  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && !text.equals(SafeTensors.METADATA);
  }

  private static Tensor random(Random random, DType type) {
    int[] dims = new int[random.nextInt(4)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = random.nextInt(5);
    }
    int size = Shape.of(dims).size();
    return switch (type) {
      case FLOAT32 -> {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          values[i] = random.nextFloat();
        }
        yield Array.wrap(values, Shape.of(dims));
      }
      case FLOAT64 -> Tensor.of(random.doubles(size).toArray(), size).reshape(Shape.of(dims));
      case INT32 -> Array.wrap(random.ints(size).toArray(), Shape.of(dims));
    };
  }

  /// A file of this header and this many bytes of elements.
  private static Path file(String header, int elements) {
    return file(bytes(header, new byte[elements]));
  }

  /// The bytes of a file of this header and these elements.
  static byte[] bytes(String header, byte... elements) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + elements.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(elements)
        .array();
  }

  private static Path file(byte[] bytes) {
    try {
      Path file = Files.createTempFile(folder, "hostile", ".safetensors");
      Files.write(file, bytes);
      return file;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String messageOf(Path file) {
    String message = assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length() + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|0|header, byte 0: the header does not begin with '{'",
        "null|0|header, byte 0: the header does not begin with '{'",
        "{1|0|header, byte 1: '\"' was expected",
        "{}}|0|header, byte 2: text after the header's last brace",
        "{\"a\"}|0|header, byte 4: ':' was expected",
        "{\"a|0|header, byte 3: a text without end",
        "{\"a\":{}}|0|header, byte 7: tensor \"a\" needs a dtype, a shape and two"
            + " data_offsets",
        "{\"a\":[]}|0|header, byte 5: '{' was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}|4"
            + "|header, byte 57: a tensor has no \"x\"",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 28: \"dtype\" appears twice",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"a\":"
            + "{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 57: \"a\" appears twice",
        "{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}}|0" + "|header, byte 29: \"k\" appears twice",
        "{\"__metadata__\":{},\"__metadata__\":{}}|0"
            + "|header, byte 34: \"__metadata__\" appears twice",
        "{\"__metadata__\":{\"k\":1}}|0|header, byte 21: '\"' was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 29: a whole number was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 30: ']' was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e3],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 30: ']' was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 31: a whole number was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 31: a whole number was expected",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}|4"
            + "|header, byte 48: a number beyond 64 bits",
        "{\"\\q\":{}}|0|header, byte 4: an unknown escape in a text",
        "{\"\\u12g4\":{}}|0|header, byte 7: \\u without four hexadecimal digits",
        "{\"\\ud800\":{}}|0|header, byte 9: half of a surrogate pair in a text",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,4]}}|4"
            + "|tensor \"a\": element type \"F8_E4M3\"; F16, BF16, F32, F64, I8, U8, I16, U16, I32, U32, I64, U64 and BOOL can be read",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|4"
            + "|tensor \"a\": data_offsets [0, 4], but F32 of [2] has 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|4"
            + "|tensor \"a\": data_offsets [4, 0], but F32 of [1] has 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647],\"data_offsets\":[0,4]}}|4"
            + "|tensor \"a\": shape [2147483647, 2147483647]; a tensor holds at most 2147483639"
            + " elements",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967297],\"data_offsets\":[0,4]}}|4"
            + "|tensor \"a\": shape [4294967297]; a tensor holds at most 2147483639 elements",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4294967296],\"data_offsets\":[0,0]}}|0"
            + "|tensor \"a\": shape [0, 4294967296]; a tensor holds at most 2147483639 elements",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000],\"data_offsets\":[0,4000000000]}}|4"
            + "|its tensors have 4000000000 bytes, the file holds 4 after its header",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|5"
            + "|its tensors have 4 bytes, the file holds 5 after its header",
        "{}|1|its tensors have 0 bytes, the file holds 1 after its header",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8"
            + "|tensor \"a\" begins at byte 4, the one before it ends at 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|4"
            + "|tensor \"b\" begins at byte 0, the one before it ends at 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}|12"
            + "|tensor \"b\" begins at byte 8, the one before it ends at 4",
      })
  void hostileHeadersGetOneLine(String header, int elements, String expected) {
    assertEquals(expected, messageOf(file(header, elements)));
  }

  /// As safetensors 0.8 reads them; JSON has no other space.
  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", "\t", "\r\n  "})
  void spacesAroundTheHeaderAreRead(String space) {
    assertEquals(Map.of(), SafeTensors.read(file(space + "{}", 0)).tensors());
    assertEquals(Map.of(), SafeTensors.read(file("{}" + space, 0)).tensors());
    assertEquals(Map.of(), SafeTensors.read(file("{\"__metadata__\":null}", 0)).metadata());
    assertEquals("header, byte 2: text after the header's last brace", messageOf(file("{}\0", 0)));
  }

  @Test
  void tooManyAxesAreRefused() {
    String ones = "1" + ",1".repeat(64);
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + ones + "],\"data_offsets\":[0,4]}}";
    assertEquals("header, byte 158: more than 64 numbers", messageOf(file(header, 4)));
  }

  @Test
  void headersOfImpossibleLengthAreRefused() {
    byte[] none = new byte[0];
    assertEquals(
        "has 0 bytes; a safetensors file begins with the 8 bytes of its header's length",
        messageOf(file(none)));
    byte[] huge = new byte[16];
    Arrays.fill(huge, (byte) 0xff);
    assertEquals(
        "its header should have 18446744073709551615 bytes; the file has 8 after its length, the"
            + " format allows 100000000",
        messageOf(file(huge)));
    byte[] longer = new byte[16];
    longer[0] = 9;
    assertTrue(
        messageOf(file(longer)).startsWith("its header should have 9 bytes; the file has 8"));
    assertTrue(messageOf(file(new byte[8])).startsWith("its header should have 0 bytes"));
  }

  @Test
  void headersThatAreNoTextAreRefused() {
    byte[] bytes = new byte[12];
    bytes[0] = 4;
    bytes[8] = '{';
    bytes[9] = '"';
    bytes[10] = (byte) 0xc3;
    bytes[11] = '"';
    assertEquals("its header is not UTF-8", messageOf(file(bytes)));
  }

  @Test
  void missingFilesAndFoldersGetOneLine() {
    assertEquals("no such file", messageOf(folder.resolve("none.safetensors")));
    assertEquals("is a folder, a file was expected", messageOf(folder));
  }

  @Test
  void spacesAroundTheHeadersObjectAreRead() {
    Path file =
        file(
            "{ \"a\" : { \"shape\" : [ ] ,\t\"dtype\":\n\"F32\", \"data_offsets\": [ 0 , 4 ]} } ",
            4);
    assertEquals(Shape.SCALAR, SafeTensors.read(file).tensors().get("a").shape());
  }

  @Test
  void theMetadatasNameIsNoTensors() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SafeTensors(map(SafeTensors.METADATA, Tensor.scalar(1))));
  }

  @Test
  void namesWithoutUtf8AreRefused() {
    Path file = folder.resolve("surrogate.safetensors");
    SafeTensors half = new SafeTensors(map("\ud800", Tensor.scalar(1)));
    assertThrows(DataError.class, () -> half.write(file));
    assertFalse(Files.exists(file));
  }

  @Test
  void headersBeyondTheFormatsBoundAreNotWritten() {
    Path file = folder.resolve("long.safetensors");
    SafeTensors content = new SafeTensors(Map.of(), Map.of("a", "a".repeat(100_000_000)));
    assertEquals(
        "safetensors: names and texts need a header of 100000080 bytes; the format allows"
            + " 100000000",
        assertThrows(DataError.class, () -> content.write(file)).getMessage());
    assertFalse(Files.exists(file));
  }
}
