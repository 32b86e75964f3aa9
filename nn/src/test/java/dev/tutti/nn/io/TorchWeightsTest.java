package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm2d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.DataError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchWeightsTest {
  /// The state dict, under "module.", of nn.Sequential(Conv2d(2, 3, 2), BatchNorm2d(3), ReLU(),
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
        BatchNorm2d.init(3),
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
    assertEquals(5, ((BatchNorm2d) loaded.layers().get(1)).numBatchesTracked().item());
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
    assertEquals(0, ((BatchNorm2d) loaded.layers().get(1)).numBatchesTracked().item());
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
