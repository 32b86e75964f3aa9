package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.WideResNet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packed layers and networks beside torch-uncertainty 0.13 (`packed.py`): its weights, its outputs
/// within 2e-5, its numbers of parameters.
class PackedTorchUncertaintyTest {
  private static final Shape CIFAR = Shape.of(32, 32, 3);
  private static final Recorded RECORDED = Recorded.of("packed.safetensors.gz");

  private static void same(String name, Layer form) {
    Map<String, Tensor> own = RECORDED.group(name);
    assertTrue(own.containsKey("x"), name);
    Tensor x = Recorded.channelsLast(own.remove("x"));
    Tensor wanted = Recorded.channelsLast(own.remove("y"));
    Layer layer = StateDict.load(form, own, PackedEnsemble::fromTorchUncertainty);
    Tensor y = layer.apply(x, Ctx.inference());
    assertEquals(wanted.size(), y.size(), name);
    double most = y.reshape(wanted.shape()).sub(wanted).abs().max().item();
    assertTrue(most <= 2e-5, name + ": differs by " + most);
  }

  private static Packing packing(double alpha, int members, int gamma) {
    return new Packing(alpha, members, gamma, Packing.Rounding.STRICT);
  }

  @ParameterizedTest
  @CsvSource({
    "a1.5-m3,10,14,1.5,3,1,false,false",
    "a3-m8-g2,16,32,3,8,2,false,false",
    "a1.5-m1,7,9,1.5,1,1,false,false",
    "a2-m4-first,11,6,2,4,1,true,false",
    "a2-m4-last,6,5,2,4,1,false,true",
    "a3-m3-g2,14,10,3,3,2,false,false"
  })
  void linear(
      String name, int in, int out, double alpha, int m, int gamma, boolean first, boolean last) {
    same(
        "linear/" + name,
        PackedLinear.init(Key.of(1), in, out, packing(alpha, m, gamma), first, last));
  }

  @ParameterizedTest
  @CsvSource({
    "a1.5-m3,6,10,3,1.5,3,1,1,1,false,64",
    "a3-m8-g2,16,32,3,3,8,2,2,1,false,1",
    "a2-m4-first,3,6,5,2,4,1,1,0,true,64",
    "a1.5-m1,5,7,3,1.5,1,1,1,0,false,64"
  })
  void conv2d(
      String name,
      int in,
      int out,
      int kernel,
      double alpha,
      int m,
      int gamma,
      int stride,
      int padding,
      boolean first,
      int least) {
    Conv2d plain = Conv2d.init(Key.of(1), in, out, kernel).stride(stride).padding(padding);
    Packing p = packing(alpha, m, gamma).minimumChannels(least);
    Packing.Sizes sizes = p.conv(in, out, first, false, 1, least);
    Conv2d conv =
        Conv2d.init(
            Key.of(2), sizes.in(), sizes.out(), kernel, plain.geometry().groups(sizes.groups()));
    same("conv2d/" + name, new PackedConv2d(conv, 0));
  }

  @Test
  void conv1d() {
    Conv1d wide =
        Conv1d.init(
            Key.of(1),
            9,
            15,
            3,
            Conv1d.init(Key.of(1), 3, 3, 3).padding(1).geometry().groups(3),
            true);
    same("conv1d/a1.5-m3", new PackedConv1d(wide, 0));
  }

  @Test
  void leNet() {
    LeNet plain = LeNet.init(Key.of(1), Shape.of(28, 28, 1), 10);
    same("lenet", new Packing(2, 4).convert(Key.of(2), plain, Shape.of(28, 28, 1)));
  }

  private static long count(String name) {
    return RECORDED.all().get("count/" + name).toInts()[0];
  }

  @Test
  void parameterCounts() {
    for (ResNet.Config config : new ResNet.Config[] {ResNet.resnet18(), ResNet.resnet50()}) {
      Layer plain = config.stem(ResNet.Stem.CIFAR).init(Key.of(1), CIFAR, 10);
      String name = "resnet" + (config.block() == ResNet.Block.BASIC ? 18 : 50);
      PackedEnsemble one = new Packing(2, 4).convert(Key.of(2), plain, CIFAR);
      assertEquals(count(name + "-g1"), one.parameterCount());
      Packing two = new Packing(2, 4, 2, Packing.Rounding.CEIL);
      // There gamma is not given to a block's first convolution and to the last layer.
      PackedEnsemble half =
          two.convert(Key.of(2), plain, CIFAR, path -> path.endsWith("conv1") || path.equals("fc"));
      assertEquals(count(name + "-g2"), half.parameterCount());
    }
    Layer wide = WideResNet.wideResNet28x10().init(Key.of(1), CIFAR, 10);
    assertEquals(
        count("wideresnet28x10-g1"),
        new Packing(2, 4).convert(Key.of(2), wide, CIFAR).parameterCount());
  }

  @Test
  void aLayerThatNobodyKnowsIsNamed() {
    Sequential none = Sequential.of(Linear.init(Key.of(1), 3, 2), new Scale(Tensor.ones(2)));
    assertEquals(
        "packed: 1.factor of Sequential is a tensor of a layer that has no packed form",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Packing(2, 2).convert(Key.of(1), none, Shape.of(3)))
            .getMessage());
  }

  /// A layer that nobody knows.
  public record Scale(Tensor factor) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return x.mul(factor);
    }
  }
}
