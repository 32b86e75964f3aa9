package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `apply(x)` in a pass that is differentiated: fine where training and prediction are the same, an
/// error where they are not.
class UnnamedContextTest {
  private static final Tensor X = Key.of(1).normal(6, 4);

  static List<Layer> differing() {
    Layer linear = Linear.init(Key.of(2), 4, 4);
    return List.of(
        Sequential.of(linear, new Dropout(0.5)),
        Sequential.of(linear, BatchNorm.init(4)),
        new Remat(Sequential.of(linear, new Dropout(0.5))),
        Sequential.of(linear, Sequential.of(new Dropout(0.1))));
  }

  @ParameterizedTest
  @MethodSource("differing")
  void isAnErrorIfTheLayersTrainOtherwise(Layer network) {
    String message =
        "apply(x) is a prediction, and this network has layers that train otherwise (dropout,"
            + " batch normalisation); inside a derivative call apply(x, Ctx.training(key)), or"
            + " apply(x, Ctx.inference()) if a prediction is meant";
    assertEquals(
        message,
        assertThrows(
                IllegalStateException.class,
                () -> Transforms.grad((Layer n) -> n.apply(X).sum()).apply(network))
            .getMessage());
    assertThrows( // by the input too, and inside vmap
        IllegalStateException.class,
        () -> Transforms.grad((Tensor x) -> network.apply(x).sum()).apply(X));
    assertThrows(
        IllegalStateException.class,
        () ->
            Transforms.vmap(
                    (Tensor x) -> Transforms.grad((Tensor t) -> network.apply(t).sum()).apply(x))
                .apply(X.reshape(2, 3, 4)));
  }

  @ParameterizedTest
  @MethodSource("differing")
  void aPredictionThatIsMeantIsTheSame(Layer network) {
    Transforms.grad((Layer n) -> n.apply(X, Ctx.inference()).sum()).apply(network);
    Transforms.grad((Layer n) -> n.apply(X, Ctx.training(Key.of(3))).sum()).apply(network);
    assertArrayEquals(network.apply(X, Ctx.inference()).toFloats(), network.apply(X).toFloats());
    Tensor mapped = Transforms.vmap((Tensor x) -> network.apply(x)).apply(X.reshape(2, 3, 4));
    assertArrayEquals(network.apply(X).toFloats(), mapped.toFloats());
  }

  @Test
  void layersThatTrainAsTheyPredictNeedNoContext() {
    Layer network =
        Sequential.of(
            Linear.init(Key.of(2), 4, 4), Activation.RELU, new Dropout(0), LayerNorm.init(4));
    Layer g = Transforms.grad((Layer n) -> n.apply(X).sum()).apply(network);
    Layer named = Transforms.grad((Layer n) -> n.apply(X, Ctx.inference()).sum()).apply(network);
    assertEquals(named.parameterCount(), g.parameterCount());
  }
}
