package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.isolation.Isolation;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.GlobalAvgPool;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.InstanceNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.models.ResNet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer that can be packed, in a network whose members must not touch each other: also those
/// whose packed form leaks in torch-uncertainty, its layer normalisation and its self-attention.
class PackedConversionTest {
  private static final Key KEY = Key.of(11);

  /// @param example the shape of one input
  record Row(String name, Layer network, Shape example) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Key key(int i) {
    return KEY.fold(i);
  }

  private static Row images(String name, Layer... inner) {
    List<Layer> layers = new ArrayList<>();
    layers.add(Conv2d.init(key(0), 2, 8, 3));
    layers.addAll(List.of(inner));
    layers.add(Activation.GELU);
    layers.add(new GlobalAvgPool());
    layers.add(Linear.init(key(9), 8, 3));
    return new Row(name, new Sequential(layers), Shape.of(8, 8, 2));
  }

  static List<Row> rows() {
    return List.of(
        images("conv2d", Conv2d.init(key(1), 8, 8, 3)),
        images("batch norm", BatchNorm.init(8)),
        images("instance norm", InstanceNorm.init(8, true, true)),
        images("group norm", GroupNorm.init(2, 8)),
        images("layer norm", LayerNorm.init(8)),
        images(
            "transposed",
            ConvTranspose2d.init(
                key(1), 8, 8, 2, Conv2d.Geometry.DEFAULT.stride(2).padding(Padding.of(0)))),
        new Row(
            "attention",
            Sequential.of(
                Linear.init(key(0), 4, 8),
                MultiheadAttention.init(key(1), 8, 2, 0),
                LayerNorm.init(8),
                Linear.init(key(2), 8, 3)),
            Shape.of(5, 4)),
        new Row(
            "conv1d",
            Sequential.of(
                Conv1d.init(key(0), 2, 4, 3),
                Activation.GELU,
                Conv1d.init(key(1), 4, 4, 3),
                new Flatten(Flatten.Order.CHANNELS_LAST),
                Linear.init(key(2), 16, 3)),
            Shape.of(8, 2)),
        new Row(
            "resnet",
            ResNet.resnet18().stem(ResNet.Stem.CIFAR).width(4).init(key(0), Shape.of(16, 16, 3), 3),
            Shape.of(16, 16, 3)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void membersDoNotTouchEachOther(Row row) {
    for (Packing p :
        List.of(
            new Packing(2, 4),
            new Packing(2, 2, 2, Packing.Rounding.CEIL).minimumChannels(1),
            new Packing(1.5, 3))) {
      PackedEnsemble packed = p.convert(KEY, row.network, row.example);
      Tensor x = key(20).normal(row.example.prepend(3).dims());
      Tensor y = packed.logits(x, Ctx.inference());
      assertEquals(p.members(), y.dim(0), row + " " + y.shape());
      assertEquals(3, y.dim(1));
      assertEquals(3, y.dim(-1));
      if (!row.name.equals("resnet") || p.members() == 2) { // its check takes long
        Isolation found = Isolation.check(packed, x, key(21));
        assertTrue(found.isolated(), p + ": " + found);
      }
    }
  }
}
