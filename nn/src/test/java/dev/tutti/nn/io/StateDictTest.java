package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.TorchOrder;
import dev.tutti.nn.models.LeNet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDictTest {
  @TempDir Path folder;

  private static final Key KEY = Key.of(5);

  /// A name's shape, for comparisons in one look.
  private static String shapes(Map<String, Tensor> dict) {
    StringBuilder text = new StringBuilder();
    dict.forEach((name, tensor) -> text.append(name).append(tensor.shape()).append(' '));
    return text.toString().strip();
  }

  @Test
  void linearWeightsAreTransposed() {
    Linear layer = new Linear(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), null);
    Map<String, Tensor> dict = StateDict.of(layer);
    assertEquals("weight[3, 2]", shapes(dict));
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, dict.get("weight").toFloats());
  }

  @Test
  void convolutionWeightsAreOutInHeightWidth() {
    Conv2d layer = Conv2d.init(KEY, 4, 6, 3, Conv2d.Geometry.DEFAULT.groups(2));
    Map<String, Tensor> dict = StateDict.of(layer);
    assertEquals("weight[6, 2, 3, 3] bias[6]", shapes(dict));
    float[] ours = layer.weight().toFloats();
    float[] torch = dict.get("weight").toFloats();
    for (int h = 0; h < 3; h++) {
      for (int w = 0; w < 3; w++) {
        for (int i = 0; i < 2; i++) {
          for (int o = 0; o < 6; o++) {
            assertEquals(ours[((h * 3 + w) * 2 + i) * 6 + o], torch[((o * 2 + i) * 3 + h) * 3 + w]);
          }
        }
      }
    }
    assertSame(layer.bias(), dict.get("bias"));
  }

  @Test
  void namesAreThoseOfPyTorch() {
    assertEquals(
        "conv1.weight[6, 1, 5, 5] conv1.bias[6] conv2.weight[16, 6, 5, 5] conv2.bias[16]"
            + " fc1.weight[120, 256] fc1.bias[120] fc2.weight[84, 120] fc2.bias[84]"
            + " fc3.weight[10, 84] fc3.bias[10]",
        shapes(StateDict.of(LeNet.init(KEY, Shape.of(28, 28, 1), 10))));
    assertEquals(
        "0.weight[3, 2] 0.bias[3] 2.weight[4, 3] 2.bias[4]",
        shapes(
            StateDict.of(
                Sequential.of(Linear.init(KEY, 2, 3), Activation.RELU, Linear.init(KEY, 3, 4)))));
  }

  @Test
  void membersStayFirst() {
    Layer stacked = Transforms.vmap((Key k) -> (Layer) Linear.init(k, 2, 3)).apply(KEY.split(4));
    Map<String, Tensor> dict = StateDict.of(stacked);
    assertEquals("weight[4, 3, 2] bias[4, 3]", shapes(dict));
    for (int m = 0; m < 4; m++) {
      assertArrayEquals(
          StateDict.of(Tree.get(stacked, m)).get("weight").toFloats(),
          dict.get("weight").get(m).toFloats());
    }
  }

  @Test
  void loadIsTheInverse() {
    Layer from = LeNet.init(KEY, Shape.of(16, 20, 3), 5);
    Layer to = LeNet.init(Key.of(6), Shape.of(16, 20, 3), 5);
    Path file = folder.resolve("lenet.safetensors");
    new SafeTensors(StateDict.of(from)).write(file);
    Layer loaded = StateDict.load(to, SafeTensors.read(file).tensors());
    List<Tensor> expected = Tree.tensors(from);
    List<Tensor> actual = Tree.tensors(loaded);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).shape(), actual.get(i).shape());
      assertArrayEquals(expected.get(i).toFloats(), actual.get(i).toFloats());
    }
  }

  @Test
  void wrongNamesGetOneLine() {
    Layer model = LeNet.init(KEY, Shape.of(28, 28, 1), 10);
    Map<String, Tensor> dict = new LinkedHashMap<>(StateDict.of(model));
    Tensor weight = dict.remove("conv1.weight");
    assertEquals("state dict: lacks conv1.weight", errorOf(model, dict));
    dict.put("conv1.wieght", weight);
    assertEquals(
        "state dict: lacks conv1.weight; the model has no conv1.wieght; nearest to conv1.weight is"
            + " conv1.wieght (rename with StateDict.prefixes or under)",
        errorOf(model, dict));
    assertEquals(
        "state dict: lacks conv1.weight, conv1.bias, conv2.weight, conv2.bias, fc1.weight and 5"
            + " more",
        errorOf(model, Map.of()));
  }

  @Test
  void wrongShapesAndTypesGetOneLine() {
    Layer model = Linear.init(KEY, 2, 3);
    Map<String, Tensor> dict = new LinkedHashMap<>(StateDict.of(model));
    dict.put("weight", Tensor.zeros(2, 3));
    assertEquals(
        "state dict: weight is float32[2, 3], the model's is float32[3, 2]", errorOf(model, dict));
    dict.put("weight", Tensor.of(new int[6], 3, 2));
    assertEquals(
        "state dict: weight is int32[3, 2], the model's is float32[3, 2]", errorOf(model, dict));
  }

  private static String errorOf(Object tree, Map<String, Tensor> dict) {
    return assertThrows(DataError.class, () -> StateDict.load(tree, dict)).getMessage();
  }

  /// A record whose order names more axes than its tensor has.
  public record Thin(@TorchOrder({1, 0}) Tensor weight) {}

  @Test
  void ordersOfTooManyAxesAreRefused() {
    assertEquals(
        "state dict: weight is [3], its PyTorch order names 2 axes",
        assertThrows(ShapeError.class, () -> StateDict.of(new Thin(Tensor.ones(3)))).getMessage());
  }

  @Test
  void partsOfAModelAreLoaded() {
    Linear model = Linear.init(KEY, 2, 3);
    Tensor weight = Tensor.arange(6).reshape(3, 2).cast(DType.FLOAT32);
    StateDict.Loaded<Linear> loaded =
        StateDict.loadPartly(model, Map.of("weight", weight, "scale", Tensor.ones(1)));
    assertEquals(List.of("bias"), loaded.missing());
    assertEquals(List.of("scale"), loaded.unexpected());
    assertSame(model.bias(), loaded.tree().bias());
    assertArrayEquals(new float[] {0, 2, 4, 1, 3, 5}, loaded.tree().weight().toFloats());
  }

  @Test
  void partsMustFit() {
    assertEquals(
        "state dict: weight is float32[2, 3], the model's is float32[3, 2]",
        assertThrows(
                DataError.class,
                () ->
                    StateDict.loadPartly(
                        Linear.init(KEY, 2, 3), Map.of("weight", Tensor.zeros(2, 3))))
            .getMessage());
  }

  @Test
  void namesAreMapped() {
    Linear model = Linear.init(KEY, 2, 3);
    Map<String, Tensor> foreign = new LinkedHashMap<>();
    StateDict.of(model).forEach((name, tensor) -> foreign.put("head.fc." + name, tensor));
    foreign.put("head.extra", Tensor.ones(1));
    Linear loaded =
        StateDict.load(
            Linear.init(Key.of(6), 2, 3),
            foreign,
            name -> name.startsWith("head.fc.") ? name.substring(8) : null);
    Bits.assertSame(model, loaded);
  }

  @Test
  void theLongestPrefixIsReplaced() {
    UnaryOperator<String> renaming =
        StateDict.prefixes(Map.of("a.", "b.", "a.a.", "", "", "other."));
    assertEquals("b.weight", renaming.apply("a.weight"));
    assertEquals("weight", renaming.apply("a.a.weight"));
    assertEquals("other.weight", renaming.apply("weight"));
  }

  @Test
  void twoTensorsOfOneNewNameAreRefused() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    values.put("a.x", Tensor.scalar(1));
    values.put("b.x", Tensor.scalar(1));
    assertEquals(
        "state dict: b.x and another tensor are both renamed x",
        assertThrows(DataError.class, () -> StateDict.renamed(values, name -> name.substring(2)))
            .getMessage());
  }
}
