package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.optim.Adam;
import dev.tutti.testkit.Expect;
import org.junit.jupiter.api.Test;

class FrozenTest {
  private static final Key KEY = Key.of(5);
  private static final Tensor X = KEY.fold(9).normal(6, 4);

  private static Sequential trunk() {
    return Sequential.of(
        Linear.init(KEY.fold(0), 4, 5), BatchNorm.init(5), new Dropout(0.5), Activation.RELU);
  }

  @Test
  void predictsInTrainingToo() {
    Expect.sameBits("frozen", trunk().apply(X), new Frozen(trunk()).apply(X, Ctx.training(KEY)));
    assertEquals(trunk().parameterCount(), new Frozen(trunk()).parameterCount());
  }

  @Test
  void aStepWithWeightDecayLeavesItAlone() {
    Sequential network = Sequential.of(new Frozen(trunk()), Linear.init(KEY.fold(1), 5, 3));
    Tensor labels = Tensor.of(new int[] {0, 1, 2, 0, 1, 2});
    Step<Sequential> step = Step.of(new Adam().weightDecay(0.1), new CrossEntropy());
    Step.State<Sequential> next =
        step.apply(step.start(network), new Batch(X, labels), 0.1, KEY).state();
    Layer before = network.layers().getFirst();
    Layer after = next.params().layers().getFirst();
    Expect.sameBits("trunk", before.apply(X), after.apply(X));
  }
}
