package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Linear;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packed layers are groups of plain layers side by side, bit for bit.
class PackedLayersTest {
  private static final Values VALUES = new Values(1);

  @ParameterizedTest
  @CsvSource({
    "5, 3, 1, 2, 1",
    "7, 5, 2, 4, 1",
    "16, 16, 2, 4, 2",
    "30, 20, 2, 4, 2",
    "10, 6, 2, 4, 2"
  })
  void linearIsOneLinearPerGroup(int in, int out, double alpha, int members, int gamma) {
    Packing packing = new Packing(alpha, members, gamma, Packing.Rounding.CEIL);
    PackedLinear packed = PackedLinear.init(Key.of(1), in, out, packing, false, false);
    int groups = packed.weight().dim(0);
    int perIn = packed.weight().dim(1);
    int perOut = packed.weight().dim(2);
    assertEquals(Shape.of(groups * perOut), packed.bias().shape());
    Tensor x = VALUES.normal(6, groups * perIn);
    Tensor y = packed.apply(x);
    assertEquals(Shape.of(6, groups * perOut), y.shape());
    for (int g = 0; g < groups; g++) {
      Tensor bias = packed.bias().slice(0, g * perOut, (g + 1) * perOut);
      Linear alone = new Linear(packed.weight().get(g), bias);
      Tensor expected = alone.apply(x.slice(1, g * perIn, (g + 1) * perIn));
      Expect.sameBits("group " + g, expected, y.slice(1, g * perOut, (g + 1) * perOut));
    }
  }

  @Test
  void lastLinearPutsTheMembersFirst() {
    Packing packing = new Packing(2, 3, 2, Packing.Rounding.CEIL);
    PackedLinear inner = PackedLinear.init(Key.of(1), 12, 4, packing, false, true);
    assertEquals(Shape.of(6, 4, 2), inner.weight().shape());
    assertEquals(3, inner.members());
    Tensor x = VALUES.normal(5, 24);
    Tensor y = inner.apply(x);
    assertEquals(Shape.of(3, 5, 4), y.shape());
    Tensor rows = new PackedLinear(inner.weight(), inner.bias(), 0).apply(x);
    for (int m = 0; m < 3; m++) {
      Expect.sameBits("member " + m, rows.slice(1, 4 * m, 4 * m + 4), y.get(m));
    }
  }

  /// Two members read one input through the identity; biases 100 and 200 distinguish them.
  @Test
  void orderIsMemberMajor() {
    Tensor weight = Tensor.of(new float[] {1, 0, 0, 1}, 1, 2, 2);
    PackedLinear layer = new PackedLinear(weight, Tensor.of(100, 200), 2);
    Tensor y = layer.apply(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    assertEquals(Shape.of(2, 2, 1), y.shape());
    assertArrayEquals(new float[] {101, 103, 202, 204}, y.toFloats());
  }

  @Test
  void linearStartsWithinOneOverRootOfAGroupsInputs() {
    PackedLinear layer = PackedLinear.init(Key.of(1), 64, 64, new Packing(2, 4), false, false);
    assertEquals(Shape.of(4, 32, 32), layer.weight().shape());
    assertEquals(Shape.of(128), layer.bias().shape());
    bound(1 / Math.sqrt(32), layer.weight());
    bound(1 / Math.sqrt(32), layer.bias());
    PackedLinear first = PackedLinear.init(Key.of(1), 100, 64, new Packing(2, 4), true, false);
    assertEquals(Shape.of(1, 100, 128), first.weight().shape());
    bound(0.1, first.weight());
  }

  @Test
  void convolutionStartsWithinOneOverRootOfAGroupsWindow() {
    Conv2d conv = conv(8, 8, new Packing(2, 4), false, false).conv();
    assertEquals(Shape.of(3, 3, 4, 16), conv.weight().shape());
    assertEquals(4, conv.geometry().groups());
    bound(1 / 6.0, conv.weight());
    bound(1 / 6.0, conv.bias());
  }

  /// No draw is outside; the farthest of n stops bound · 10 / n short with probability e⁻¹⁰.
  private static void bound(double bound, Tensor t) {
    double most = t.abs().reshape(t.size()).max(0).item();
    assertTrue(most <= (float) bound, most + " > " + bound);
    assertTrue(most > bound * (1 - 10.0 / t.size()), most + " is far from " + bound);
  }

  private static PackedConv2d conv(int in, int out, Packing p, boolean first, boolean last) {
    Conv2d.Geometry geometry = new Conv2d.Geometry(2, Padding.of(1), 1, 1);
    return PackedConv2d.init(Key.of(2), in, out, 3, geometry, p, first, last);
  }

  @ParameterizedTest
  @CsvSource({"8, 8, 2, 4, 1", "10, 6, 1, 4, 2", "96, 160, 2, 1, 3", "6, 16, 2, 4, 1"})
  void convolutionIsOneConvolutionPerGroup(int in, int out, double alpha, int m, int gamma) {
    Packing packing = new Packing(alpha, m, gamma, Packing.Rounding.CEIL);
    Conv2d packed = conv(in, out, packing, false, false).conv();
    int groups = packed.geometry().groups();
    int perIn = packed.weight().dim(2);
    int perOut = packed.weight().dim(3) / groups;
    Tensor x = VALUES.normal(2, 5, 6, groups * perIn);
    Tensor y = conv(in, out, packing, false, false).apply(x);
    assertEquals(Shape.of(2, 3, 3, groups * perOut), y.shape());
    for (int g = 0; g < groups; g++) {
      int from = g * perOut;
      Conv2d alone =
          new Conv2d(
              packed.weight().slice(3, from, from + perOut),
              packed.bias().slice(0, from, from + perOut),
              packed.geometry().groups(1));
      Tensor expected = alone.apply(x.slice(3, g * perIn, (g + 1) * perIn));
      Expect.sameBits("group " + g, expected, y.slice(3, from, from + perOut));
    }
  }

  /// One group over the raw image is as if every member had its own copy of it.
  @Test
  void firstConvolutionIsOnePerMemberOnTheSameImage() {
    PackedConv2d first = conv(3, 8, new Packing(2, 4), true, false);
    assertEquals(Shape.of(3, 3, 3, 16), first.conv().weight().shape());
    Tensor x = VALUES.normal(2, 5, 6, 3);
    Tensor copies = Tensor.concat(3, x, x, x, x);
    Conv2d.Geometry grouped = first.conv().geometry().groups(4);
    Conv2d replicated = new Conv2d(first.conv().weight(), first.conv().bias(), grouped);
    Expect.sameBits("replicated", replicated.apply(copies), first.apply(x));
  }

  @Test
  void lastConvolutionPutsTheMembersFirst() {
    PackedConv2d last = conv(8, 5, new Packing(2, 4), false, true);
    Tensor x = VALUES.normal(2, 5, 6, 16);
    Tensor y = last.apply(x);
    assertEquals(Shape.of(4, 2, 3, 3, 5), y.shape());
    Tensor rows = last.conv().apply(x);
    for (int m = 0; m < 4; m++) {
      Expect.sameBits("member " + m, rows.slice(3, 5 * m, 5 * m + 5), y.get(m));
    }
  }

  @Test
  void wrongWidthIsNamed() {
    PackedLinear layer = PackedLinear.init(Key.of(1), 8, 8, new Packing(2, 4), false, false);
    Expect.error(
        "packed linear: input [3, 8] has 8 features; 4 groups of 4 take 16",
        () -> layer.apply(Tensor.ones(3, 8)));
  }
}
