package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// BatchEnsemble: the conversion of models, the formula, initial values and counts.
public class BatchEnsembleTest {
  private static final Key KEY = Key.of(31);
  private static final int MEMBERS = 3;

  /// Layers in a list in a record in a list in a record.
  public record Nested(List<Stage> stages, Layer head) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      Tensor y = x;
      for (Stage stage : stages) {
        y = stage.apply(y, ctx);
      }
      return head.apply(new Flatten(Flatten.Order.CHANNELS_LAST).apply(y), ctx);
    }
  }

  /// A part of [Nested].
  public record Stage(List<Layer> layers, Layer last) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      Tensor y = x;
      for (Layer layer : layers) {
        y = layer.apply(y, ctx);
      }
      return last.apply(y, ctx);
    }
  }

  /// A layer that insists on a plain linear part.
  public record Concrete(Linear part) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return part.apply(x, ctx);
    }
  }

  private static Nested nested() {
    Stage one =
        new Stage(
            List.of(Conv2d.init(KEY.fold(0), 1, 2, 3), Activation.RELU),
            Conv2d.init(KEY.fold(1), 2, 3, 2));
    Stage two =
        new Stage(
            List.of(
                Sequential.of(new MaxPool2d(2), Sequential.of(Conv2d.init(KEY.fold(2), 3, 4, 1)))),
            Activation.GELU);
    return new Nested(List.of(one, two), Linear.init(KEY.fold(3), 16, 5));
  }

  static List<FastWeights> variants() {
    return List.of(FastWeights.PROBLY_NOTEBOOK, FastWeights.TORCH_UNCERTAINTY);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void convertsPartsAtAnyDepth(FastWeights variant) {
    Nested source = nested();
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, source, MEMBERS, variant);
    assertEquals(MEMBERS, ensemble.members());
    Nested network = (Nested) ensemble.network();
    BatchEnsembleConv2d first =
        (BatchEnsembleConv2d) network.stages().getFirst().layers().getFirst();
    assertSame(Activation.RELU, network.stages().getFirst().layers().get(1));
    assertTrue(network.stages().getFirst().last() instanceof BatchEnsembleConv2d);
    Sequential outer = (Sequential) network.stages().get(1).layers().getFirst();
    assertEquals(new MaxPool2d(2), outer.layers().getFirst());
    Sequential inner = (Sequential) outer.layers().get(1);
    assertTrue(inner.layers().getFirst() instanceof BatchEnsembleConv2d);
    BatchEnsembleLinear head = (BatchEnsembleLinear) network.head();
    // The weights are the source's own, not copies.
    assertSame(((Linear) source.head()).weight(), head.base().weight());
    Conv2d conv = (Conv2d) source.stages().getFirst().layers().getFirst();
    assertSame(conv.weight(), first.base().weight());
    assertSame(conv.geometry(), first.base().geometry());
    assertEquals(Shape.of(MEMBERS, 1), first.s().shape());
    assertEquals(Shape.of(MEMBERS, 2), first.r().shape());
    assertEquals(Shape.of(MEMBERS, 16), head.s().shape());
    assertEquals(Shape.of(MEMBERS, 5), head.r().shape());
    Tensor x = new Values(1).normal(4, 7, 8, 1);
    Tensor logits = ensemble.logits(x);
    assertEquals(Shape.of(MEMBERS, 4, 5), logits.shape());
    for (int m = 0; m < MEMBERS; m++) {
      Layer alone = Tree.get(ensemble.network(), m);
      Expect.sameBits("member " + m, alone.apply(x), logits.get(m));
      assertFalse(Expect.same(logits.get(m), logits.get((m + 1) % MEMBERS)));
    }
  }

  @Test
  void namesAreThoseOfTheModelWithTwoMore() {
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, Mlp.init(KEY, 4, 3, 2), MEMBERS);
    assertEquals(
        List.of(
            "fc1.weight",
            "fc1.bias",
            "fc1.s",
            "fc1.r",
            "fc2.weight",
            "fc2.bias",
            "fc2.s",
            "fc2.r",
            "fc3.weight",
            "fc3.bias",
            "fc3.s",
            "fc3.r"),
        Expect.paths(ensemble.network()));
    BatchEnsemble own =
        BatchEnsemble.convert(KEY, Mlp.init(KEY, 4, 3, 2), MEMBERS, FastWeights.TORCH_UNCERTAINTY);
    assertEquals(Expect.paths(ensemble.network()), Expect.paths(own.network()));
  }

  /// y = ((x ∘ s) · W) ∘ r + b with whole numbers, which float32 computes without rounding.
  @ParameterizedTest
  @MethodSource("variants")
  void linearFormula(FastWeights variant) {
    int in = 7;
    int out = 4;
    Values values = new Values(2);
    Tensor weight = values.whole(5, in, out);
    Tensor s = values.whole(5, MEMBERS, in);
    Tensor r = values.whole(5, MEMBERS, out);
    boolean own = variant == FastWeights.TORCH_UNCERTAINTY;
    Tensor bias = own ? values.whole(5, MEMBERS, out) : values.whole(5, out);
    Linear base = new Linear(weight, own ? null : bias);
    BatchEnsembleLinear layer = new BatchEnsembleLinear(base, own ? bias : null, s, r);
    Tensor x = values.whole(5, 6, in);
    Tensor y = new BatchEnsemble(layer, MEMBERS).logits(x);
    assertEquals(Shape.of(MEMBERS, 6, out), y.shape());
    double[] expected = new double[MEMBERS * 6 * out];
    for (int i = 0; i < expected.length; i++) {
      int m = i / (6 * out);
      int row = i / out % 6;
      int o = i % out;
      double sum = 0;
      for (int k = 0; k < in; k++) {
        sum += x.get(row).get(k).item() * s.get(m).get(k).item() * weight.get(k).get(o).item();
      }
      expected[i] = sum * r.get(m).get(o).item() + (own ? bias.get(m) : bias).get(o).item();
    }
    Expect.equal(expected, y);
  }

  /// The same for a grouped convolution: s scales input channels, r output channels.
  @ParameterizedTest
  @MethodSource("variants")
  void convolutionFormula(FastWeights variant) {
    Values values = new Values(3);
    Tensor weight = values.whole(3, 3, 2, 2, 4); // two groups of two channels, two outputs each
    Tensor s = values.whole(3, MEMBERS, 4);
    Tensor r = values.whole(3, MEMBERS, 4);
    boolean own = variant == FastWeights.TORCH_UNCERTAINTY;
    Tensor bias = own ? values.whole(3, MEMBERS, 4) : values.whole(3, 4);
    Conv2d base =
        new Conv2d(weight, own ? null : bias, Conv2d.Geometry.DEFAULT.stride(2).groups(2));
    Layer layer = new BatchEnsembleConv2d(base, own ? bias : null, s, r);
    Tensor x = values.whole(3, 2, 5, 6, 4);
    Tensor y = new BatchEnsemble(layer, MEMBERS).logits(x);
    assertEquals(Shape.of(MEMBERS, 2, 2, 3, 4), y.shape());
    double[] v = x.toDoubles();
    double[] w = weight.toDoubles();
    double[] expected = new double[y.size()];
    for (int i = 0; i < expected.length; i++) {
      int m = i / 48;
      int image = i / 24 % 2;
      int oy = i / 12 % 2;
      int ox = i / 4 % 3;
      int o = i % 4;
      double sum = 0;
      for (int k = 0; k < 3 * 2 * 2; k++) {
        int c = o / 2 * 2 + k % 2;
        int at = ((image * 5 + 2 * oy + k / 4) * 6 + 2 * ox + k / 2 % 2) * 4 + c;
        sum += v[at] * s.get(m).get(c).item() * w[k * 4 + o];
      }
      expected[i] = sum * r.get(m).get(o).item() + (own ? bias.get(m) : bias).get(o).item();
    }
    Expect.equal(expected, y);
  }

  private static Layer neutral(Layer network) {
    return Tree.mapLeaves(
        network,
        leaf ->
            leaf.path().endsWith(".s") || leaf.path().endsWith(".r")
                ? Tensor.ones(leaf.tensor().shape().dims())
                : leaf.tensor());
  }

  /// Factors of 1 change nothing; a convolution adds its bias at the end in both cases.
  @Test
  void neutralMembersOfAConvolutionAreTheModelBitForBit() {
    Layer model =
        Sequential.of(
            Conv2d.init(KEY, 2, 3, 3),
            Activation.GELU,
            new Flatten(Flatten.Order.CHANNELS_FIRST),
            new Linear(Linear.init(KEY, 36, 4).weight(), null));
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, model, MEMBERS);
    BatchEnsemble ones = new BatchEnsemble(neutral(ensemble.network()), MEMBERS);
    Tensor x = new Values(4).normal(5, 6, 5, 2);
    for (int m = 0; m < MEMBERS; m++) {
      Expect.sameBits("member " + m, model.apply(x), ones.logits(x).get(m));
    }
  }

  /// A linear layer starts its sums at the bias, a BatchEnsemble member adds it after the factor
  /// `r`: sums of 20 terms of order 1/4 in two orders, three layers deep.
  @Test
  void neutralMembersOfAnMlpAreTheModelToRounding() {
    Mlp model = Mlp.init(KEY, 20, 16, 4);
    BatchEnsemble ensemble = BatchEnsemble.convert(KEY, model, MEMBERS);
    BatchEnsemble ones = new BatchEnsemble(neutral(ensemble.network()), MEMBERS);
    Tensor x = new Values(4).normal(5, 20);
    double[] expected = model.apply(x).toDoubles();
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 16 * 0x1p-24);
    for (int m = 0; m < MEMBERS; m++) {
      Expect.close(expected, tolerance, ones.logits(x).get(m));
    }
  }

  @Test
  void factorsStartNormalAroundOne() {
    Linear wide = Linear.init(KEY, 700, 900);
    for (FastWeights variant :
        List.of(FastWeights.PROBLY_NOTEBOOK, FastWeights.TORCH_UNCERTAINTY)) {
      double std = variant == FastWeights.PROBLY_NOTEBOOK ? 0.01 : 0.5;
      BatchEnsembleLinear layer =
          (BatchEnsembleLinear) BatchEnsemble.convert(KEY, wide, 8, variant).network();
      for (Tensor factors : List.of(layer.s(), layer.r())) {
        double[] v = factors.toDoubles();
        double mean = Arrays.stream(v).average().orElseThrow();
        double square = Arrays.stream(v).map(x -> (x - 1) * (x - 1)).average().orElseThrow();
        // Five standard errors of the mean and of the standard deviation of n normal draws.
        assertEquals(1, mean, 5 * std / Math.sqrt(v.length));
        assertEquals(std, Math.sqrt(square), 5 * std / Math.sqrt(2.0 * v.length));
      }
      assertFalse(Expect.same(layer.s().get(0), layer.s().get(1)));
      assertFalse(Expect.same(layer.s().slice(1, 0, 700), layer.r().slice(1, 0, 700)));
    }
  }

  @Test
  void layersHaveDrawsOfTheirOwn() {
    Layer model =
        Sequential.of(Linear.init(KEY, 6, 6), Linear.init(KEY, 6, 6), Conv2d.init(KEY, 6, 6, 1));
    Sequential all = (Sequential) BatchEnsemble.convert(KEY, model, MEMBERS).network();
    Tensor a = ((BatchEnsembleLinear) all.layers().get(0)).s();
    Tensor b = ((BatchEnsembleLinear) all.layers().get(1)).s();
    Tensor c = ((BatchEnsembleConv2d) all.layers().get(2)).s();
    assertFalse(Expect.same(a, b));
    assertFalse(Expect.same(a, c));
    assertFalse(Expect.same(b, c));
  }

  @Test
  void biasIsSharedOrEachMembersOwn() {
    Layer model = Sequential.of(Linear.init(KEY, 9, 50), Conv2d.init(KEY, 4, 50, 3));
    Sequential shared = (Sequential) BatchEnsemble.convert(KEY, model, MEMBERS).network();
    BatchEnsembleLinear linear = (BatchEnsembleLinear) shared.layers().getFirst();
    assertNull(linear.bias());
    assertSame(((Linear) ((Sequential) model).layers().getFirst()).bias(), linear.base().bias());
    Sequential own =
        (Sequential)
            BatchEnsemble.convert(KEY, model, MEMBERS, FastWeights.TORCH_UNCERTAINTY).network();
    BatchEnsembleLinear ownLinear = (BatchEnsembleLinear) own.layers().getFirst();
    assertNull(ownLinear.base().bias());
    uniform(1 / 3.0, ownLinear.bias());
    BatchEnsembleConv2d ownConv = (BatchEnsembleConv2d) own.layers().get(1);
    assertNull(ownConv.base().bias());
    uniform(1 / 6.0, ownConv.bias());
  }

  /// 150 draws: none outside, the farthest short by more than a tenth with probability e⁻¹⁵.
  private static void uniform(double bound, Tensor bias) {
    assertEquals(Shape.of(MEMBERS, 50), bias.shape());
    double most = bias.abs().reshape(bias.size()).max(0).item();
    assertTrue(most <= (float) bound && most > 0.9 * bound, most + " for " + bound);
    assertFalse(Expect.same(bias.get(0), bias.get(1)));
  }

  @Test
  void counts() {
    Shape image = Shape.of(28, 28, 1);
    LeNet model = LeNet.init(KEY, image, 10);
    BatchEnsemble probly = BatchEnsemble.convert(KEY, model, 4);
    int factors = 4 * ((1 + 6) + (6 + 16) + (256 + 120) + (120 + 84) + (84 + 10));
    assertEquals(44_426 + factors, probly.parameterCount());
    int biases = 6 + 16 + 120 + 84 + 10;
    BatchEnsemble own = BatchEnsemble.convert(KEY, model, 4, FastWeights.TORCH_UNCERTAINTY);
    assertEquals(44_426 + factors + 3 * biases, own.parameterCount());
    // Every member runs the whole network.
    assertEquals(4 * 563_280, probly.flops(image));
  }

  @Test
  void whatCannotBeConvertedIsNamed() {
    assertEquals(
        "batch ensemble: Sequential has no Linear or Conv2d to convert",
        assertThrows(
                IllegalArgumentException.class,
                () -> BatchEnsemble.convert(KEY, Sequential.of(Activation.RELU), 2))
            .getMessage());
    String concrete =
        assertThrows(
                ShapeError.class,
                () -> BatchEnsemble.convert(KEY, new Concrete(Linear.init(KEY, 2, 3)), 2))
            .getMessage();
    assertTrue(concrete.startsWith("tree: a component of Concrete is declared"), concrete);
    assertTrue(concrete.endsWith("declare it by its interface"), concrete);
    assertFalse(concrete.contains("\n"), concrete);
    assertEquals(
        "batch ensemble: members must be at least 1, got 0",
        assertThrows(
                IllegalArgumentException.class,
                () -> BatchEnsemble.convert(KEY, Linear.init(KEY, 2, 3), 0))
            .getMessage());
  }
}
