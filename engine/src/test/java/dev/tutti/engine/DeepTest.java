package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Trees, tapes and shapes far beyond their usual depth: a result or one clear line.
class DeepTest {
  private record Nested(Object inner) {}

  private static Object nested(int depth, Function<Object, Object> around) {
    Object tree = Tensor.scalar(1);
    for (int i = 0; i < depth; i++) {
      tree = around.apply(tree);
    }
    return tree;
  }

  @Test
  void treesAreWalkedToAThousandLevels() {
    List<Function<Object, Object>> ways =
        List.of(Nested::new, List::of, t -> Map.of("k", t), t -> List.of(new Nested(t)));
    for (Function<Object, Object> around : ways) {
      assertEquals(1, Tree.leaves(nested(500, around)).size());
      Object deep = nested(100_000, around);
      for (Runnable door : doors(deep)) {
        ShapeError e = assertThrows(ShapeError.class, door::run);
        assertTrue(
            e.getMessage()
                .startsWith("tree: more than 1000 records, lists and maps inside each other, at "),
            e.getMessage());
        assertTrue(e.getMessage().length() < 250);
      }
    }
  }

  @Test
  void aTreeThatContainsItselfIsAnError() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    Map<String, Object> map = new HashMap<>();
    map.put("self", new Nested(map));
    for (Object tree : List.of(new Nested(list), new Nested(map))) {
      for (Runnable door : doors(tree)) {
        assertThrows(ShapeError.class, door::run);
      }
    }
  }

  private static List<Runnable> doors(Object tree) {
    return List.of(
        () -> Tree.leaves(tree),
        () -> Tree.map(tree, t -> t),
        () -> Tree.replace(tree, Window.class, w -> w),
        () -> Tree.stack(List.of(tree, tree)),
        () -> Tree.concat(List.of(tree, tree)),
        () -> Tree.zip(tree, tree, Tensor::add),
        () -> Transforms.grad((Object o) -> Tensor.scalar(1)).apply(tree),
        () -> Transforms.vmap((Object o) -> o).apply(tree));
  }

  @Test
  void aTapeOfManyOperationsIsWalkedWithoutRecursion() {
    Function<Tensor, Tensor> chain =
        x -> {
          Tensor y = x;
          for (int i = 0; i < 100_000; i++) {
            y = y.neg();
          }
          return y.sum();
        };
    assertEquals(3, chain.apply(Tensor.of(1f, 2f)).item());
    Tensor g = Transforms.grad(chain).apply(Tensor.of(1f, 2f));
    Expect.values(g, 1, 1);
  }

  @Test
  void aTensorHasAtMost64Axes() {
    int[] most = new int[64];
    java.util.Arrays.fill(most, 1);
    Tensor x = Tensor.ones(most);
    assertEquals(2, x.add(x).item());
    String message = "shape with 65 axes; a tensor has at most 64";
    Expect.error(message, () -> x.unsqueeze(0));
    Expect.error(message, () -> x.expand(x.shape().prepend(2)));
    Expect.error(message, () -> Tensor.stack(x, x));
    Expect.error(message, () -> Tensor.zeros(new int[65]));
    Expect.error(
        "shape with 100,000 axes; a tensor has at most 64",
        () -> Tensor.scalar(1).reshape(ones(100_000)));
    Expect.error(
        "shape with 100,000 axes; a tensor has at most 64", () -> Tensor.full(1, ones(100_000)));
  }

  private static int[] ones(int n) {
    int[] dims = new int[n];
    java.util.Arrays.fill(dims, 1);
    return dims;
  }
}
