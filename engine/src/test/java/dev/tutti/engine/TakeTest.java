package dev.tutti.engine;

import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.vmap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Entries along an axis by number, and what refuses a number that names nothing.
class TakeTest {
  private final Values values = new Values(7);

  private record Member(Tensor weight, @Shared Tensor base, Tensor bias) {}

  private static Tensor index(int... numbers) {
    return Tensor.of(numbers);
  }

  @Test
  void everyAxisByConcatenatedSlices() {
    Tensor x = values.normal(3, 4, 5);
    int[] numbers = {2, 0, 2, 1};
    for (int axis = -3; axis < 3; axis++) {
      Tensor[] slices = new Tensor[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        slices[i] = x.slice(axis, numbers[i], numbers[i] + 1);
      }
      Expect.sameBits(Tensor.concat(axis, slices), x.take(axis, index(numbers)));
    }
    Expect.sameBits(x.slice(1, 0, 0), x.take(1, index()));
    Expect.sameBits(index(5, 3, 5), index(3, 4, 5).take(0, index(2, 0, 2)));
    Tensor wide = x.cast(DType.FLOAT64);
    Expect.sameBits(wide.slice(1, 3, 4), wide.take(1, index(3)));
    Expect.sameBits(Tensor.ones(0, 2), Tensor.ones(3, 2).take(0, index()));
  }

  @Test
  void theGradientIsAddedAtTheEntries() {
    Tensor g =
        grad((Tensor t) -> t.take(1, index(2, 0, 2)).mul(Tensor.of(1f, 2f, 4f)).sum())
            .apply(Tensor.ones(2, 3));
    assertArrayEquals(new float[] {2, 0, 5, 2, 0, 5}, g.toFloats());
  }

  @Test
  void aMapTakesOfEveryEntry() {
    Tensor x = values.normal(4, 3, 5);
    Tensor each = Tensor.of(new int[] {0, 1, 2, 0, 1, 1, 2, 2}, 4, 2);
    Tensor same = vmap((Tensor t) -> t.take(0, index(2, 1))).apply(x);
    Expect.sameBits(x.take(1, index(2, 1)), same);
    List<Tensor> both = List.of(x, each);
    Tensor own = vmap((List<Tensor> l) -> l.get(0).take(-2, l.get(1))).apply(both);
    for (int i = 0; i < 4; i++) {
      Expect.sameBits(x.get(i).take(0, each.get(i)), own.get(i));
    }
  }

  @Test
  void membersOfATree() {
    Member all = new Member(values.normal(4, 96, 10), values.normal(7), values.normal(4, 10));
    Member half = Tree.take(all, index(3, 1));
    assertEquals(Shape.of(2, 96, 10), half.weight.shape());
    assertSame(all.base, half.base);
    Expect.sameLeaves(Tree.get(all, 3), Tree.get(half, 0));
    Expect.sameLeaves(Tree.get(all, 1), Tree.get(half, 1));
  }

  @Test
  void anIndexThatFitsNothingIsRefused() {
    Tensor x = Tensor.ones(4, 96, 10);
    Expect.error(
        "take: [4, 96, 10] is not a table [V, D]; name the axis to take entries of, as in take(0,"
            + " index)",
        () -> x.take(index(0, 1)));
    Expect.error(
        "take: [5] is not a table [V, D]; name the axis to take entries of, as in take(0, index)",
        () -> Tensor.ones(5).take(index(0)));
    Expect.error("take: index 4 is outside 0 … 3", () -> x.take(0, index(4)));
    Expect.error("take: index -1 is outside 0 … 9", () -> x.take(2, index(0, -1)));
    Expect.error(
        "take: axis 3 is outside [4, 96, 10], which has 3 axes", () -> x.take(3, index(0)));
    Expect.error(
        "take: the index along an axis must be a vector, got [1, 2]",
        () -> x.take(0, index(0, 1).reshape(1, 2)));
    Expect.error(
        "take: the index along an axis must be a vector, got []", () -> x.take(0, index(0).get(0)));
    Expect.error("take: indices must be int32, got float32", () -> x.take(0, Tensor.ones(2)));
  }

  @Test
  void aClassOutsideOfTheClassesIsRefused() {
    for (int label : new int[] {-1, 7, 8, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      Expect.error(
          "one_hot: index " + label + " is outside 0 … 6", () -> index(0, label).oneHot(7));
      Expect.error(
          "one_hot: index " + label + " is outside 0 … 6",
          () -> vmap((Tensor t) -> t.oneHot(7)).apply(index(0, label)));
    }
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0}, index(2, 0).oneHot(3).toFloats());
    Expect.error("one_hot: classes must be int32, got float32", () -> Tensor.ones(2).oneHot(3));
  }
}
