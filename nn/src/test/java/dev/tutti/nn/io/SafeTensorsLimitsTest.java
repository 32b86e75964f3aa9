package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tutti.engine.Tensor;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Headers of the longest length that the format allows, in a JVM whose heap is hardly larger.
class SafeTensorsLimitsTest {
  private static final int LENGTH = 100_000_000;
  private static final String TENSOR = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
  private static final String TOO_MANY =
      "more names and texts than a quarter of the JVM's memory holds; raise that with -Xmx";

  /// The headers, each in memory outside of the heap, as a mapped file's is.
  static final class Headers {
    private static final Arena ARENA = Arena.ofShared();
    private static final MemorySegment FILE = ARENA.allocate(Long.BYTES + LENGTH);

    private Headers() {}

    /// A header of the full length: `start`, parts with numbers from 0 on, spaces, `end`.
    private static void read(String start, IntFunction<String> part, String end) {
      FILE.fill((byte) ' ');
      FILE.set(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, LENGTH);
      long at = write(Long.BYTES, start);
      for (int i = 0; at < LENGTH - 2000; i++) {
        at = write(at, part.apply(i));
      }
      write(FILE.byteSize() - end.length(), end);
      try {
        SafeTensorsHeader header = SafeTensorsHeader.read(Path.of("file"), FILE);
        System.out.println(header.entries().size() + " tensors");
      } catch (DataError e) {
        System.out.println(e.getMessage().replaceAll("^file: header, byte \\d+: ", ""));
      }
    }

    private static long write(long at, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(bytes, 0, FILE, ValueLayout.JAVA_BYTE, at, bytes.length);
      return at + bytes.length;
    }

    public static void main(String[] args) {
      String spaces = " ".repeat(1000);
      String ones = ",1".repeat(500);
      String zeros = "0".repeat(1000);
      String letters = "é".repeat(500);
      String escapes = "\\n".repeat(500);
      String nested = "[".repeat(1000);
      read("{", i -> spaces, "}");
      read("{\"\":" + TENSOR, i -> ",\"" + i + "\":" + TENSOR, "}");
      String axes = "129,".repeat(63) + "0";
      String many = TENSOR.replace("[0],", "[" + axes + "],");
      read("{\"\":" + many, i -> ",\"" + i + "\":" + many, "}");
      String other = TENSOR.replace("F32", "C64");
      read("{\"\":" + other, i -> ",\"" + i + "\":" + other, "}");
      read("{\"__metadata__\":{\"tutti.crc32c\":\"", i -> letters, "\"}}");
      read("{\"__metadata__\":{\"\":\"\"", i -> ",\"" + i + "\":\"\"", "}}");
      read("{\"__metadata__\":{\"a\":\"", i -> letters, "\"}}");
      read("{\"__metadata__\":{\"a\":\"", i -> escapes, "\"}}");
      read("{\"", i -> letters, "\":" + TENSOR + "}");
      read("{\"a\":{\"shape\":[1", i -> ones, "]}}");
      read("{\"a\":{\"shape\":[", i -> zeros, "]}}");
      read("{\"a\":{\"shape\":", i -> nested, "]}}");
      read("{\"a\":{\"shape\":[],\"shape\":", i -> nested, "]}}");
    }
  }

  @Test
  void theLongestHeadersNeitherExhaustTheHeapNorTakeLong() {
    List<String> expected =
        List.of(
            "0 tensors",
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            TOO_MANY,
            "more than 64 numbers",
            "a whole number was expected",
            "a whole number was expected",
            "\"shape\" appears twice");
    assertEquals(expected, assertTimeoutPreemptively(Duration.ofMinutes(5), this::lines));
  }

  private List<String> lines() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp"));
    command.add(
        String.join(
            File.pathSeparator,
            ClassFolder.of(Tensor.class),
            ClassFolder.of(SafeTensors.class),
            ClassFolder.of(Headers.class)));
    command.add(Headers.class.getName());
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return child.inputReader(StandardCharsets.UTF_8).readAllLines();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void manyTensorsAreReadWhereTheyFit() {
    int count = 100_000;
    StringBuilder header = new StringBuilder("{\"\":" + TENSOR);
    for (int i = 1; i < count; i++) {
      header.append(",\"layers.").append(i).append(".weight\":").append(TENSOR);
    }
    MemorySegment file =
        MemorySegment.ofArray(SafeTensorsTest.bytes(header.append('}').toString()));
    assertEquals(count, SafeTensorsHeader.read(Path.of("file"), file).entries().size());
  }
}
