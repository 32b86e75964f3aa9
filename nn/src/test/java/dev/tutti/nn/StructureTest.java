package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Window;
import dev.tutti.nn.attention.TransformerEncoderLayer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.VisionTransformer;
import dev.tutti.nn.models.WideResNet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Networks as text, and what they do layer by layer.
class StructureTest {
  private static final Key KEY = Key.of(1);
  private static final Shape IMAGE = Shape.of(32, 32, 3);

  private record Own(Layer first, List<Layer> rest, double rate, String name) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      Tensor y = first.apply(x, ctx);
      for (Layer layer : rest) {
        y = layer.apply(y, ctx);
      }
      return y;
    }
  }

  @Test
  void aNetworkPrintsAsItIsNested() {
    Layer relu = (x, ctx) -> x.relu();
    Layer net =
        Sequential.of(
            Conv2d.init(
                KEY, 1, 6, 5, Conv2d.Geometry.DEFAULT.stride(2).padding(Padding.of(1)).groups(1)),
            BatchNorm.init(6),
            Activation.GELU,
            relu,
            new MaxPool2d(2),
            Sequential.of(new Flatten(Flatten.Order.CHANNELS_LAST), Linear.init(KEY, 24, 3, false)),
            new Dropout(0.5));
    assertEquals(
        """
        Sequential(
          (0): Conv2d(weight=[5, 5, 1, 6], bias=[6], geometry=stride 2, padding 1)
          (1): BatchNorm(weight=[6], bias=[6], running_mean=[6], running_var=[6], \
        num_batches_tracked=int32[], momentum=0.1, eps=1.0E-5)
          (2): GELU
          (3): function
          (4): MaxPool2d(window=2×2, stride 2, ceil_mode=false)
          (5): Sequential(
            (0): Flatten(order=CHANNELS_LAST)
            (1): Linear(weight=[24, 3], bias=none)
          )
          (6): Dropout(p=0.5)
        )\
        """,
        net.toString());
  }

  @Test
  void aRecordOfOnesOwnPrintsWithTheSameFunction() {
    Own own =
        new Own(new Identity(), List.of(Linear.init(KEY, 2, 3), Activation.RELU), 0.1, "head");
    assertEquals(
        """
        Own(
          (first): Identity()
          (rest): [
            (0): Linear(weight=[2, 3], bias=[3])
            (1): RELU
          ]
          (rate): 0.1
          (name): head
        )\
        """,
        Structure.of(own));
    assertEquals("[2, 3]", Structure.of(Tensor.ones(2, 3)));
    assertEquals("none", Structure.of(null));
  }

  static Stream<Layer> models() {
    return Stream.of(
        Mlp.init(KEY, 3072, 64, 10),
        LeNet.init(KEY, IMAGE, 10),
        ConvNet.init(KEY, IMAGE, 10),
        ResNet.resnet18().stem(ResNet.Stem.CIFAR).width(8).init(KEY, IMAGE, 10),
        ResNet.resnet50().stem(ResNet.Stem.CIFAR).width(8).init(KEY, IMAGE, 10),
        Vgg.vgg11().width(8).head(Vgg.Head.CIFAR).batchNorm(true).init(KEY, IMAGE, 10),
        WideResNet.wideResNet28x10().depth(10).factor(1).init(KEY, IMAGE, 10),
        VisionTransformer.init(
            KEY, new VisionTransformer.Config(IMAGE, 8, 2, 2, 16, 32, 10, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsPrintNoWeightsAndSumUp(Layer model) {
    String text = model.toString();
    assertTrue(text.startsWith(model.getClass().getSimpleName() + "(\n"), text);
    assertTrue(text.length() < 20_000, text);
    assertFalse(text.contains("Tensor"), text);
    Summary summary = model.summary(IMAGE);
    Summary.Row whole = summary.rows().getFirst();
    assertEquals("", whole.path());
    assertEquals(model.parameterCount(), whole.parameters());
    assertEquals(model.flops(IMAGE), whole.flops());
    assertEquals(Shape.of(1, 10), whole.output());
    long leaves =
        summary.rows().stream()
            .filter(r -> r.type().equals("Conv2d") || r.type().equals("Linear"))
            .mapToLong(Summary.Row::flops)
            .sum();
    assertTrue(leaves <= whole.flops() && leaves > whole.flops() / 2, summary.toString());
  }

  @Test
  void aSummaryHasARowPerLayer() {
    Sequential net =
        Sequential.of(Linear.init(KEY, 784, 32), Activation.RELU, Linear.init(KEY, 32, 10));
    assertEquals(
        """
        layer  type        output   parameters   flops
               Sequential  [1, 10]      25,450  50,816
        0      Linear      [1, 32]      25,120  50,176
        1      RELU        [1, 32]           0       0
        2      Linear      [1, 10]         330     640\
        """,
        net.summary(Shape.of(784)).toString());
  }

  /// A layer that runs twice, sequences, tokens, and parts declared with their own classes.
  @Test
  void summariesOfOtherNetworks() {
    Linear twice = Linear.init(KEY, 4, 4);
    Summary both = Sequential.of(twice, twice).summary(Shape.of(4));
    assertEquals(32, both.rows().get(1).flops());
    assertEquals(64, both.rows().get(0).flops());
    TransformerEncoderLayer encoder = TransformerEncoderLayer.init(KEY, 8, 2, 16, 0);
    Summary words =
        Summary.of(
            Sequential.of(Embedding.init(KEY, 10, 8), encoder),
            Tensor.of(new int[] {1, 2, 3}, 1, 3));
    assertEquals(Shape.of(1, 3, 8), words.rows().getFirst().output());
    assertEquals(
        List.of("", "0", "1", "1.self_attn", "1.self_attn.out_proj"),
        words.rows().stream().limit(5).map(Summary.Row::path).toList());
    assertTrue(words.rows().stream().allMatch(r -> r.output() != null), words.toString());
    assertEquals(Shape.of(1, 4), new Remat(twice).summary(Shape.of(4)).rows().getLast().output());
  }

  @Test
  void insideATransformTheMembersShapesPrint() {
    String[] text = new String[1];
    Transforms.vmap(
            (Layer n) -> {
              text[0] = n.toString();
              return Tensor.scalar(1);
            })
        .apply(new Linear(Tensor.ones(4, 2, 3), Tensor.ones(4, 3)));
    assertEquals("Linear(weight=[2, 3], bias=[3])", text[0]);
  }

  @Test
  void deepNetworksPrint() {
    Layer net = new Identity();
    for (int i = 0; i < 5_000; i++) {
      net = Sequential.of(net);
    }
    assertTrue(net.toString().contains("…"));
  }

  @Test
  void geometriesPrintWhatDiffersFromTheDefault() {
    Conv2d.Geometry g = Conv2d.Geometry.DEFAULT;
    assertEquals("stride 1", g.toString());
    assertEquals(
        "stride 1×2, padding same, dilation 3, groups 4",
        g.stride(1, 2).padding(Padding.SAME).dilation(3).groups(4).toString());
    assertEquals(
        "stride 1, padding 1, 1, 0, 0, REFLECT",
        g.padding(Padding.of(1, 1, 0, 0)).mode(PaddingMode.REFLECT).toString());
    assertEquals("3×2, stride 1, dilation 2", Window.of(3, 2).dilation(2, 2).toString());
  }
}
