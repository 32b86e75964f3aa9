package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.VisionTransformer;
import dev.tutti.nn.models.WideResNet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Inputs with their channels first, as PyTorch has them: the error says how to turn them.
class ChannelsFirstTest {
  private static final Key KEY = Key.of(1);
  private static final String IMAGES =
      "; images are [N, H, W, C] here; did you mean x.permute(0, 2, 3, 1)?";
  private static final String SEQUENCES =
      "; sequences are [N, L, C] here; did you mean x.permute(0, 2, 1)?";

  static Stream<Arguments> layers() {
    Conv2d.Geometry g = Conv2d.Geometry.DEFAULT;
    return Stream.of(
        Arguments.of(Conv2d.init(KEY, 1, 6, 5), Shape.of(2, 1, 28, 28), IMAGES),
        Arguments.of(Conv2d.init(KEY, 4, 6, 3, g.groups(2)), Shape.of(2, 4, 28, 28), IMAGES),
        Arguments.of(ConvTranspose2d.init(KEY, 3, 6, 5, g), Shape.of(2, 3, 28, 28), IMAGES),
        Arguments.of(Conv1d.init(KEY, 1, 6, 3), Shape.of(2, 1, 28), SEQUENCES),
        Arguments.of(Conv1d.init(KEY, 3, 6, 3), Shape.of(2, 3, 28), SEQUENCES),
        Arguments.of(ConvTranspose1d.init(KEY, 3, 6, 3, g), Shape.of(2, 3, 28), SEQUENCES),
        Arguments.of(BatchNorm.init(3), Shape.of(2, 3, 28, 28), IMAGES),
        Arguments.of(BatchNorm.init(3), Shape.of(2, 3, 28), SEQUENCES),
        Arguments.of(GroupNorm.init(2, 4), Shape.of(2, 4, 28, 28), IMAGES),
        Arguments.of(InstanceNorm.init(3), Shape.of(2, 3, 28, 28), null),
        Arguments.of(new MaxPool2d(2), Shape.of(2, 1, 28, 28), IMAGES),
        Arguments.of(LeNet.init(KEY, Shape.of(28, 28, 1), 10), Shape.of(2, 1, 28, 28), IMAGES),
        Arguments.of(ConvNet.init(KEY, Shape.of(32, 32, 3), 10), Shape.of(2, 3, 32, 32), IMAGES));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theErrorSaysHowToTurnThem(Layer layer, Shape shape, String hint) {
    Tensor x = Tensor.zeros(shape.dims());
    if (hint == null) {
      return;
    }
    ShapeError e = assertThrows(ShapeError.class, () -> layer.apply(x));
    assertTrue(e.getMessage().endsWith(hint), e.getMessage());
    Tensor turned = shape.rank() == 4 ? x.permute(0, 2, 3, 1) : x.permute(0, 2, 1);
    layer.apply(turned);
    ShapeError mapped =
        assertThrows(
            ShapeError.class,
            () -> Transforms.vmap((Tensor t) -> layer.apply(t)).apply(Tensor.stack(x, x)));
    assertTrue(mapped.getMessage().contains(hint), mapped.getMessage());
  }

  @Test
  void otherErrorsHaveNoSuchHint() {
    List<Runnable> others =
        List.of(
            () -> Conv2d.init(KEY, 1, 6, 5).apply(Tensor.zeros(2, 3, 28, 28)),
            () -> Conv1d.init(KEY, 1, 6, 5).apply(Tensor.zeros(2, 3, 28)),
            () -> BatchNorm.init(3).apply(Tensor.zeros(2, 28, 28, 1)),
            () -> new MaxPool2d(2).apply(Tensor.zeros(2, 1, 1, 28)),
            () -> LeNet.init(KEY, Shape.of(8, 8, 1), 10));
    for (Runnable other : others) {
      ShapeError e = assertThrows(ShapeError.class, other::run);
      assertFalse(e.getMessage().contains("did you mean"), e.getMessage());
    }
  }

  @Test
  void modelsRefuseAnImageShapeWithChannelsFirst() {
    List<Function<Shape, Layer>> models =
        List.of(
            s -> LeNet.init(KEY, s, 10),
            s -> ConvNet.init(KEY, s, 10),
            s -> ResNet.resnet18().width(4).init(KEY, s, 10),
            s -> Vgg.vgg11().width(4).init(KEY, s, 10),
            s -> WideResNet.wideResNet28x10().depth(10).factor(1).init(KEY, s, 10),
            s -> VisionTransformer.init(KEY, VisionTransformer.Config.tiny16(s, 10)));
    for (Function<Shape, Layer> model : models) {
      ShapeError e = assertThrows(ShapeError.class, () -> model.apply(Shape.of(3, 224, 224)));
      assertTrue(
          e.getMessage().endsWith("; shapes are [H, W, C] here; did you mean [224, 224, 3]?"),
          e.getMessage());
    }
    assertEquals(
        3,
        LeNet.init(KEY, Shape.of(16, 16, 3), 10).conv1() instanceof Conv2d c
            ? c.weight().dim(-2)
            : 0);
  }
}
