package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.nn.Linear;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of `torch.save` that claim what is not so, or that want to run something.
class TorchLimitsTest {
  /// A tensor of three float32 in storage 0 of `tensor.pt`, with blanks for its claims.
  private static final String TENSOR =
      "\u0080\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\n%sStorage\n"
          + "X\1\0\0\0%sX\3\0\0\0cpu%stQ%s%s%s\u0089}tR.";

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("file.pt");
  }

  private static byte[] latin1(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void write(String pickle) throws IOException {
    Mutations.write(file(), TorchSamples.withPickle("tensor.pt", latin1(pickle)));
  }

  private String error() {
    long before = Mutations.allocated();
    String said =
        assertThrows(
                DataError.class,
                () -> {
                  try (TorchFile open = TorchFile.open(file())) {
                    open.names().forEach(open::tensor);
                  }
                })
            .getMessage();
    assertTrue(Mutations.allocated() - before < 4 << 20, said);
    assertTrue(said.startsWith(file() + ": "), said);
    return said.substring((file() + ": ").length());
  }

  private static String number(long value) {
    StringBuilder digits = new StringBuilder("\u008a\10");
    for (int i = 0; i < Long.BYTES; i++) {
      digits.append((char) (value >>> Byte.SIZE * i & 0xff));
    }
    return digits.toString();
  }

  /// Whole numbers with spaces between them as a tuple.
  private static String tuple(String numbers) {
    StringBuilder tuple = new StringBuilder("(");
    for (String number : numbers.isEmpty() ? new String[0] : numbers.split(" ")) {
      tuple.append(number(Long.parseLong(number)));
    }
    return tuple.append('t').toString();
  }

  private void claim(
      String type, String key, long elements, long offset, String axes, String strides)
      throws IOException {
    write(
        TENSOR.formatted(type, key, number(elements), number(offset), tuple(axes), tuple(strides)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "Float|0|3|0|4|1|shape [4], strides [1] from element 0 on are beyond its storage of 3"
            + " elements",
        "Float|0|3|1|3|1|shape [3], strides [1] from element 1 on are beyond its storage of 3"
            + " elements",
        "Float|0|3|0|2|3|shape [2], strides [3] from element 0 on are beyond its storage of 3"
            + " elements",
        "Float|0|3|9223372036854775807|1|1|shape [1], strides [1] from element"
            + " 9223372036854775807 on are beyond its storage of 3 elements",
        "Float|0|3|0|3 2|9223372036854775807 1|shape [3, 2], strides [9223372036854775807, 1]"
            + " from element 0 on are beyond its storage of 3 elements",
        "Float|0|3|0|2 2|9223372036854775807 9223372036854775807|shape [2, 2], strides"
            + " [9223372036854775807, 9223372036854775807] from element 0 on are beyond its storage"
            + " of 3 elements",
        "Float|0|4|0|3|1|its storage \"0\" should have 4 elements of torch.FloatStorage, the file"
            + " has 12 bytes",
        "Double|0|3|0|3|1|its storage \"0\" should have 3 elements of torch.DoubleStorage, the"
            + " file has 12 bytes",
        "Float|1|3|0|3|1|its storage \"1\" is not in the file",
        "Float|0|3|0|2147483640 2147483640|0 0|shape [2147483640, 2147483640]; a tensor holds at"
            + " most 2147483639 elements"
      })
  void claimsAreComparedWithTheFile(
      String type, String key, long elements, long offset, String axes, String strides, String said)
      throws IOException {
    claim(type, key, elements, offset, axes, strides);
    if (said.endsWith("2147483639 elements")) {
      try (TorchFile open = TorchFile.open(file())) {
        assertEquals(Map.of("", said), open.unreadable());
      }
    } else {
      assertEquals("tensor \"\": " + said, error());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|-3|1", "0|3|-1", "-1|3|1", "0|3 1|1", "0|3|1 1"})
  void whatTorchNeverWritesIsRefused(long offset, String axes, String strides) throws IOException {
    claim("Float", "0", 3, offset, axes, strides);
    assertTrue(
        error()
            .endsWith("\"torch._utils._rebuild_tensor_v2\" with what torch.save never gives it"));
  }

  @Test
  void whatIsClaimedIsChargedBeforeItIsTaken() throws IOException {
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 4);
    claim("Float", "0", 3, 0, Long.toString(most), "0");
    assertTrue(error().startsWith("needs "), error());
    claim("Float", "0", 3, 1, "1000 2", "0 1");
    try (TorchFile open = TorchFile.open(file())) {
      float[] all = open.tensor("").toFloats();
      assertEquals(2_000, all.length);
      assertArrayEquals(new float[] {1, 2, 1, 2}, Arrays.copyOf(all, 4));
    }
  }

  @Test
  void emptyAndScalarTensorsAreRead() throws IOException {
    claim("Float", "0", 3, 5, "0 3", "3 1");
    try (TorchFile open = TorchFile.open(file())) {
      assertEquals(0, open.tensor("").size());
    }
    claim("Float", "0", 3, 2, "", "");
    try (TorchFile open = TorchFile.open(file())) {
      assertEquals(2, open.tensor("").item());
    }
  }

  /// Lists within lists, each twice: 40 of them are a million million values.
  @Test
  void aFewBytesThatMeanAnyNumberOfValuesAreRefused() throws IOException {
    StringBuilder pickle = new StringBuilder("\u0080\2]q\0");
    for (int i = 1; i <= 40; i++) {
      pickle.append("](h").append((char) (i - 1)).append("h").append((char) (i - 1));
      pickle.append("eq").append((char) i);
    }
    // What is left below on the stack becomes a tuple.
    write(pickle.insert(2, '(').append("t.").toString());
    String said = assertThrows(DataError.class, () -> TorchFile.open(file()).close()).getMessage();
    assertEquals(file() + ": holds more values than there is memory for their names", said);
  }

  @Test
  void aListInItselfIsRefused() throws IOException {
    write("\u0080\2]q\0h\0a.");
    assertEquals("is nested more than 100 levels deep", error());
  }

  @Test
  void aPickleOfListsAloneIsRefusedBeforeTheMemoryIsFull() throws IOException {
    byte[] pickle = new byte[(int) (Runtime.getRuntime().maxMemory() / 4 / 96) + 100];
    Arrays.fill(pickle, (byte) ']');
    Mutations.write(file(), TorchSamples.withPickle("tensor.pt", pickle));
    String said = assertThrows(DataError.class, () -> TorchFile.open(file()).close()).getMessage();
    assertTrue(said.contains(": needs more than "), said);
  }

  /// An ordered dictionary of ten thousand pairs, made again and again by five bytes each time.
  @Test
  void copiesOfWhatIsThereAreCharged() throws IOException {
    StringBuilder pickle = new StringBuilder("\u0080\2ccollections\nOrderedDict\nq\0](");
    pickle.append("K\1K\1\u0086").append("2".repeat(10_000)).append("e\u0085q\1(");
    long calls = Runtime.getRuntime().maxMemory() / 4 / 160_000 + 1;
    write(pickle.append("h\0h\1R".repeat((int) calls)).append("t.").toString());
    String said = assertThrows(DataError.class, () -> TorchFile.open(file()).close()).getMessage();
    assertTrue(said.contains(": needs more than "), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "800458ffffffff2e|byte 7: ends too early",
        "80048d00000000000000402e|byte 11: ends too early",
        "80048dffffffffffffffff2e|byte 11: ends too early",
        "80048bffffffff2e|byte 7: a whole number of 4294967295 bytes",
        "80054200000080|byte 7: ends too early",
        "80068029|byte 2: protocol 6; 5 and less are read",
        "8002494c0a2e|byte 3: opcode 0x49 is none of protocols 2 to 5",
        "8002285d2e|byte 5: ends with more than one value",
        "80022e|byte 3: takes a value that is not there",
        "8002680a2e|byte 4: recalls value 10, which it has not kept",
        "80025d4e4e732e|byte 6: puts into what is no dictionary",
        "80024e5d612e|byte 5: adds to what is no list",
        "80024e29522e|byte 5: calls what is no function",
        "8002652e|byte 3: takes a mark that is not there",
        "8002284e304e750a|byte 7: a key without a value"
      })
  void aBrokenPickleIsRefusedWithItsPlace(String hex, String said) throws IOException {
    byte[] pickle = HexFormat.of().parseHex(hex);
    Mutations.write(file(), TorchSamples.withPickle("tensor.pt", pickle));
    assertEquals("pickle, " + said, error());
  }

  /// What `os.system` would do is not done, whatever the pickle is part of.
  @Test
  void nothingIsRun() throws IOException {
    Path trace = folder.resolve("trace");
    String command = "touch " + trace;
    String text = "X" + (char) command.length() + "\0\0\0" + command;
    String call = "cos\nsystem\n(" + text + "tR";
    write("\u0080\2" + call + ".");
    assertTrue(error().startsWith("holds a whole object, os.system, which only its own code"));
    for (String made :
        new String[] {
          call,
          "(cos\nsystem\n" + text + "o",
          "cos\nsystem\n(" + text + "t\u0081",
          "X\2\0\0\0osX\6\0\0\0system\u0093" + "(" + text + "tR}b"
        }) {
      write("\u0080\4}(X\1\0\0\0a" + made + "X\1\0\0\0bK\7u.");
      try (TorchFile open = TorchFile.open(file())) {
        assertEquals(Map.of("a", "os.system"), open.skipped());
        assertEquals(Map.of("b", "7"), open.metadata());
      }
    }
    assertFalse(Files.exists(trace));
  }

  @Test
  void aWeightThatIsNoTensorIsNamed() throws IOException {
    write("\u0080\2}(X\6\0\0\0weightcquant\nPacked\n)RX\4\0\0\0biasK\1u.");
    Linear model = Linear.init(Key.of(1), 2, 1);
    DataError error =
        assertThrows(
            DataError.class, () -> TorchWeights.load(Map.of("weight", model.weight()), file()));
    assertEquals(
        file() + ": holds no tensor that is read; not built: {weight=quant.Packed}",
        error.getMessage());
    write(
        "\u0080\2}(X\6\0\0\0weightcquant\nPacked\n)RX\4\0\0\0bias"
            + TENSOR
                .formatted("Float", "0", number(3), number(0), tuple("1"), tuple("1"))
                .substring(2)
                .replace("R.", "Ru."));
    assertEquals(
        file() + ": weight is an object of quant.Packed, which is not built",
        assertThrows(DataError.class, () -> TorchWeights.load(model, file())).getMessage());
  }

  @Test
  void otherArchivesAreRefused() throws IOException {
    Map<String, byte[]> parts = TorchSamples.parts("tensor.pt");
    Mutations.write(file(), TorchSamples.archive(parts, ZipEntry.DEFLATED));
    String said = error();
    assertTrue(said.endsWith(" is packed; torch.save stores what it writes"), said);
    parts.put("byteorder", latin1("middle"));
    Mutations.write(file(), TorchSamples.archive(parts, ZipEntry.STORED));
    assertEquals("its byte order is \"middle\"; little and big are read", error());
    parts.put("a/data.pkl", parts.remove("data.pkl"));
    Mutations.write(file(), TorchSamples.archive(parts, ZipEntry.STORED));
    assertEquals("holds no data.pkl; a file of torch.save holds one", error());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'ends too early, within storage'",
    "9, 'ends too early, within storage'",
  })
  void anOldFileThatBreaksOffIsRefused(int missing, String said) throws IOException {
    byte[] old = TorchSamples.bytes("model-old.pt");
    Mutations.write(file(), Arrays.copyOf(old, old.length - missing));
    assertTrue(error().startsWith("ends too early, within storage "));
    Mutations.write(file(), Arrays.copyOf(old, old.length + missing));
    assertEquals(
        "goes on after its last storage, which ends at byte %d of %d"
            .formatted(old.length, old.length + missing),
        error());
  }
}
