package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Parts of a tree that are neither tensor, record, list nor map: free of tensors, or an error.
class OpaqueTest {
  private interface Layer extends UnaryOperator<Tensor> {}

  private record Dense(Tensor weight) implements Layer {
    @Override
    public Tensor apply(Tensor x) {
      return x.matmul(weight);
    }
  }

  private record Drop(double p, Window window) implements Layer {
    @Override
    public Tensor apply(Tensor x) {
      return x;
    }
  }

  private record Chain(@Inlined List<Layer> layers) {}

  private record Holder(Object part) {}

  /// A network as one writes it first: a class with fields.
  private static final class Plain implements Layer {
    private final Tensor weight = Tensor.ones(2, 2);

    @Override
    public Tensor apply(Tensor x) {
      return x.matmul(weight);
    }
  }

  private static class Base {
    final Object anything;

    Base(Object anything) {
      this.anything = anything;
    }
  }

  private static final class Derived extends Base implements Layer {
    Derived(Object anything) {
      super(anything);
    }

    @Override
    public Tensor apply(Tensor x) {
      return x;
    }
  }

  private static final class Node {
    Node next;
    Object value;
  }

  private enum Constant {
    SQUARE(x -> x.mul(x));

    private final UnaryOperator<Tensor> f;

    Constant(UnaryOperator<Tensor> f) {
      this.f = f;
    }
  }

  private enum Table {
    ONES;

    private final Tensor values = Tensor.ones(3);
  }

  private static Layer lambda(Tensor w) {
    return x -> x.matmul(w);
  }

  private static Layer through(Object held) {
    return x -> held == null ? x : x.neg();
  }

  private static Layer scaled(double by) {
    return x -> x.mul(by);
  }

  private static Node ring(Object value) {
    Node first = new Node();
    first.next = new Node();
    first.next.next = first;
    first.next.value = value;
    return first;
  }

  private static List<Object> lastOfMany(Object last) {
    List<Object> all = new ArrayList<>(IntStream.range(0, 50_000).boxed().toList());
    all.add(last);
    return all;
  }

  /// More than are looked into.
  private static List<Drop> many() {
    return IntStream.range(0, 10_001).mapToObj(i -> new Drop(0.5, null)).toList();
  }

  static Stream<Arguments> holders() {
    Tensor w = Tensor.ones(2, 2);
    Dense dense = new Dense(w);
    Layer bound = dense::apply;
    Layer anonymous =
        new Layer() {
          private final Object kept = List.of(Optional.of(w));

          @Override
          public Tensor apply(Tensor x) {
            return kept == null ? x : x.matmul(w);
          }
        };
    return Stream.of(
        Arguments.of("class", new Plain()),
        Arguments.of("lambda", lambda(w)),
        Arguments.of("lambda of a record", through(dense)),
        Arguments.of("lambda of a list", through(List.of(dense))),
        Arguments.of("lambda of many numbers and a record", through(lastOfMany(dense))),
        Arguments.of("lambda of many records", through(many())),
        Arguments.of("lambda of a key", through(Key.of(1))),
        Arguments.of("lambda of a lambda", through(lambda(w))),
        Arguments.of("bound method", bound),
        Arguments.of("anonymous class", anonymous),
        Arguments.of("inherited field", new Derived(w)),
        Arguments.of("inherited field of an object", new Derived(new Plain())),
        Arguments.of("ring", new Derived(ring(w))),
        Arguments.of("array", new Layer[] {dense}),
        Arguments.of("array of arrays", new Object[] {new Object[] {null, w}}),
        Arguments.of("array of lambdas", new Layer[] {lambda(w)}),
        Arguments.of("optional", Optional.of(dense)),
        Arguments.of("optional lambda", Optional.of(lambda(w))),
        Arguments.of("set", Set.of(dense)),
        Arguments.of("reference", new AtomicReference<>(w)),
        Arguments.of("map in a class", new Derived(Map.of("w", w))),
        Arguments.of("enum with a tensor", Table.ONES),
        Arguments.of("floats", new float[] {1}),
        Arguments.of("doubles", new double[] {1}),
        Arguments.of("rows of floats", new float[][] {{1}}),
        Arguments.of("lambda of floats", through(new float[] {1})),
        Arguments.of("class with doubles", new Derived(new double[] {1})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("holders")
  void whatHoldsTensorsOutOfSightIsAnError(String name, Object part) {
    for (Object tree :
        new Object[] {part, new Holder(part), List.of(part), Map.of("k", List.of(part))}) {
      ShapeError e = assertThrows(ShapeError.class, () -> Tree.leaves(tree));
      assertTrue(e.getMessage().startsWith("tree: "), e.getMessage());
      assertThrows(ShapeError.class, () -> Tree.map(tree, t -> t));
      assertThrows(ShapeError.class, () -> Tree.stack(List.of(tree)));
      assertThrows(ShapeError.class, () -> Transforms.vmap((Object o) -> o).apply(tree));
    }
  }

  static Stream<Arguments> free() {
    Layer relu = Tensor::relu;
    Layer twice = x -> x.mul(2);
    Function<Tensor, Tensor> identity = Function.identity();
    return Stream.of(
        Arguments.of("method", relu),
        Arguments.of("lambda", twice),
        Arguments.of("lambda of a number", scaled(0.5)),
        Arguments.of("lambda of text and class", through("text")),
        Arguments.of("lambda of null", through(null)),
        Arguments.of("lambda of a record without tensors", through(new Drop(0.5, null))),
        Arguments.of("lambda of a shape", through(Shape.of(2, 3))),
        Arguments.of("lambda of free lambdas", through(List.of(relu, twice, scaled(2)))),
        Arguments.of("function of the JDK", identity),
        Arguments.of("class without tensors", new Derived(List.of("a", 1, 2.0))),
        Arguments.of("ring", new Derived(ring("end"))),
        Arguments.of("enum", Constant.SQUARE),
        Arguments.of("whole numbers", new int[] {1, 2}),
        Arguments.of("texts", new String[] {"a"}),
        Arguments.of("optional window", Optional.of(Window.of(2, 2))),
        Arguments.of("empty optional", Optional.empty()),
        Arguments.of("path", Path.of("a")),
        Arguments.of("duration", Duration.ofDays(1)),
        Arguments.of("random", new Random(1)),
        Arguments.of(
            "lambda of many numbers", through(IntStream.range(0, 50_000).boxed().toList())),
        Arguments.of("boxed", Arrays.asList(1, 2L, 3f, 4.0, 'c', true, null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("free")
  void whatHoldsNoTensorStaysAsItIs(String name, Object part) {
    Holder tree = new Holder(part);
    assertEquals(List.of(), Tree.leaves(tree));
    assertEquals(tree, Tree.map(tree, t -> t.neg()));
  }

  @Test
  void theErrorSaysWhereWhatAndWhatToDo() {
    Tensor w = Tensor.ones(2, 2);
    Chain net = new Chain(List.of(new Dense(w), new Plain()));
    Expect.error(
        "tree: 1 is a dev.tutti.engine.OpaqueTest$Plain, which is not a record: its tensor weight"
            + " is not seen; make it a record",
        () -> Tree.leaves(net));
    ShapeError lambda =
        assertThrows(ShapeError.class, () -> Tree.leaves(new Holder(List.of(lambda(w)))));
    assertEquals(
        "tree: part.0 is a lambda of dev.tutti.engine.OpaqueTest that captures a tensor (arg$1),"
            + " which a tree does not see; make it a record with the tensor as a component",
        lambda.getMessage());
    Expect.error(
        "tree: part is a float[], whose numbers are neither trained nor saved; use a Tensor",
        () -> Tree.leaves(new Holder(new float[] {1})));
    Expect.error(
        "tree: part is a dev.tutti.engine.OpaqueTest$Derived, which is not a record, and it is not"
            + " known whether it holds tensors: cannot look into anything.sync, a"
            + " java.util.concurrent.locks.ReentrantLock$Sync; make it a record",
        () -> Tree.leaves(new Holder(new Derived(new ReentrantLock()))));
  }

  @Test
  void keysOfMapsHoldNoTensors() {
    Tensor w = Tensor.ones(1);
    Expect.error(
        "tree: a map has the key of class dev.tutti.engine.OpaqueTest$Dense; keys are text, numbers"
            + " or enums",
        () -> Tree.leaves(Map.of(new Dense(w), w)));
    assertEquals(2, Tree.leaves(Map.of(1, w, 2, w)).size());
  }

  /// Of trees that are stacked, what is not a tensor is taken from the first.
  @Test
  void stackingRefusesObjectsThatDiffer() {
    assertThrows(
        ShapeError.class, () -> Tree.stack(List.of(new Holder(scaled(2)), new Holder(scaled(3)))));
    assertThrows(
        ShapeError.class,
        () -> Tree.stack(List.of(new Holder(new int[] {1, 2}), new Holder(new int[] {1, 3}))));
    assertThrows(
        ShapeError.class,
        () -> Tree.stack(List.of(new Holder(new Derived("a")), new Holder(new Derived("b")))));
    assertThrows(
        ShapeError.class,
        () -> Tree.stack(List.of(new Holder(Optional.of(1)), new Holder(Optional.of(2)))));
    Tree.stack(List.of(new Holder(scaled(2)), new Holder(scaled(2))));
    Tree.stack(List.of(new Holder(new int[] {1, 2}), new Holder(new int[] {1, 2})));
    Tree.stack(List.of(new Holder(new Derived("a")), new Holder(new Derived("a"))));
  }

  private static final class Residual extends ArrayList<Object> {
    private static final long serialVersionUID = 1L;
    private final Tensor scale;

    Residual(Tensor scale) {
      this.scale = scale;
    }
  }

  private static final class Named extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;
    private final transient Object more;

    Named(Object more) {
      this.more = more;
    }
  }

  /// A list that keeps its elements itself.
  private static final class Own extends AbstractList<Object> {
    private final Object[] elements;
    private final transient Object first;

    Own(Object... elements) {
      this.elements = elements;
      this.first = elements[0];
    }

    @Override
    public Object get(int index) {
      return index == 0 ? first : elements[index];
    }

    @Override
    public int size() {
      return elements.length;
    }
  }

  @Test
  void aListOrMapWithATensorBesideItsElementsIsNamed() {
    Tensor w = Tensor.of(1, 2);
    Residual residual = new Residual(w);
    residual.add(w);
    Named named = new Named(w);
    ShapeError error = assertThrows(ShapeError.class, () -> Tree.leaves(List.of(residual)));
    assertTrue(
        error
            .getMessage()
            .startsWith("tree: 0 is a dev.tutti.engine.OpaqueTest$Residual, a list or"),
        error.getMessage());
    assertTrue(error.getMessage().contains("(scale)"), error.getMessage());
    assertThrows(ShapeError.class, () -> Tree.leaves(Map.of("a", named)));
    Supplier<Object> captures = () -> residual;
    assertThrows(ShapeError.class, () -> Tree.leaves(List.of(captures)));
    assertEquals(2, Tree.leaves(new Own(w, w)).size());
  }
}
