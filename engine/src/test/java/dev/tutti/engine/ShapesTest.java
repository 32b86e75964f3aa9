package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `shapes`: what a function returns, without elements.
class ShapesTest {
  private static boolean hasElements(Tensor t) {
    return ((Array) t).hasElements();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void shapeAndTypeAreThoseOfTheValue(OpCase c) {
    for (DType floats : c.types()) {
      Tensor[] in = c.stacked(floats, 2, 0);
      Tensor value = c.apply(in);
      Tensor shape =
          Transforms.shapes((List<Tensor> args) -> c.apply(args.toArray(Tensor[]::new)))
              .apply(List.of(in));
      assertEquals(value.shape(), shape.shape());
      assertEquals(value.dtype(), shape.dtype());
      assertFalse(hasElements(shape));
    }
  }

  @Test
  void whatDoesNotDependOnTheArgumentIsAsItWas() {
    Tensor kept = Tensor.of(1, 2);
    Map<String, Tensor> made =
        Transforms.shapes(
                (Key k) -> Map.of("drawn", k.fold(1).normal(3, 4).mul(2), "kept", kept.add(1)))
            .apply(Key.of(1));
    assertEquals(Shape.of(3, 4), made.get("drawn").shape());
    assertFalse(hasElements(made.get("drawn")));
    assertEquals("float32[3, 4]", made.get("drawn").toString());
    assertEquals(
        List.of(2f, 3f), List.of(made.get("kept").toFloats()[0], made.get("kept").toFloats()[1]));
    assertTrue(hasElements(made.get("kept")));
    assertSame(kept, Transforms.shapes((Key k) -> kept).apply(Key.of(1)));
  }

  @Test
  void noMemoryIsNeeded() {
    Tensor huge =
        Transforms.shapes((Key k) -> k.normal(40_000, 50_000).mul(0.01).add(1)).apply(Key.of(1));
    assertEquals(2_000_000_000, huge.size());
  }

  @Test
  void otherTransformsNestInsideAndOutside() {
    Key keys = Key.of(1).split(5);
    Tensor members =
        Transforms.shapes((Key k) -> Transforms.vmap((Key one) -> one.normal(2)).apply(k))
            .apply(keys);
    assertEquals(Shape.of(5, 2), members.shape());
    Tensor slope =
        Transforms.shapes((Tensor x) -> Transforms.grad((Tensor t) -> t.mul(t).sum()).apply(x))
            .apply(Tensor.ones(3));
    assertEquals(Shape.of(3), slope.shape());
    assertFalse(hasElements(slope));
    assertFalse(
        hasElements(
            Transforms.shapes(Transforms.shapes((Tensor x) -> x.exp())).apply(Tensor.ones(3))));
  }

  /// Every way to read an element, inside and afterwards.
  @Test
  void readingAnElementIsAnError() {
    List<Consumer<Tensor>> reads =
        List.of(Tensor::toFloats, t -> t.sum().item(), t -> t.toDoubles());
    for (Consumer<Tensor> read : reads) {
      String inside =
          assertThrows(
                  ShapeError.class,
                  () ->
                      Transforms.shapes(
                              (Key k) -> {
                                read.accept(k.normal(2));
                                return k;
                              })
                          .apply(Key.of(1)))
              .getMessage();
      assertTrue(inside.contains("inside shapes a tensor is float32["), inside);
      Tensor shape = Transforms.shapes((Key k) -> k.normal(2)).apply(Key.of(1));
      for (Tensor t : List.of(shape, shape.reshape(1, 2))) {
        String after = assertThrows(ShapeError.class, () -> read.accept(t)).getMessage();
        assertTrue(
            after.endsWith(" without elements, of Transforms.shapes; load a value for it"), after);
      }
    }
  }

  @Test
  void wrongShapesAreErrorsAsEver() {
    Expect.error(
        "matmul: inner axes differ: [2, 3] · [2, 3] (3 vs 2) (inside shapes)",
        () -> Transforms.shapes((Tensor x) -> x.matmul(x)).apply(Tensor.ones(2, 3)));
  }
}
