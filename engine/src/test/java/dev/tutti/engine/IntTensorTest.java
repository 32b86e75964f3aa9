package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every method of int32 tensors gives whole numbers that are right, or is refused.
class IntTensorTest {
  private static final Tensor X = Tensor.of(new int[] {1, 2, -7, 4}, 2, 2);
  private static final Tensor ROWS = Tensor.of(new int[] {3, 2, 0, -4}, 2, 2);

  static Stream<Arguments> refused() {
    Map<String, Function<Tensor, Tensor>> f = new LinkedHashMap<>();
    f.put("mean", Tensor::mean);
    f.put("mean of axes", x -> x.mean(0));
    f.put("var", x -> x.var(0, 0));
    f.put("std", x -> x.std(0, 1));
    f.put("exp", Tensor::exp);
    f.put("log", Tensor::log);
    f.put("log1p", Tensor::log1p);
    f.put("expm1", Tensor::expm1);
    f.put("sqrt", Tensor::sqrt);
    f.put("rsqrt", Tensor::rsqrt);
    f.put("sin", Tensor::sin);
    f.put("cos", Tensor::cos);
    f.put("tanh", Tensor::tanh);
    f.put("sigmoid", Tensor::sigmoid);
    f.put("erf", Tensor::erf);
    f.put("floor", Tensor::floor);
    f.put("gelu", Tensor::gelu);
    f.put("geluTanh", Tensor::geluTanh);
    f.put("silu", Tensor::silu);
    f.put("softplus", Tensor::softplus);
    f.put("softmax", Tensor::softmax);
    f.put("logSoftmax", Tensor::logSoftmax);
    f.put("logSumExp", Tensor::logSumExp);
    f.put("normalize", x -> x.normalize(1e-5, 0));
    f.put("moments", Tensor::moments);
    f.put("matmul", x -> x.matmul(x));
    f.put("pow", x -> x.pow(x));
    f.put("pow of a half", x -> x.pow(0.5));
    f.put("add a half", x -> x.add(0.5));
    f.put("sub a half", x -> x.sub(0.5));
    f.put("mul by a half", x -> x.mul(0.5));
    f.put("div by a half", x -> x.div(0.5));
    f.put("clamp", x -> x.clamp(0.5, 2));
    f.put("eq", x -> x.eq(0.5));
    f.put("lt", x -> x.lt(0.5));
    f.put("pad", x -> x.pad(0, 1, 1, 0.5));
    f.put("dropout", x -> x.dropout(0.5, Key.of(1)));
    f.put("full", x -> Tensor.full(DType.INT32, 1.5, Shape.of(2)));
    f.put("full of NaN", x -> Tensor.full(DType.INT32, Double.NaN, Shape.of(2)));
    f.put("full out of range", x -> Tensor.full(DType.INT32, 3e9, Shape.of(2)));
    f.put("crossEntropy", x -> x.crossEntropy(Tensor.of(new int[] {0, 1})));
    return f.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatWouldRoundIsRefused(String name, Function<Tensor, Tensor> f) {
    assertThrows(ShapeError.class, () -> f.apply(X));
  }

  @Test
  void theErrorSaysToCast() {
    Expect.error("mean: needs floats, got int32; cast it first", X::mean);
    Expect.error("mean: needs floats, got int32; cast it first", () -> X.mean(1));
    Expect.error("var: needs floats, got int32; cast it first", () -> X.var(0, 0));
    Expect.error("std: needs floats, got int32; cast it first", () -> X.std(0, 0));
    assertEquals(0, X.cast(DType.FLOAT32).mean().item());
  }

  @Test
  void theRestIsRight() {
    ints(X.neg(), -1, -2, 7, -4);
    ints(X.abs(), 1, 2, 7, 4);
    ints(X.sign(), 1, 1, -1, 1);
    ints(X.relu(), 1, 2, 0, 4);
    ints(X.add(ROWS), 4, 4, -7, 0);
    ints(X.sub(ROWS), -2, 0, -7, 8);
    ints(X.mul(ROWS), 3, 4, 0, -16);
    ints(X.div(2), 0, 1, -3, 2);
    ints(X.maximum(ROWS), 3, 2, 0, 4);
    ints(X.minimum(ROWS), 1, 2, -7, -4);
    ints(X.sum(), 0);
    ints(X.sum(1), 3, -3);
    ints(X.max(1), 2, 4);
    ints(X.min(1), 1, -7);
    ints(X.cumsum(1), 1, 3, -7, -3);
    ints(X.argmax(1), 1, 1);
    Tensor ends = Tensor.of(new int[] {Integer.MIN_VALUE, 5, Integer.MAX_VALUE});
    ints(ends.min(0), Integer.MIN_VALUE);
    ints(ends.max(0), Integer.MAX_VALUE);
    assertArrayEquals(new float[] {0, 1, 0, 0}, X.eq(ROWS).toFloats());
    assertEquals(
        0.75,
        Tensor.of(new int[] {1, 2, 3, 4}).eq(Tensor.of(new int[] {1, 2, 3, 0})).mean().item());
  }

  private static void ints(Tensor t, int... expected) {
    assertArrayEquals(expected, t.toInts());
  }
}
