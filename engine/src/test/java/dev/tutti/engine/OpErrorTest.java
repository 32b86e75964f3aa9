package dev.tutti.engine;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What operations say to inputs that do not fit, word for word, alone and inside transforms.
class OpErrorTest {
  /// Elementwise operations on one tensor of any type.
  private static final Set<String> TAKE_EVERYTHING =
      Set.of("neg", "abs", "sign", "relu", "cast", "detach");

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpRefusals#all")
  void alone(OpRefusals.Refusal r) {
    assertEquals(r.message(), message(r.in(), r::bind));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpRefusals#all")
  void insideVmap(OpRefusals.Refusal r) {
    assertEquals(
        r.message() + " (inside vmap over 8)",
        message(stacked(r.in(), 8), x -> Transforms.vmap(r::bind).apply(x)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpRefusals#all")
  void insideVmapInsideGrad(OpRefusals.Refusal r) {
    boolean differentiated = r.in().stream().anyMatch(t -> t.dtype().isFloat());
    assertEquals(
        r.message()
            + (differentiated ? " (inside vmap over 3, inside grad)" : " (inside vmap over 3)"),
        message(stacked(r.in(), 3), Transforms.grad(x -> Transforms.vmap(r::bind).apply(x))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpRefusals#all")
  void insideGradInsideVmap(OpRefusals.Refusal r) {
    boolean differentiated = r.in().stream().anyMatch(t -> t.dtype().isFloat());
    assertEquals(
        r.message()
            + (differentiated ? " (inside grad, inside vmap over 2)" : " (inside vmap over 2)"),
        message(stacked(r.in(), 2), x -> Transforms.vmap(Transforms.grad(r::bind)).apply(x)));
  }

  @Test
  void everyOperationThatMayRefuseIsAmongThem() {
    Set<String> refusing =
        OpRefusals.all().map(r -> r.p().label()).collect(toCollection(TreeSet::new));
    refusing.addAll(TAKE_EVERYTHING);
    assertEquals(
        OpCases.all().map(c -> c.p().label()).collect(toCollection(TreeSet::new)), refusing);
  }

  @Test
  void valuesThatDoNotFit() {
    Tensor x = Tensor.zeros(2, 3);
    assertEquals(
        "cross_entropy: label 3 at position 1 is outside 0 … 2",
        message(List.of(x, Tensor.of(new int[] {0, 3})), in -> in.get(0).crossEntropy(in.get(1))));
    assertEquals(
        "cross_entropy: label -1 at position 0 is outside 0 … 2",
        message(
            List.of(x.cast(DType.FLOAT64), Tensor.of(new int[] {-1, 0})),
            in -> in.get(0).crossEntropy(in.get(1))));
    assertEquals(
        "take: index 2 is outside 0 … 1",
        message(List.of(x, Tensor.of(new int[] {1, 2})), in -> in.get(0).take(in.get(1))));
    assertEquals(
        "scatter_add: index -1 is outside 0 … 4",
        message(
            List.of(x, Tensor.of(new int[] {0, -1})), in -> in.get(0).scatterAdd(in.get(1), 5)));
    assertEquals(
        "div: an int32 divisor is 0",
        message(List.of(Tensor.arange(3), Tensor.arange(3)), in -> in.get(0).div(in.get(1))));
  }

  @Test
  void windowsThatCannotBe() {
    Window win = Window.of(3, 3);
    assertEquals(
        "window: kernel 0×3, stride 1×1 and dilation 1×1 must be at least 1",
        message(List.of(), x -> Window.of(0, 3)));
    assertEquals(
        "window: kernel 3×3, stride 1×0 and dilation 1×1 must be at least 1",
        message(List.of(), x -> win.stride(1, 0)));
    assertEquals(
        "window: kernel 3×3, stride 1×1 and dilation -1×1 must be at least 1",
        message(List.of(), x -> win.dilation(-1, 1)));
    assertEquals(
        "window: padding 0, -1, 0, 0 must not be negative",
        message(List.of(), x -> win.padding(0, -1, 0, 0)));
  }

  private static List<Tensor> stacked(List<Tensor> in, int size) {
    return Tree.map(in, t -> t.expand(t.shape().prepend(size)));
  }

  private static String message(List<Tensor> in, Function<List<Tensor>, ?> f) {
    return assertThrows(ShapeError.class, () -> f.apply(in)).getMessage();
  }
}
