package dev.tutti.nn.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.TorchNumbers;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.VisionTransformer.Config;
import dev.tutti.testkit.Expect;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The vision transformer against torchvision's.
class VisionTransformerTest {
  private static final Config SMALL = new Config(Shape.of(8, 8, 3), 4, 2, 2, 6, 10, 3, 0, 0);

  /// The state dict of torchvision 0.29.2's `VisionTransformer(image_size=8, patch_size=4,
  /// num_layers=2, num_heads=2, hidden_dim=6, mlp_dim=10, num_classes=3)`, in its order.
  @Test
  void namesAndShapesAreTorchvisions() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("class_token", "[1, 1, 6]");
    expected.put("conv_proj.weight", "[6, 3, 4, 4]");
    expected.put("conv_proj.bias", "[6]");
    expected.put("encoder.pos_embedding", "[1, 5, 6]");
    for (int i = 0; i < 2; i++) {
      String block = "encoder.layers.encoder_layer_" + i;
      expected.put(block + ".ln_1.weight", "[6]");
      expected.put(block + ".ln_1.bias", "[6]");
      expected.put(block + ".self_attention.in_proj_weight", "[18, 6]");
      expected.put(block + ".self_attention.in_proj_bias", "[18]");
      expected.put(block + ".self_attention.out_proj.weight", "[6, 6]");
      expected.put(block + ".self_attention.out_proj.bias", "[6]");
      expected.put(block + ".ln_2.weight", "[6]");
      expected.put(block + ".ln_2.bias", "[6]");
      expected.put(block + ".mlp.0.weight", "[10, 6]");
      expected.put(block + ".mlp.0.bias", "[10]");
      expected.put(block + ".mlp.3.weight", "[6, 10]");
      expected.put(block + ".mlp.3.bias", "[6]");
    }
    expected.put("encoder.ln.weight", "[6]");
    expected.put("encoder.ln.bias", "[6]");
    expected.put("heads.head.weight", "[3, 6]");
    expected.put("heads.head.bias", "[3]");
    Map<String, String> actual = new LinkedHashMap<>();
    StateDict.of(VisionTransformer.init(Key.of(1), SMALL))
        .forEach((name, t) -> actual.put(name, t.shape().toString()));
    assertEquals(expected.toString(), actual.toString());
  }

  /// torchvision's counts of the same sizes; of networks of 12 blocks from one block, since all
  /// blocks are alike. (ViT-Ti/16 and S/16 have 5.7 and 22 million in DeiT's paper.)
  @Test
  void parameterCounts() {
    assertEquals(1019, VisionTransformer.init(Key.of(1), SMALL).parameterCount());
    Config eleven = new Config(Shape.of(32, 32, 3), 4, 11, 3, 48, 96, 10, 0, 0);
    VisionTransformer model = VisionTransformer.init(Key.of(1), eleven);
    assertEquals(214_666, model.parameterCount());
    assertEquals(Shape.of(2, 10), model.apply(Tensor.ones(2, 32, 32, 3)).shape());
    Shape image = Shape.of(224, 224, 3);
    assertEquals(86_567_656, parameters(Config.base16(image, 1000)));
    assertEquals(22_050_664, parameters(Config.small16(image, 1000)));
    assertEquals(5_717_416, parameters(Config.tiny16(image, 1000)));
  }

  private static long parameters(Config c) {
    assertEquals(64, c.width() / c.heads()); // each head, in all of them
    Config one =
        new Config(c.image(), c.patch(), 1, c.heads(), c.width(), c.mlp(), c.classes(), 0, 0);
    VisionTransformer slim = VisionTransformer.init(Key.of(1), one);
    long block = Tree.tensors(slim.encoder().layers()).stream().mapToLong(Tensor::size).sum();
    return slim.parameterCount() + (c.layers() - 1) * block;
  }

  /// The logits of torchvision's with the numbers of [TorchNumbers].
  @Test
  void logitsAreTorchvisions() {
    VisionTransformer model = TorchNumbers.filled(VisionTransformer.init(Key.of(1), SMALL));
    Tensor x = TorchNumbers.input(2, 3, 8, 8).permute(0, 2, 3, 1);
    TorchNumbers.same(
        new double[] {
          -0.8306796961907366,
          -1.1733859144789878,
          1.1574648452650171,
          -0.8686872117672896,
          -1.1825256286854362,
          1.2044340484289155
        },
        model.apply(x));
  }

  @Test
  void initialValuesAreTorchvisions() {
    Config wide = new Config(Shape.of(16, 8, 3), 4, 1, 2, 100, 200, 5, 0, 0);
    VisionTransformer model = VisionTransformer.init(Key.of(2), wide);
    Expect.equal(new double[2 * 5], model.apply(Tensor.ones(2, 16, 8, 3)));
    Map<String, Tensor> state = StateDict.of(model);
    // five standard errors of the mean square of n normal draws, √(2 / n) each
    close(0.02, state.get("encoder.pos_embedding"), 5);
    close(1 / Math.sqrt(48), state.get("conv_proj.weight"), 5);
    close(1e-6, state.get("encoder.layers.encoder_layer_0.mlp.0.bias"), 5);
    double bound = Math.sqrt(6.0 / 300);
    Tensor mlp = state.get("encoder.layers.encoder_layer_0.mlp.3.weight");
    double most = mlp.abs().max().item();
    assertTrue(most <= bound && most > 0.99 * bound, most + " of " + bound);
    for (String zero : new String[] {"class_token", "conv_proj.bias", "heads.head.weight"}) {
      assertEquals(0, state.get(zero).abs().max().item(), zero);
    }
  }

  /// Patches of one pixel have a deviation of 1.
  @Test
  void patchesAreCutOffAtTwo() {
    Config pixels = new Config(Shape.of(2, 2, 1), 1, 1, 1, 400, 2, 2, 0, 0);
    double most =
        StateDict.of(VisionTransformer.init(Key.of(3), pixels))
            .get("conv_proj.weight")
            .abs()
            .max()
            .item();
    assertTrue(most <= 2 && most > 1.9, "" + most);
  }

  private static void close(double std, Tensor t, double errors) {
    double square = t.mul(t).mean().item() / (std * std);
    assertEquals(1, square, errors * Math.sqrt(2.0 / t.size()));
  }

  @Test
  void imagesMustBeWholePatches() {
    Expect.error(
        "vision_transformer: needs images [H, W, C] of whole patches of 4×4, got [8, 6, 3]",
        () -> new Config(Shape.of(8, 6, 3), 4, 2, 2, 6, 10, 3, 0, 0));
    VisionTransformer model = VisionTransformer.init(Key.of(1), SMALL);
    Expect.error(
        "vision_transformer: images [1, 8, 12, 3] have 6 patches, there are positions for 4",
        () -> model.apply(Tensor.ones(1, 8, 12, 3)));
  }
}
