package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tensors that cannot be read, among others.
class SafeTensorsForeignTypesTest {
  private static final String READ =
      "; F16, BF16, F32, F64, I8, U8, I16, U16, I32, U32, I64, U64 and BOOL can be read";

  @TempDir Path folder;

  /// A file of a `U8` tensor, one of a type and this many bytes, and another `U8` tensor.
  private Path file(String type, String shape, int bytes) throws IOException {
    String header =
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"odd\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[1,%d]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}")
            .formatted(type, shape, 1 + bytes, 1 + bytes, 3 + bytes);
    byte[] elements = new byte[3 + bytes];
    elements[0] = 5;
    elements[1 + bytes] = 6;
    elements[2 + bytes] = 7;
    return Files.write(
        folder.resolve("types.safetensors"), SafeTensorsTest.bytes(header, elements));
  }

  /// As safetensors 0.8.0 counts them.
  @ParameterizedTest
  @CsvSource({
    "F4, 8, 4",
    "F6_E2M3, 8, 6",
    "F6_E3M2, 4, 3",
    "F8_E4M3, 3, 3",
    "F8_E5M2, 3, 3",
    "F8_E8M0, 3, 3",
    "F8_E4M3FNUZ, 3, 3",
    "F8_E5M2FNUZ, 3, 3",
    "C64, 3, 24",
    "F4, 0, 0",
    "BRAND_NEW, 3, 11"
  })
  void otherTypesDoNotBarTheRest(String type, int size, int bytes) throws IOException {
    Path file = file(type, "[" + size + "]", bytes);
    String reason = "element type \"" + type + "\"" + READ;
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(List.of("a", "b"), List.copyOf(open.names()));
      assertEquals(Map.of("odd", reason), open.unreadable());
      assertEquals(type, open.storedType("odd"));
      assertEquals(Shape.of(size), open.shape("odd"));
      assertArrayEquals(new int[] {5}, open.tensor("a").toInts());
      assertArrayEquals(new int[] {6, 7}, open.tensor("b").toInts());
      String said = file + ": tensor \"odd\": " + reason;
      assertEquals(said, assertThrows(DataError.class, () -> open.tensor("odd")).getMessage());
      assertEquals(said, assertThrows(DataError.class, () -> open.dtype("odd")).getMessage());
      assertEquals(
          said + "; SafeTensors.open reads the others one by one",
          assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F4, 1, 1",
    "F4, 3, 1",
    "F4, 3, 2",
    "F6_E2M3, 1, 1",
    "F6_E3M2, 2, 2",
    "F8_E8M0, 2, 4",
    "C64, 2, 8",
    "F16, 3, 3",
    "BOOL, 2, 1"
  })
  void wrongNumbersOfBytesAreRefused(String type, int size, int bytes) throws IOException {
    Path file = file(type, "[" + size + "]", bytes);
    assertThrows(DataError.class, () -> SafeTensors.open(file));
  }

  @Test
  void aValueThatInt32DoesNotHoldDoesNotBarTheRest() throws IOException {
    String header =
        "{\"n\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
    byte[] elements = {0, 0, 0, 0, 1, 0, 0, 0, 9};
    Path file =
        Files.write(folder.resolve("large.safetensors"), SafeTensorsTest.bytes(header, elements));
    assertEquals(
        file
            + ": tensor \"n\": element 0 is 4294967296, which int32 does not hold;"
            + " SafeTensors.open reads the others one by one",
        assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(9, open.tensor("b").item());
    }
  }

  @Test
  void moreElementsThanATensorHoldsDoNotBarTheRest() throws IOException {
    Path file = file("F32", "[0,4294967296]", 0);
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      assertEquals(
          Map.of("odd", "shape [0, 4294967296]; a tensor holds at most 2147483639 elements"),
          open.unreadable());
      assertArrayEquals(new int[] {6, 7}, open.tensor("b").toInts());
    }
  }

  /// Zero-element tensors may be anywhere between others, and the order of names is free.
  @Test
  void orderIsFreeAndEmptyTensorsLieBetweenOthers() throws IOException {
    String header =
        "{\"last\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
            + "\"none\":{\"dtype\":\"F64\",\"shape\":[0,3],\"data_offsets\":[1,1]},"
            + "\"end\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[2,2]},"
            + "\"first\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    Path file =
        Files.write(
            folder.resolve("order.safetensors"), SafeTensorsTest.bytes(header, (byte) 1, (byte) 2));
    SafeTensors read = SafeTensors.read(file);
    assertEquals(List.of("last", "none", "end", "first"), List.copyOf(read.tensors().keySet()));
    assertEquals(2, read.tensors().get("last").item());
    assertEquals(Shape.of(0, 3), read.tensors().get("none").shape());
  }
}
