package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// An ensemble of independent networks is those networks.
class DeepEnsembleTest {
  private static final Key KEY = Key.of(41);
  private static final Shape IMAGE = Shape.of(16, 17, 2);

  @Test
  void membersAreTheNetworksOfTheirKeys() {
    List<Function<Key, Layer>> models =
        List.of(
            k -> Mlp.init(k, IMAGE.size(), 7, 5),
            k -> LeNet.init(k, IMAGE, 5),
            k -> ConvNet.init(k, IMAGE, 5));
    Tensor x = new Values(1).normal(IMAGE.prepend(3).dims());
    for (Function<Key, Layer> init : models) {
      DeepEnsemble ensemble = DeepEnsemble.init(KEY, 3, init);
      assertEquals(3, ensemble.members());
      Tensor logits = ensemble.logits(x);
      assertEquals(Shape.of(3, 3, 5), logits.shape());
      for (int m = 0; m < 3; m++) {
        Layer alone = init.apply(KEY.fold(m));
        Expect.sameLeaves("member " + m, alone, Tree.get(ensemble.network(), m));
        Expect.sameBits("logits of " + m, alone.apply(x), logits.get(m));
      }
      assertFalse(Expect.same(logits.get(0), logits.get(1)));
    }
  }

  @Test
  void oneMoreMemberChangesNoOther() {
    DeepEnsemble two = DeepEnsemble.init(KEY, 2, k -> Mlp.init(k, 4, 3, 2));
    DeepEnsemble five = DeepEnsemble.init(KEY, 5, k -> Mlp.init(k, 4, 3, 2));
    Expect.sameLeaves("first two", two.network(), Tree.slice(five.network(), 0, 2));
  }

  @Test
  void countsAreThoseOfTheMembers() {
    Shape image = Shape.of(28, 28, 1);
    DeepEnsemble four = DeepEnsemble.init(KEY, 4, k -> LeNet.init(k, image, 10));
    assertEquals(4 * 44_426, four.parameterCount());
    assertEquals(4 * 563_280, four.flops(image));
    assertEquals(List.of("fc1.weight", "fc1.bias"), Expect.paths(four).subList(4, 6));
  }

  @Test
  void thereIsAtLeastOneMember() {
    assertEquals(
        "deep ensemble: members must be at least 1, got 0",
        assertThrows(
                IllegalArgumentException.class,
                () -> DeepEnsemble.init(KEY, 0, k -> Mlp.init(k, 4, 3, 2)))
            .getMessage());
  }

  @Test
  void someOfTheMembers() {
    DeepEnsemble all = DeepEnsemble.init(Key.of(3), 4, k -> Linear.init(k, 3, 2));
    Tensor x = Key.of(4).normal(5, 3);
    DeepEnsemble half = all.take(3, 1);
    assertEquals(2, half.members());
    assertArrayEquals(all.member(3).apply(x).toFloats(), half.logits(x).get(0).toFloats());
    assertArrayEquals(all.member(1).apply(x).toFloats(), half.logits(x).get(1).toFloats());
    assertThrows(IndexOutOfBoundsException.class, () -> all.take(0, 4));
    DeepEnsemble wrong = Tree.take(all, Tensor.of(new int[] {3, 1}));
    assertEquals(
        "deep ensemble: says it has 4 members, its tensors hold 2; use take(members), or Tree"
            + " functions on network()",
        assertThrows(ShapeError.class, () -> wrong.logits(x)).getMessage());
  }
}
