package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.InstanceNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.ResNet;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A packed network, its members cut apart, and the three ways to compute it that the
/// Packed-Ensembles paper gives: grouped layers, full ones under a mask, and members by themselves.
class PackedFormsTest {
  private static final Key KEY = Key.of(23);

  static List<PackedConversionTest.Row> rows() {
    List<String> without = List.of("transposed", "instance norm");
    return PackedConversionTest.rows().stream()
        .filter(row -> !without.contains(row.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void membersCutApartHaveTheSameBits(PackedConversionTest.Row row) {
    PackedEnsemble packed = new Packing(2, 4).convert(KEY, row.network(), row.example());
    Tensor x = KEY.fold(1).normal(row.example().prepend(5).dims());
    DeepEnsemble members = packed.unpack();
    Expect.sameBits(row.name(), packed.logits(x), members.logits(x));
    PackedEnsemble again = PackedEnsemble.pack(members);
    Expect.sameBits("packed again", packed.logits(x), again.logits(x));
    List<Tensor> before = Tree.tensors(packed);
    List<Tensor> after = Tree.tensors(again);
    for (int i = 0; i < before.size(); i++) {
      Expect.sameBits("tensor " + i, before.get(i), after.get(i));
    }
    Layer one = members.member(2);
    Expect.sameBits("member 2 alone", packed.logits(x).get(2), one.apply(x));
  }

  @Test
  void groupsInsideOfAMemberBecomeBlocks() {
    Packing p = new Packing(3, 2, 2, Packing.Rounding.CEIL).minimumChannels(1);
    for (Layer network :
        new Layer[] {
          LeNet.init(KEY, Shape.of(28, 28, 1), 10),
          ResNet.resnet18().stem(ResNet.Stem.CIFAR).width(8).init(KEY, Shape.of(28, 28, 1), 10)
        }) {
      PackedEnsemble packed = p.convert(KEY, network, Shape.of(28, 28, 1));
      Tensor x = KEY.fold(1).normal(3, 28, 28, 1);
      Tensor wanted = packed.logits(x);
      double most = wanted.sub(packed.unpack().logits(x)).abs().max().item();
      assertTrue(most <= 1e-5 * wanted.abs().max().item(), "differs by " + most);
    }
  }

  @Test
  void aLayerWithoutAFormIsNamed() {
    Layer network =
        Sequential.of(
            Conv2d.init(KEY, 1, 4, 3),
            InstanceNorm.init(4, true, false),
            Conv2d.init(KEY, 4, 2, 3));
    PackedEnsemble packed = new Packing(2, 2).convert(KEY, network, Shape.of(8, 8, 1));
    assertEquals(
        "unpack: 1, a InstanceNorm, has no form for one member",
        assertThrows(IllegalArgumentException.class, packed::unpack).getMessage());
  }

  /// The mask lets channel i through to channel j if both are of one group: ⌊i · G / in⌋ = ⌊j · G /
  /// out⌋.
  private static Tensor mask(int in, int out, int groups) {
    float[] mask = new float[in * out];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        mask[i * out + j] = i * groups / in == j * groups / out ? 1 : 0;
      }
    }
    return Tensor.of(mask, in, out);
  }

  /// A weight `[…, in / G, out]` as `[…, in, out]`, every group's rows where the group is.
  private static Tensor full(Tensor grouped, int groups) {
    int rank = grouped.rank();
    Tensor[] copies = new Tensor[groups];
    Arrays.fill(copies, grouped);
    Tensor tiled = Tensor.concat(rank - 2, copies);
    return tiled.mul(mask(tiled.dim(rank - 2), tiled.dim(rank - 1), groups));
  }

  @Property(tries = 60)
  void groupedMaskedAndMappedLinearLayersAreOne(
      @ForAll @IntRange(min = 1, max = 8) int members,
      @ForAll @IntRange(min = 1, max = 5) int in,
      @ForAll @IntRange(min = 1, max = 5) int out,
      @ForAll int seed) {
    Key key = Key.of(seed);
    Tensor weight = key.fold(0).normal(members, in, out);
    Tensor bias = key.fold(1).normal(members * out);
    Tensor x = key.fold(2).normal(3, members * in);
    Tensor grouped = new PackedLinear(weight, bias, 0).apply(x);
    Tensor side = weight.permute(1, 0, 2).reshape(in, members * out);
    Tensor masked = new Linear(full(side, members), bias).apply(x);
    close(grouped, masked);
    Tensor each = x.reshape(3, members, in).permute(1, 0, 2);
    Tensor mapped =
        new DeepEnsemble(new Linear(weight, bias.reshape(members, out)), members)
            .logitsOfOwn(each, Ctx.inference());
    Expect.sameBits("mapped", grouped, mapped.permute(1, 0, 2).reshape(grouped.shape()));
  }

  @Property(tries = 40)
  void groupedAndMaskedConvolutionsAreOne(
      @ForAll @IntRange(min = 1, max = 6) int groups,
      @ForAll @IntRange(min = 1, max = 4) int in,
      @ForAll @IntRange(min = 1, max = 4) int out,
      @ForAll int seed) {
    Key key = Key.of(seed);
    Conv2d grouped =
        Conv2d.init(
            key.fold(0), groups * in, groups * out, 3, Conv2d.Geometry.DEFAULT.groups(groups));
    Conv2d masked =
        new Conv2d(full(grouped.weight(), groups), grouped.bias(), Conv2d.Geometry.DEFAULT);
    Tensor x = key.fold(1).normal(2, 6, 5, groups * in);
    close(grouped.apply(x), masked.apply(x));
  }

  private static void close(Tensor a, Tensor b) {
    double most = a.sub(b).abs().max().item();
    assertTrue(most <= 1e-5 * (1 + a.abs().max().item()), "differs by " + most);
  }
}
