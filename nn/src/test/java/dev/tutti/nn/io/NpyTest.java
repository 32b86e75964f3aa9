package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NpyTest {
  /// How version 1.0 begins when magic, version, length and literal have 128 bytes together.
  private static final String V1 = "934e554d505901007600";

  private static final String V2 = "934e554d5059020074000000";
  private static final String V3 = "934e554d5059030074000000";

  @TempDir Path folder;

  /// A file as NumPy 2.4 writes it: its start, literal and elements, the latter and the former in
  /// hexadecimal digits, and the tensor that it is.
  record Written(String start, String literal, String elements, Tensor tensor) {
    byte[] bytes() {
      return NpyTest.bytes(start, literal, elements);
    }
  }

  /// The literal is padded with spaces and a line break to 128 bytes with the start.
  static byte[] bytes(String start, String literal, String elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex(start));
    out.writeBytes(literal.getBytes(StandardCharsets.ISO_8859_1));
    while (out.size() < 127) {
      out.write(' ');
    }
    out.write('\n');
    out.writeBytes(HexFormat.of().parseHex(elements));
    return out.toByteArray();
  }

  private static Written written(
      String start, String type, String fortran, String shape, String elements, Tensor tensor) {
    String literal =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }".formatted(type, fortran, shape);
    return new Written(start, literal, elements, tensor);
  }

  private static Tensor doubles(double[] values, int... dims) {
    return Array.wrap(values, Shape.of(dims));
  }

  /// What np.save writes in the types that are written here too.
  static Stream<Written> saved() {
    return Stream.of(
        written(
            V1,
            "<f4",
            "False",
            "(2, 3)",
            "000000000000803f0000004000004040000080400000a040",
            Tensor.arange(6).reshape(2, 3).cast(DType.FLOAT32)),
        written(V1, "<f8", "False", "()", "0000000000000440", doubles(new double[] {2.5})),
        written(V1, "<i4", "False", "(0,)", "", Tensor.of(new int[0])),
        written(V1, "<f4", "False", "(3, 0, 2)", "", Tensor.zeros(3, 0, 2)));
  }

  /// And in others.
  static Stream<Written> foreign() {
    return Stream.of(
        written(
            V1,
            ">f8",
            "True",
            "(2, 3)",
            "000000000000000040080000000000003ff00000000000004010000000000000"
                + "40000000000000004014000000000000",
            doubles(new double[] {0, 1, 2, 3, 4, 5}, 2, 3)),
        written(
            V1,
            "<i4",
            "True",
            "(2, 3, 2)",
            "00000000060000000200000008000000040000000a000000"
                + "01000000070000000300000009000000050000000b000000",
            Tensor.of(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 2, 3, 2)),
        written(
            V1,
            "<i8",
            "False",
            "(1, 3)",
            "fdfffffffffffffffeffffffffffffffffffffffffffffff",
            Tensor.of(new int[] {-3, -2, -1}, 1, 3)),
        written(V1, ">i2", "False", "(2,)", "fffe012c", Tensor.of(new int[] {-2, 300})),
        written(
            V1,
            ">u4",
            "False",
            "(2,)",
            "000000077fffffff",
            Tensor.of(new int[] {7, Integer.MAX_VALUE})),
        written(V1, "|u1", "False", "(2,)", "00ff", Tensor.of(new int[] {0, 255})),
        written(V1, "|i1", "False", "(2,)", "80ff", Tensor.of(new int[] {-128, -1})),
        written(V1, "|b1", "False", "(2, 1)", "0100", Tensor.of(new int[] {1, 0}, 2, 1)),
        written(
            V1,
            "<f2",
            "False",
            "(3,)",
            "003e010000fc",
            Tensor.of(1.5f, 0x1p-24f, Float.NEGATIVE_INFINITY)),
        written(V2, "<i4", "False", "(1,)", "07000000", Tensor.of(new int[] {7})),
        written(V3, "<i4", "False", "(1,)", "07000000", Tensor.of(new int[] {7})));
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("array.npy"), content);
  }

  @ParameterizedTest
  @MethodSource({"saved", "foreign"})
  void whatNumPyWritesIsRead(Written written) throws IOException {
    Bits.assertSame(written.tensor, Npy.read(file(written.bytes())), written.literal);
  }

  @ParameterizedTest
  @MethodSource("saved")
  void theBytesAreNumPys(Written written) throws IOException {
    Path file = folder.resolve("array.npy");
    Npy.write(file, written.tensor);
    assertArrayEquals(written.bytes(), Files.readAllBytes(file));
  }

  /// Longer literals than 128 bytes hold: the shape of a tensor of 64 axes.
  @Test
  void manyAxesRoundTrip() throws IOException {
    int[] dims = new int[64];
    Arrays.fill(dims, 1);
    dims[63] = 2;
    Tensor tensor = Tensor.of(new int[] {1, 2}, dims);
    Path file = folder.resolve("array.npy");
    Npy.write(file, tensor);
    assertEquals(0, (Files.size(file) - 8) % 64);
    Bits.assertSame(tensor, Npy.read(file), "it");
  }

  @Test
  void longArraysRoundTrip() {
    float[] values = new float[100_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(i * 0x9e3779b1);
    }
    Tensor tensor = Tensor.of(values);
    Path file = folder.resolve("array.npy");
    Npy.write(file, tensor);
    Bits.assertSame(tensor, Npy.read(file), "it");
  }

  private String errorOf(byte[] content) throws IOException {
    Path file = file(content);
    String message = assertThrows(DataError.class, () -> Npy.read(file)).getMessage();
    return message.substring(file.toString().length() + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
            + "#<f4 of [2, 3] has 24 bytes, 4 come after the header",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'descr': '<f8'}"
            + "#header, byte 62: \"descr\" appears twice",
        "{'descr': '<f4', 'fortran_order': False}"
            + "#header, byte 118: an array needs a descr, a fortran_order and a shape",
        "{'descr': '<f4', 'order': 'C', 'shape': ()}#header, byte 25: an array has no \"order\"",
        "{'descr': '<f4' 'fortran_order': False, 'shape': ()}#header, byte 16: '}' was expected",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}"
            + "#header, byte 35: True or False was expected",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}"
            + "#header, byte 53: a tuple of one needs a comma",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}#header, byte 50: '(' was expected",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"
            + "#header, byte 51: a whole number was expected",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}"
            + "#header, byte 53: a whole number was expected",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 0)}"
            + "#shape [99999999999, 0]; a tensor holds at most 2147483639 elements",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}"
            + "#header, byte 70: a number beyond 64 bits",
        "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}"
            + "#element type \"[('x', '<f4')]\"; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be"
            + " read, little- (<) or big-endian (>)",
        "{'descr': [('x', [('y', '<f4')]), (']', '|S3', (2,))], 'fortran_order': False,"
            + " 'shape': (1,)}"
            + "#element type \"[('x', [('y', '<f4')]), (']', '|S3', (2,…\"; f2, f4, f8, i1, i2, i4,"
            + " i8, u1, u2, u4, u8 and b1 can be read, little- (<) or big-endian (>)",
        "{'descr': [('x', '<f4'#header, byte 118: a list of fields without end",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"
            + "#element type \"|O\"; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be read,"
            + " little- (<) or big-endian (>)",
        "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}"
            + "#element type \"|f4\"; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be"
            + " read, little- (<) or big-endian (>)",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}"
            + "#element type \"<c8\"; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be"
            + " read, little- (<) or big-endian (>)",
        "{'descr': '', 'fortran_order': False, 'shape': (1,)}"
            + "#element type \"\"; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be"
            + " read, little- (<) or big-endian (>)",
        "{'descr': '<u4', 'fortran_order': False, 'shape': (1,)}"
            + "#element 0 is 4294967295, which int32 does not hold",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1"
            + "#header, byte 56: text after the header's last brace",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}"
            + "#header, byte 17: '}' was expected",
        "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (1,)}"
            + "#header, byte 11: a text without end, or with an escape",
        "[1]#header, byte 0: '{' was expected",
      })
  void hostileHeadersGetOneLine(String literal, String expected) throws IOException {
    assertEquals(expected, errorOf(bytes(V1, literal, "ffffffff")));
  }

  @Test
  void bothQuotesAndAnyOrderOfKeysAreRead() throws IOException {
    String literal = "{ \"shape\":(1 ,) , 'fortran_order' :True,\"descr\":\"<i4\" }";
    assertArrayEquals(new int[] {5}, Npy.read(file(bytes(V1, literal, "05000000"))).toInts());
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'does not begin as a .npy file does, with \\x93NUMPY'",
    "504b0304000000000000, 'does not begin as a .npy file does, with \\x93NUMPY'",
    "934e554d505901, 'does not begin as a .npy file does, with \\x93NUMPY'",
    "934e554d50590101, 'version 1.1 of the .npy format; 1.0, 2.0 and 3.0 can be read'",
    "934e554d5059ff00, 'version 255.0 of the .npy format; 1.0, 2.0 and 3.0 can be read'",
    "934e554d5059010076, 'ends within its header'",
    "934e554d50590100760020, 'ends within its header'",
    "934e554d50590200ffffffff, 'its header should have 4294967295 bytes; at most 65536 are read'",
  })
  void damagedStartsGetOneLine(String hex, String expected) throws IOException {
    assertEquals(expected, errorOf(HexFormat.of().parseHex(hex)));
  }

  @Test
  void missingFilesGetOneLine() {
    Path file = folder.resolve("none.npy");
    assertEquals(
        file + ": no such file", assertThrows(DataError.class, () -> Npy.read(file)).getMessage());
  }
}
