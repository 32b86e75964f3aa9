package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Element types that Tutti does not write.
class SafeTensorsTypesTest {
  @TempDir Path folder;

  /// What safetensors.torch.save makes of a tensor of each type, with metadata {"format": "pt",
  /// "é": "漢"}: bf16 [1.5, -0, inf, 3.1415926], f16 [[1.5, -0], [-inf, 6e-8]], f32 [1e-45, nan],
  /// f64 pi, the ends of i8, u8, i16, i32; u16 [65535], u32 [2³¹ − 1], i64 [-2³¹, 2³¹ − 1, -1], u64
  /// [7], bool [[true, false, true]], and an empty f16 [2, 0].
  private static final String TORCH =
      """
      UAMAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyLDqSI6Iua8oiIsImZvcm1hdCI6InB0In0sInU2NCI6eyJkdHlwZSI6Il
      U2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJpNjQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6
      WzNdLCJkYXRhX29mZnNldHMiOls4LDMyXX0sImY2NCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbXSwiZGF0YV9vZm
      ZzZXRzIjpbMzIsNDBdfSwiZjMyIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDAs
      NDhdfSwidTMyIjp7ImR0eXBlIjoiVTMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNDgsNTJdfSwiaTMyIj
      p7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNTIsNjBdfSwiYmYxNiI6eyJkdHlwZSI6
      IkJGMTYiLCJzaGFwZSI6WzRdLCJkYXRhX29mZnNldHMiOls2MCw2OF19LCJlbXB0eSI6eyJkdHlwZSI6IkYxNiIsIn
      NoYXBlIjpbMiwwXSwiZGF0YV9vZmZzZXRzIjpbNjgsNjhdfSwiZjE2Ijp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsy
      LDJdLCJkYXRhX29mZnNldHMiOls2OCw3Nl19LCJ1MTYiOnsiZHR5cGUiOiJVMTYiLCJzaGFwZSI6WzFdLCJkYXRhX2
      9mZnNldHMiOls3Niw3OF19LCJpMTYiOnsiZHR5cGUiOiJJMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls3
      OCw4Ml19LCJpOCI6eyJkdHlwZSI6Ikk4Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbODIsODRdfSwidTgiOn
      siZHR5cGUiOiJVOCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6Wzg0LDg2XX0sImJvb2wiOnsiZHR5cGUiOiJC
      T09MIiwic2hhcGUiOlsxLDNdLCJkYXRhX29mZnNldHMiOls4Niw4OV19fSAgIAcAAAAAAAAAAAAAgP////////9/AA
      AAAP//////////GC1EVPshCUABAAAAAADAf////38AAACA////f8A/AICAf0lAAD4AgAD8AQD//wCA/3+AfwD/AQAB
      """;

  static byte[] torch() {
    return Base64.getMimeDecoder().decode(TORCH);
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file.safetensors"), content);
  }

  @Test
  void everyTypeThatTorchWritesIsRead() throws IOException {
    SafeTensors read = SafeTensors.read(file(torch()));
    assertEquals(Map.of("format", "pt", "é", "漢"), read.metadata());
    Map<String, Tensor> expected =
        Map.ofEntries(
            Map.entry("bf16", floats(4).apply(0x3fc00000, 0x80000000, 0x7f800000, 0x40490000)),
            Map.entry("f16", floats(2, 2).apply(0x3fc00000, 0x80000000, 0xff800000, 864026624)),
            Map.entry("f32", floats(2).apply(1, 0x7fc00000)),
            Map.entry("f64", Tensor.full(DType.FLOAT64, Math.PI, Shape.SCALAR)),
            Map.entry("i8", Tensor.of(new int[] {-128, 127})),
            Map.entry("u8", Tensor.of(new int[] {0, 255})),
            Map.entry("i16", Tensor.of(new int[] {-32768, 32767})),
            Map.entry("u16", Tensor.of(new int[] {65535})),
            Map.entry("i32", Tensor.of(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE})),
            Map.entry("u32", Tensor.of(new int[] {Integer.MAX_VALUE})),
            Map.entry("i64", Tensor.of(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, -1})),
            Map.entry("u64", Tensor.of(new int[] {7})),
            Map.entry("bool", Tensor.of(new int[] {1, 0, 1}, 1, 3)),
            Map.entry("empty", Tensor.zeros(2, 0)));
    assertEquals(expected.keySet(), read.tensors().keySet());
    expected.forEach((name, tensor) -> Bits.assertSame(tensor, read.tensors().get(name), name));
  }

  private interface OfBits {
    Tensor apply(int... bits);
  }

  private static OfBits floats(int... dims) {
    return bits -> {
      float[] values = new float[bits.length];
      for (int i = 0; i < bits.length; i++) {
        values[i] = Float.intBitsToFloat(bits[i]);
      }
      return Tensor.of(values, dims);
    };
  }

  private float[] all16(String type) throws IOException {
    ByteBuffer elements = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      elements.putShort((short) i);
    }
    String header =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[65536],\"data_offsets\":[0,131072]}}".formatted(type);
    Path file = file(SafeTensorsTest.bytes(header, elements.array()));
    return SafeTensors.read(file).tensors().get("a").toFloats();
  }

  @Test
  void everyHalfIsExact() throws IOException {
    float[] read = all16("F16");
    for (int i = 0; i < read.length; i++) {
      float expected = Float.float16ToFloat((short) i);
      int bits = Float.floatToRawIntBits(read[i]);
      if (Float.isNaN(expected)) {
        // sign, exponent of ones, and the ten bits of the payload first
        assertEquals((i >> 15) << 31 | 0xff << 23 | (i & 0x3ff) << 13, bits);
      } else {
        assertEquals(Float.floatToRawIntBits(expected), bits, "half " + i);
      }
    }
  }

  @Test
  void everyBrainFloatIsExact() throws IOException {
    float[] read = all16("BF16");
    for (int i = 0; i < read.length; i++) {
      int exponent = i >> 7 & 0xff;
      int fraction = i & 0x7f;
      if (exponent == 0xff) {
        assertEquals(i << 16, Float.floatToRawIntBits(read[i]));
      } else {
        double magnitude =
            exponent == 0 ? fraction * 0x1p-133 : Math.scalb(1 + fraction / 128.0, exponent - 127);
        assertEquals((float) (i >= 1 << 15 ? -magnitude : magnitude), read[i], "number " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "I64, 2147483648, 2147483648",
    "I64, -2147483649, -2147483649",
    "I64, 9223372036854775807, 9223372036854775807",
    "U64, -1, 18446744073709551615",
    "U64, 4294967296, 4294967296",
    "U32, -1, 4294967295",
    "U32, 2147483648, 2147483648"
  })
  void integersBeyondInt32AreRefused(String type, long value, String shown) throws IOException {
    int bytes = type.equals("U32") ? 4 : 8;
    int before = 20_000; // beyond the elements that are converted at a time
    ByteBuffer elements = ByteBuffer.allocate((before + 1) * bytes).order(ByteOrder.LITTLE_ENDIAN);
    elements.position(before * bytes);
    if (bytes == 4) {
      elements.putInt((int) value);
    } else {
      elements.putLong(value);
    }
    String header =
        "{\"counts\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(type, before + 1, elements.capacity());
    Path file = file(SafeTensorsTest.bytes(header, elements.array()));
    assertEquals(
        file + ": tensor \"counts\": element 20000 is " + shown + ", which int32 does not hold",
        assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
  }

  @Test
  void otherTruthValuesAreRefused() throws IOException {
    String header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}";
    Path file = file(SafeTensorsTest.bytes(header, (byte) 0, (byte) 1, (byte) 0x82));
    assertEquals(
        file + ": tensor \"a\": element 2 is 130, which is not a truth value",
        assertThrows(DataError.class, () -> SafeTensors.read(file)).getMessage());
  }
}
