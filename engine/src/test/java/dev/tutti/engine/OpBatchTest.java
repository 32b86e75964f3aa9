package dev.tutti.engine;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Kernels are batch-invariant: a row has the same bits in a batch of 1, 3 or 17 as among 64, at
/// any place; so has the gradient by the row.
class OpBatchTest {
  private static final int ROWS = 64;
  private static final int[] BATCHES = {1, 3, 17};

  static Stream<Arguments> layers() {
    Values values = new Values(11);
    Tensor narrow = values.normal(37, 29);
    Tensor deep = values.normal(300, 10);
    Tensor wide = values.normal(16, 200);
    Tensor kernel = values.normal(3, 3, 5, 6);
    Tensor grouped = values.normal(2, 3, 2, 8);
    Tensor bias = values.normal(29);
    Tensor labels = values.ints(0, 9, Shape.of(ROWS));
    Window same = Window.of(3, 3).padding(1);
    Window odd = Window.of(2, 3).stride(2, 1).padding(1, 0, 2, 1).dilation(2, 1);
    return Stream.of(
        row("matmul 37 → 29", values.normal(ROWS, 37), x -> x.matmul(narrow)),
        row("matmul 300 → 10", values.normal(ROWS, 300), x -> x.matmul(deep)),
        row("matmul 16 → 200", values.normal(ROWS, 16), x -> x.matmul(wide)),
        row("matmul 29 → 37ᵀ", values.normal(ROWS, 29), x -> x.matmul(narrow, false, true)),
        row("linear", values.normal(ROWS, 37), x -> x.linear(narrow, bias)),
        row(
            "linear and relu",
            values.normal(ROWS, 37),
            x -> x.bind(new Affine(true), narrow, bias)),
        row("conv2d", values.normal(ROWS, 6, 7, 5), x -> x.conv2d(kernel, same, 1)),
        row("conv2d, 4 groups", values.normal(ROWS, 5, 4, 8), x -> x.conv2d(grouped, odd, 4)),
        row(
            "transposed conv2d",
            values.normal(ROWS, 6, 7, 6),
            x -> x.convTranspose2d(kernel, same, 1, 6, 7)),
        row("softmax", values.normal(ROWS, 10), Tensor::softmax),
        row("log-sum-exp", values.normal(ROWS, 33), Tensor::logSumExp),
        row("layer norm", values.normal(ROWS, 17), x -> x.normalize(1e-5, -1)),
        row("sum of rows", values.normal(ROWS, 1030), x -> x.sum(-1, false)),
        row("max pooling", values.normal(ROWS, 6, 7, 5), x -> x.maxPool2d(same.stride(2))),
        row(
            "average pooling",
            values.normal(ROWS, 6, 7, 5),
            x -> x.avgPool2d(same.stride(2), false)),
        // The labels are appended as a column, so that they are cut with the rows.
        row(
            "cross-entropy",
            Tensor.concat(1, values.normal(ROWS, 10), labels.cast(DType.FLOAT32).reshape(ROWS, 1)),
            x ->
                x.slice(-1, 0, 10)
                    .crossEntropy(x.slice(-1, 10, 11).reshape(x.dim(0)).cast(DType.INT32))));
  }

  private static Arguments row(String name, Tensor x, UnaryOperator<Tensor> f) {
    return arguments(name, x, f);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void rowsDoNotDependOnTheBatch(String name, Tensor x, UnaryOperator<Tensor> f) {
    Tensor all = f.apply(x);
    Tensor g = new Values(5).normal(all.shape());
    Tensor gradient = gradient(f, x, g);
    for (int batch : BATCHES) {
      for (int from = 0; from + batch <= ROWS; from += batch) {
        Tensor rows = x.slice(0, from, from + batch);
        String what = name + ", rows from " + from + " by " + batch;
        Expect.sameBits(what, all.slice(0, from, from + batch), f.apply(rows));
        Expect.sameBits(
            what + ", gradient",
            gradient.slice(0, from, from + batch),
            gradient(f, rows, g.slice(0, from, from + batch)));
      }
    }
  }

  private static Tensor gradient(UnaryOperator<Tensor> f, Tensor x, Tensor g) {
    return Transforms.vjp(f, x).pull().apply(g);
  }
}
