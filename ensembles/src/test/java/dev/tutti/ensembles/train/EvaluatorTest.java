package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.testkit.Expect;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Logits of a data set do not depend on how it is cut into batches, nor on threads.
@ResourceLock(Tasks.THREADS)
class EvaluatorTest {
  private static final Key KEY = Key.of(71);
  private static final Shape IMAGE = Shape.of(16, 17, 1);
  private static final Dataset DATA = Tasks.quadrants(23, IMAGE);

  static Stream<Arguments> ensembles() {
    return Stream.of(
        Arguments.of("deep", DeepEnsemble.init(KEY, 3, k -> LeNet.init(k, IMAGE, 4))),
        Arguments.of("packed", new Packing(2, 3).convert(KEY, LeNet.init(KEY, IMAGE, 4), IMAGE)),
        Arguments.of("packed", new Packing(1, 3).convert(KEY, ConvNet.init(KEY, IMAGE, 4), IMAGE)),
        Arguments.of("batch", BatchEnsemble.convert(KEY, ConvNet.init(KEY, IMAGE, 4), 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ensembles")
  void batchSizeAndThreadsChangeNoBit(String name, Ensemble ensemble) {
    Tensor whole = ensemble.logits(Batches.of(DATA, 23).batch(0, 0).x());
    assertEquals(Shape.of(3, 23, 4), whole.shape());
    for (int batchSize : new int[] {1, 2, 7, 16, 23, 100}) {
      Tensor logits = Evaluator.logits(ensemble, Batches.of(DATA, batchSize));
      Expect.sameBits("batches of " + batchSize, whole, logits);
    }
    for (int threads : Tasks.THREAD_COUNTS) {
      Tasks.withThreads(
          threads,
          () ->
              Expect.sameBits(
                  threads + " threads", whole, Evaluator.logits(ensemble, Batches.of(DATA, 5))));
    }
  }

  @Test
  void noExamplesAreAnError() {
    Ensemble one = DeepEnsemble.init(KEY, 1, k -> LeNet.init(k, IMAGE, 4));
    DataError e =
        assertThrows(DataError.class, () -> Evaluator.logits(one, Batches.of(DATA.take(0), 5)));
    assertEquals("quadrants: no examples to evaluate", e.getMessage());
  }
}
