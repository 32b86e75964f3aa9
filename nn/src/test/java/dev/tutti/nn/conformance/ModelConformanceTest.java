package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Transforms.ValueAndGrad;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.loss.Losses;
import dev.tutti.testkit.Expect;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole networks with PyTorch's parameters: logits, a training pass, and state dicts both ways.
///
/// With `-Dtutti.conformance.out=FOLDER` the files that Tutti writes stay there, and `generate.py
/// --check FILE MODEL` loads them in PyTorch.
class ModelConformanceTest {
  /// Of the largest logit; PyTorch's float32 is up to 7e-7 from its float64.
  private static final Near LOGITS = Near.relative(1e-5);

  /// Of the largest magnitude of a tensor. ResNet-18's last normalisations see 12 values a channel
  /// here, whose differences cancel digits: PyTorch's float32 is up to 1e-5 from its float64.
  private static final Near TRAINING = Near.relative(2e-4);

  private static final Fixture FIXTURE = Fixture.read("models");

  private static final Map<String, Layer> LOADED = new ConcurrentHashMap<>();

  private static Map<String, Tensor> written(String name) {
    String file = name.equals("lenet") ? "lenet.safetensors" : "resnet18.safetensors.gz";
    return Fixture.safeTensors(file).tensors();
  }

  /// Made once.
  private static Layer network(String name) {
    return LOADED.computeIfAbsent(name, ModelConformanceTest::loaded);
  }

  private static Layer loaded(String name) {
    Layer made = ModelTable.zeros(ModelTable.NETWORKS.get(name));
    Case c = FIXTURE.cases().get(name);
    return switch (name) {
      case "mlp" -> StateDict.load(made, c.tensors("parameter"));
      case "lenet", "resnet18" -> StateDict.load(made, written(name));
      default -> tile().fill(made, c.arguments().list("names"));
    };
  }

  private static Tile tile() {
    Case c = FIXTURE.cases().get("tile");
    return new Tile(c.tensor("tile", "tile").toFloats(), c.arguments().integer("shift"));
  }

  static Set<String> names() {
    return ModelTable.NETWORKS.keySet();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void logitsArePyTorchs(String name) {
    Case c = FIXTURE.cases().get(name);
    Layer network = network(name);
    Tensor x = Axes.CHANNELS.ours(c.tensor("input", "x"));
    LOGITS.check("logits", c.tensor("output", "logits"), network.apply(x));
    assertEquals(c.arguments().integer("parameters"), network.parameterCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet", "resnet18"})
  void aTrainingPassIsPyTorchs(String name) {
    Case c = FIXTURE.cases().get(name);
    Tensor x = Axes.CHANNELS.ours(c.tensor("input", "x"));
    Tensor labels = c.tensor("train", "labels");
    Layer network = network(name);
    ValueAndGrad<Layer, Loss<List<Tensor>>> g =
        Transforms.valueAndGrad(
                (Layer net) -> {
                  Ctx ctx = Ctx.training(Key.of(0));
                  Tensor loss = Losses.crossEntropy(net.apply(x, ctx), labels);
                  return new Loss<>(loss, ctx.states(net));
                })
            .apply(network);
    TRAINING.check("loss", c.tensor("train", "loss"), g.value().value());
    Map<String, Tensor> gradient = StateDict.of(g.grad());
    c.tensors("norm")
        .forEach((parameter, norm) -> {
          Tensor own = gradient.get(parameter).cast(DType.FLOAT64);
          Tensor actual = own.mul(own).sum().sqrt().cast(DType.FLOAT32);
          TRAINING.check("norm of the gradient of " + parameter, norm, actual);
        });
    c.tensors("grad")
        .forEach((parameter, expected) ->
            TRAINING.check("gradient of " + parameter, expected, gradient.get(parameter)));
    Map<String, Tensor> after = StateDict.of(Ctx.withStates(network, g.value().aux()));
    c.tensors("after")
        .forEach(
            (buffer, expected) -> TRAINING.check(buffer + " after", expected, after.get(buffer)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet", "resnet18"})
  void writtenBackItIsTheSameFile(String name, @TempDir Path temporary) {
    Map<String, Tensor> expected = written(name);
    String kept = System.getProperty("tutti.conformance.out");
    Path file = (kept == null ? temporary : Path.of(kept)).resolve(name + ".safetensors");
    new SafeTensors(StateDict.of(network(name))).write(file);
    Map<String, Tensor> actual = SafeTensors.read(file).tensors();
    assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(actual.keySet()));
    expected.forEach((tensor, value) -> Expect.sameBits(tensor, value, actual.get(tensor)));
  }

  /// So the tile fills the other networks as the script did.
  @Test
  void theTileMakesTheFile() {
    Layer network = network("resnet18");
    List<?> names = FIXTURE.cases().get("resnet18").arguments().list("names");
    Expect.sameLeaves("resnet18", network, tile().fill(network, names));
  }

  static Set<String> torchvision() {
    return ModelTable.TORCHVISION.keySet();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("torchvision")
  void namesAndShapesAreTorchvisions(String name) {
    Map<String, Shape> actual = new LinkedHashMap<>();
    StateDict.of(ModelTable.shapesOnly(ModelTable.TORCHVISION.get(name)))
        .forEach((tensor, value) -> actual.put(tensor, value.shape().tail()));
    assertEquals(Fixture.torchvision(name), actual);
  }

  @Test
  void everyNetworkOfTheFixtureIsThere() {
    Set<String> cases = new TreeSet<>(FIXTURE.cases().keySet());
    cases.remove("tile");
    assertEquals(cases, names());
  }
}
