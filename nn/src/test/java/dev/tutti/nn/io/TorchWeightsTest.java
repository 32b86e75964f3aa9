package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.models.LeNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchWeightsTest {
  /// The state dict, under "module.", of nn.Sequential(Conv2d(2, 3, 2), BatchNorm(3), ReLU(),
  /// Flatten(), Linear(12, 2)) after five training passes, saved by safetensors.torch.
  private static final String TORCH =
      """
      mAIAAAAAAAB7Im1vZHVsZS4xLm51bV9iYXRjaGVzX3RyYWNrZWQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6W10s
      ImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJtb2R1bGUuMC5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlszXSwi
      ZGF0YV9vZmZzZXRzIjpbOCwyMF19LCJtb2R1bGUuMC53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzMs
      MiwyLDJdLCJkYXRhX29mZnNldHMiOlsyMCwxMTZdfSwibW9kdWxlLjEuYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNo
      YXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzExNiwxMjhdfSwibW9kdWxlLjEucnVubmluZ19tZWFuIjp7ImR0eXBl
      IjoiRjMyIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbMTI4LDE0MF19LCJtb2R1bGUuMS5ydW5uaW5nX3Zh
      ciI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzE0MCwxNTJdfSwibW9kdWxlLjEu
      d2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbMTUyLDE2NF19LCJtb2R1
      bGUuNC5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMTY0LDE3Ml19LCJt
      b2R1bGUuNC53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMTJdLCJkYXRhX29mZnNldHMiOlsxNzIs
      MjY4XX19ICAgICAgBQAAAAAAAADQEWe+TR5ivqERFr7MebO+lcyOvg0RG765Qqu+XG2kvEJBn74W2kQ+CnUwPoy8
      iD1La4w+FNQNvbjaWD7Sin2+O7COvbtnob5jJuu8C+Nqvh+foj5OfHs+Y7aHPsTG1j2XiU6+caqiPrKisL4AAAAA
      AAAAAAAAAAC2Vqq9OSPmvaxti73EV1c/d10yP0MZVj8AAIA/AACAPwAAgD/QuO69ScAnvSLFaz2Z6l++PLxjvpte
      Db5vazQ+JzZVvhGQhL7YGYC+SHYRvqRWm736hZK+12UKvof5tTv36UI9cIIpvXQRBr3bT0C+eXAXPrJsjr3lG0q+
      gGCOvZAwJb2EqIg+Ww4aPg==
      """;

  /// What that module gives in evaluation for sin(0.7 · i), i < 36, as [2, 2, 3, 3].
  private static final float[] OUTPUT = {
    -0.20363977551460266f, -0.08377233147621155f, -0.2047812044620514f, -0.0832662284374237f
  };

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void writeFile() throws IOException {
    file = folder.resolve("torch.safetensors");
    Files.write(file, Base64.getMimeDecoder().decode(TORCH));
  }

  private static Sequential network(Flatten.Order order) {
    return Sequential.of(
        Conv2d.init(Key.of(1), 2, 3, 2),
        BatchNorm.init(3),
        Activation.RELU,
        new Flatten(order),
        Linear.init(Key.of(2), 12, 2));
  }

  private static Sequential network() {
    return network(Flatten.Order.CHANNELS_FIRST);
  }

  private static void assertTorchs(Layer network) {
    float[] x = new float[36];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(0.7f * i);
    }
    Tensor images = Tensor.of(x, 2, 2, 3, 3).permute(0, 2, 3, 1);
    // PyTorch sums in another order.
    assertArrayEquals(OUTPUT, network.apply(images).toFloats(), 1e-6f);
  }

  @Test
  void aConvolutionalNetworkGivesPyTorchsNumbers() {
    Sequential loaded = TorchWeights.load(network(), file);
    assertTorchs(loaded);
    // int64 in the file
    assertEquals(5, ((BatchNorm) loaded.layers().get(1)).numBatchesTracked().item());
  }

  @Test
  void flatteningInAnotherOrderIsAnError() {
    assertEquals(
        "torch weights: the model flattens images channels last, PyTorch channels first;"
            + " use Flatten(CHANNELS_FIRST)",
        assertThrows(
                IllegalArgumentException.class,
                () -> TorchWeights.load(network(Flatten.Order.CHANNELS_LAST), file))
            .getMessage());
  }

  @Test
  void layerNormOverImagesIsAnError() {
    Layer norm = LayerNorm.init(3, 3, 3);
    Path saved = folder.resolve("norm.safetensors");
    new SafeTensors(StateDict.of(norm)).write(saved);
    assertEquals(
        "torch weights: the model has a LayerNorm over [3, 3, 3], whose weights PyTorch stores"
            + " channels first; set them by hand",
        assertThrows(IllegalArgumentException.class, () -> TorchWeights.load(norm, saved))
            .getMessage());
    Layer sequences = LayerNorm.init(3, 9); // [L, C] in PyTorch too
    new SafeTensors(StateDict.of(sequences)).write(saved);
    TorchWeights.load(sequences, saved);
    Sequential bare = Sequential.of(LayerNorm.init(Shape.of(3, 3, 3), 1e-5, false));
    new SafeTensors(StateDict.of(bare)).write(saved);
    TorchWeights.load(bare, saved);
  }

  /// The file without its wrapper's name, with other names, or without some.
  private Path rewritten(UnaryOperator<String> renaming) {
    Path other = folder.resolve("other.safetensors");
    new SafeTensors(StateDict.renamed(SafeTensors.read(file).tensors(), renaming)).write(other);
    return other;
  }

  @Test
  void namesWithAndWithoutWrappersAreRead() {
    Path bare = rewritten(name -> name.substring("module.".length()));
    assertTorchs(TorchWeights.load(network(), bare));
    assertTorchs(TorchWeights.load(network(), rewritten(name -> "_orig_mod." + name)));
  }

  @Test
  void aModelWithAPartOfTheWrappersNameKeepsIt() {
    Map<String, Layer> wrapped = Map.of("module", network());
    assertTorchs(TorchWeights.load(wrapped, file).get("module"));
  }

  @Test
  void oldFilesLackTheCountOfBatches() {
    Path old = rewritten(name -> name.endsWith("num_batches_tracked") ? null : name);
    Sequential loaded = TorchWeights.load(network(), old);
    assertTorchs(loaded);
    assertEquals(0, ((BatchNorm) loaded.layers().get(1)).numBatchesTracked().item());
  }

  /// Whatever is around the network, if all names say so: a Lightning module, modules within one.
  @ParameterizedTest
  @ValueSource(
      strings = {"model.", "net.", "core_model.", "module.module.", "model._orig_mod.", "a.b.c.d."})
  void whatAllNamesBeginWithIsTakenOff(String prefix) {
    UnaryOperator<String> wrapped = name -> prefix + name.substring("module.".length());
    assertTorchs(TorchWeights.load(network(), rewritten(wrapped)));
    assertTorchs(TorchWeights.load((Key key) -> network(), rewritten(wrapped)));
    UnaryOperator<String> old =
        name -> name.endsWith("num_batches_tracked") ? null : wrapped.apply(name);
    assertTorchs(TorchWeights.load(network(), rewritten(old)));
  }

  @Test
  void aPrefixThatNotAllNamesHaveStays() {
    Path file =
        rewritten(name ->
            name.equals("module.1.bias")
                ? "criterion.bias"
                : "model" + name.substring("module".length()));
    assertEquals(
        file
            + ": lacks 0.weight, 0.bias, 1.weight, 1.bias, 1.running_mean and 3 more; the model has"
            + " no model.1.num_batches_tracked, model.0.bias, model.0.weight, criterion.bias,"
            + " model.1.running_mean and 4 more; nearest to 0.weight is model.0.weight (rename with"
            + " StateDict.prefixes or under)",
        assertThrows(DataError.class, () -> TorchWeights.load(network(), file)).getMessage());
  }

  /// The prefix is the model's own, and the file has it once more.
  @Test
  void aPrefixOfTheModelsIsKeptAndAnotherAroundItTakenOff() {
    Map<String, Layer> model = Map.of("model", network());
    Path once = rewritten(name -> "model" + name.substring("module".length()));
    assertTorchs(TorchWeights.load(model, once).get("model"));
    Path twice = rewritten(name -> "model.model" + name.substring("module".length()));
    assertTorchs(TorchWeights.load(model, twice).get("model"));
  }

  @Test
  void namesOfEndlessPartsAreRefusedAtOnce() {
    String parts = "a.".repeat(30_000);
    Path file = rewritten(name -> parts + name);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThrows(DataError.class, () -> TorchWeights.load(network(), file)));
  }

  /// The layout of torch-uncertainty's deep ensembles inside a Lightning module.
  @Test
  void oneOfSeveralNetworksIsPicked() {
    Map<String, Tensor> both = new LinkedHashMap<>();
    for (int i = 0; i < 2; i++) {
      String prefix = "model.core_models." + i + ".";
      StateDict.of(Linear.init(Key.of(i), 2, 3)).forEach((n, t) -> both.put(prefix + n, t));
    }
    both.put("loss.weight", Tensor.ones(3));
    new SafeTensors(both).write(file);
    for (int i = 0; i < 2; i++) {
      Linear picked =
          TorchWeights.load(
              (Key key) -> Linear.init(key, 2, 3),
              file,
              StateDict.under("model.core_models." + i + "."));
      Bits.assertSame(Linear.init(Key.of(i), 2, 3), picked);
    }
    assertEquals(
        file
            + ": lacks weight, bias; the model has no model.core_models.0.weight,"
            + " model.core_models.0.bias, model.core_models.1.weight, model.core_models.1.bias,"
            + " loss.weight; all that it lacks is there under model.core_models.0."
            + " (StateDict.under(\"model.core_models.0.\") takes that alone)",
        assertThrows(DataError.class, () -> TorchWeights.load(Linear.init(Key.of(1), 2, 3), file))
            .getMessage());
  }

  /// The names of torch-uncertainty's packed LeNet, here of one network, inside a Lightning module.
  @Test
  void aConvolutionOneLevelDeeperIsRenamed() {
    LeNet model = LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10);
    Map<String, Tensor> deeper = new LinkedHashMap<>();
    StateDict.of(model)
        .forEach((n, t) -> deeper.put("model." + n.replaceFirst("^(conv.)", "$1.conv"), t));
    new SafeTensors(deeper).write(file);
    Bits.assertSame(
        model,
        TorchWeights.load(
            (Key key) -> LeNet.init(key, Shape.of(28, 28, 1), 10),
            file,
            name -> name.replace(".conv.", ".")));
    String said =
        assertThrows(
                DataError.class,
                () -> TorchWeights.load(LeNet.init(Key.of(2), Shape.of(28, 28, 1), 10), file))
            .getMessage();
    assertTrue(said.contains("; nearest to conv1.weight is conv1.conv.weight (rename"), said);
  }

  /// What is left out is not read, so that it may be anything.
  @Test
  void tensorsThatAreLeftOutAreNotRead() throws IOException {
    String header =
        "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
            + "\"freqs\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[8,16]}}";
    Files.write(file, SafeTensorsTest.bytes(header, new byte[16]));
    Linear model = Linear.init(Key.of(1), 1, 1);
    Linear loaded = TorchWeights.load(model, file, name -> name.equals("freqs") ? null : name);
    assertEquals(0, loaded.weight().item());
    assertEquals(
        file + ": the model has no freqs",
        assertThrows(DataError.class, () -> TorchWeights.load(model, file)).getMessage());
    String said =
        assertThrows(
                DataError.class,
                () ->
                    TorchWeights.load(
                        model, file, name -> name.equals("freqs") ? "bias" : name + "s"))
            .getMessage();
    assertTrue(said.startsWith(file + ": lacks weight; the model has no weights, biass"), said);
  }

  @Test
  void otherNamesAreRenamed() {
    Map<String, String> prefixes = new LinkedHashMap<>();
    prefixes.put("features.", "");
    prefixes.put("features.head.", "4.");
    Path other =
        rewritten(StateDict.prefixes(Map.of("module.", "features.", "module.4", "features.head")));
    assertTorchs(TorchWeights.load(network(), other, StateDict.prefixes(prefixes)));
  }

  @Test
  void whatDoesNotFitGetsOneLine() {
    Sequential narrow = Sequential.of(Linear.init(Key.of(1), 2, 3));
    assertEquals(
        file
            + ": the model has no 1.num_batches_tracked, 1.bias, 1.running_mean,"
            + " 1.running_var, 1.weight and 2 more",
        assertThrows(DataError.class, () -> TorchWeights.load(narrow, file)).getMessage());
  }
}
