package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of `torch.save` that PyTorch wrote, and what `torch.load` reads of them
/// (`resources/torch/generate.py`).
class TorchFileTest {
  @TempDir Path folder;

  /// What `torch.load` reads of a file, by path.
  private static Map<String, Tensor> expected(String file) {
    return SafeTensors.read(TorchSamples.file("expected.safetensors")).tensors().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(file + "|"))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(file.length() + 1), Map.Entry::getValue));
  }

  private static String error(Path file) {
    return assertThrows(DataError.class, () -> TorchFile.open(file).close()).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "values.pt",
        "values-5.pt",
        "values-old.pt",
        "tensor.pt",
        "parameters-early.pt",
        "big.pt",
        "model.pt",
        "model-old.pt",
        "model-no-sums.pt",
        "training.pt",
        "lightning.ckpt",
        "lightning-loss.ckpt"
      })
  void everyTensorIsPyTorchs(String name) {
    Map<String, Tensor> expected = expected(name);
    assertFalse(expected.isEmpty());
    try (TorchFile file = TorchFile.open(TorchSamples.file(name))) {
      assertEquals(expected.keySet(), file.names());
      expected.forEach((path, tensor) -> {
        assertEquals(tensor.shape(), file.shape(path));
        assertEquals(tensor.dtype(), file.dtype(path));
        Bits.assertSame(tensor, file.tensor(path), path);
      });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "f32, F32",
    "f64, F64",
    "f16, F16",
    "bf16, BF16",
    "i64, I64",
    "i32, I32",
    "i16, I16",
    "i8, I8",
    "u8, U8",
    "u16, U16",
    "u32, U32",
    "u64, U64",
    "bool, BOOL"
  })
  void elementTypesHaveTheNamesOfSafeTensors(String name, String type) {
    for (String form : List.of("values.pt", "values-5.pt", "values-old.pt")) {
      try (TorchFile file = TorchFile.open(TorchSamples.file(form))) {
        if (file.names().contains("types." + name)) {
          assertEquals(type, file.storedType("types." + name));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"values.pt", "values-5.pt", "values-old.pt"})
  void whatIsNoTensorIsListed(String name) {
    String read = ElementType.all();
    boolean old = name.equals("values-old.pt");
    try (TorchFile file = TorchFile.open(TorchSamples.file(name))) {
      Map<String, String> unreadable = new java.util.HashMap<>(file.unreadable());
      if (!old) {
        assertEquals(
            "element type \"torch.float8_e4m3fn\"; " + read + " can be read",
            unreadable.remove("unreadable.float8"));
        assertEquals("torch.float8_e4m3fn", file.storedType("unreadable.float8"));
      }
      String made = "is made by torch._utils._rebuild_%s, which is not known here";
      assertEquals(
          Map.of(
              "unreadable.complex",
              "element type \"torch.ComplexFloatStorage\"; " + read + " can be read",
              "unreadable.complex128",
              "element type \"torch.ComplexDoubleStorage\"; " + read + " can be read",
              "unreadable.sparse",
              made.formatted("sparse_tensor"),
              "unreadable.quantized",
              made.formatted("qtensor"),
              "unreadable.meta",
              made.formatted("meta_tensor_no_storage")),
          unreadable);
      for (String path : file.unreadable().keySet()) {
        assertEquals(
            TorchSamples.file(name) + ": tensor \"" + path + "\": " + file.unreadable().get(path),
            assertThrows(DataError.class, () -> file.tensor(path)).getMessage());
      }
      Map<String, String> skipped = new java.util.HashMap<>(file.skipped());
      if (!old) {
        assertEquals("torch.storage.UntypedStorage", skipped.remove("storage"));
      }
      boolean protocol5 = name.equals("values-5.pt");
      if (!protocol5) {
        assertEquals("__builtin__.set", skipped.remove("set"));
      }
      assertEquals(
          Map.of(
              "size", "torch.Size",
              "device", "torch.device",
              "dtype", "torch.float32",
              "bytes", protocol5 ? "bytes" : "_codecs.encode"),
          skipped);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"values.pt", "values-5.pt", "values-old.pt"})
  void numbersAndTextsAreRead(String name) {
    try (TorchFile file = TorchFile.open(TorchSamples.file(name))) {
      Map<String, String> texts = new java.util.HashMap<>(file.metadata());
      texts.keySet().removeIf(path -> path.startsWith("set."));
      assertEquals(
          Map.ofEntries(
              Map.entry("plain.none", "None"),
              Map.entry("plain.true", "true"),
              Map.entry("plain.int", "-70000"),
              Map.entry("plain.large", "1180591620717411303424"),
              Map.entry("plain.float", "0.1"),
              Map.entry("plain.text", "né 𝄞"),
              Map.entry("plain.tuple.0", "1"),
              Map.entry("plain.tuple.1.0", "2"),
              Map.entry("plain.tuple.1.1", "3"),
              Map.entry("plain.tuple.2", "x"),
              Map.entry("plain.tuple.3", "-1"),
              Map.entry("plain.5", "a number as its key"),
              Map.entry("plain.#8", "a tuple as its key")),
          texts);
    }
  }

  private static Sequential network() {
    return Sequential.of(
        Conv2d.init(Key.of(1), 2, 3, 2),
        BatchNorm.init(3),
        Activation.RELU,
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Linear.init(Key.of(2), 12, 2));
  }

  private static void assertPyTorchs(Sequential loaded) {
    Map<String, Tensor> expected = expected("network");
    float[] output = loaded.apply(expected.get("input").permute(0, 2, 3, 1)).toFloats();
    // PyTorch sums in another order.
    assertArrayEquals(expected.get("output").toFloats(), output, 1e-6f);
    assertEquals(2, ((BatchNorm) loaded.layers().get(1)).numBatchesTracked().item());
  }

  /// Weights alone, in both forms; beside a number; in a Lightning checkpoint, under `model.`.
  @ParameterizedTest
  @ValueSource(
      strings = {"model.pt", "model-old.pt", "model-no-sums.pt", "training.pt", "lightning.ckpt"})
  void aNetworkGivesPyTorchsNumbers(String name) {
    assertPyTorchs(TorchWeights.load(network(), TorchSamples.file(name)));
    assertPyTorchs(TorchWeights.load((Key key) -> network(), TorchSamples.file(name)));
  }

  /// The name of a file says nothing.
  @Test
  void theFirstBytesSayWhatAFileIs() throws IOException {
    Path other = folder.resolve("model.safetensors");
    Files.write(other, TorchSamples.bytes("model.pt"));
    assertPyTorchs(TorchWeights.load(network(), other));
  }

  @Test
  void aStateDictIsAMapOfTensors() {
    try (TorchFile file = TorchFile.open(TorchSamples.file("model.pt"))) {
      assertPyTorchs(StateDict.load(network(), file.stateDict()));
    }
    try (TorchFile file = TorchFile.open(TorchSamples.file("lightning.ckpt"))) {
      assertTrue(file.names().contains("optimizer_states.0.state.0.exp_avg"));
      assertPyTorchs(StateDict.load(network(), file.stateDict(), StateDict.under("model.")));
      assertEquals(Map.of("hyper_parameters.args", "argparse.Namespace"), file.skipped());
      assertEquals("2", file.metadata().get("epoch"));
      assertEquals("0.01", file.metadata().get("hyper_parameters.lr"));
      assertEquals("2.5.0", file.metadata().get("pytorch-lightning_version"));
    }
  }

  /// A module's prefix that not all names have is said, not guessed.
  @Test
  void weightsBesideTheNetworksAreNamed() {
    Path file = TorchSamples.file("lightning-loss.ckpt");
    assertEquals(
        file
            + ": lacks 0.weight, 0.bias, 1.weight, 1.bias, 1.running_mean and 3 more; the model has"
            + " no model.0.weight, model.0.bias, model.1.weight, model.1.bias,"
            + " model.1.running_mean and 5 more; all that it lacks is there under model."
            + " (StateDict.under(\"model.\") takes that alone)",
        assertThrows(DataError.class, () -> TorchWeights.load(network(), file)).getMessage());
    assertPyTorchs(TorchWeights.load(network(), file, StateDict.under("model.")));
  }

  @Test
  void modulesAreNeverBuilt() {
    for (String name : List.of("module.pt", "module-old.pt")) {
      Path file = TorchSamples.file(name);
      String said =
          file
              + ": holds a whole object, torch.nn.modules.linear.Linear, which only its own code can"
              + " build; torch.save of its state_dict() holds the weights";
      assertEquals(said, error(file));
      Linear model = Linear.init(Key.of(1), 2, 1);
      assertEquals(
          said, assertThrows(DataError.class, () -> TorchWeights.load(model, file)).getMessage());
    }
    Path inside = TorchSamples.file("module-inside.pt");
    try (TorchFile file = TorchFile.open(inside)) {
      assertEquals(Map.of("model", "torch.nn.modules.linear.Linear"), file.skipped());
      assertEquals(Map.of("epoch", "1"), file.metadata());
      assertTrue(file.names().isEmpty());
    }
    assertEquals(
        inside
            + ": holds no tensor that is read; not built: {model=torch.nn.modules.linear.Linear}",
        assertThrows(DataError.class, () -> TorchWeights.load(Linear.init(Key.of(1), 2, 1), inside))
            .getMessage());
  }

  @Test
  void aTensorThatIsNotThereIsNamed() {
    try (TorchFile file = TorchFile.open(TorchSamples.file("tensor.pt"))) {
      assertEquals(DType.FLOAT32, file.dtype(""));
      assertEquals(Shape.of(3), file.shape(""));
      assertEquals(
          TorchSamples.file("tensor.pt") + ": has no tensor \"x\"",
          assertThrows(DataError.class, () -> file.tensor("x")).getMessage());
    }
  }

  /// No bit of an archive with checksums can change in silence.
  @Test
  void aFlippedBitIsFound() throws IOException {
    byte[] content = TorchSamples.bytes("tensor.pt");
    Path file = folder.resolve("flipped.pt");
    int read = 0;
    for (int i = 0; i < 8 * content.length; i++) {
      byte[] flipped = content.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      Mutations.write(file, flipped);
      try (TorchFile open = TorchFile.open(file)) {
        assertArrayEquals(new float[] {0, 1, 2}, open.tensor("").toFloats(), "bit " + i);
        read++;
      } catch (DataError e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
    assertTrue(read > 0 && read < 8 * content.length, read + " bits do not matter");
  }

  @Test
  void filesOfOtherKindsAreNamed() {
    Path file = folder.resolve("a.pt");
    new SafeTensors(Map.of("a", Tensor.ones(2))).write(file);
    assertEquals(
        file + ": is a SafeTensors file, not a file of torch.save; SafeTensors.read reads it",
        error(file));
  }
}
