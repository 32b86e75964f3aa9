package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Key;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Expect;
import dev.tutti.nn.optim.Optimizer.Memory;
import dev.tutti.nn.optim.Optimizer.Stepped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Optimisers mapped over members, and the leaves that they leave alone.
public class OptimizerMemberTest {
  private static final int MEMBERS = 3;

  /// A member in training with its own learning rate.
  public record Member(Weights params, Weights grads, Memory<Weights> memory, Tensor lr) {}

  /// A model with parameters, running statistics and an index.
  public record Weights(Tensor w, @State Tensor mean, Tensor index, Tensor b) {}

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new Sgd(),
        new Sgd(0.9, false, 0.01),
        new Sgd(0.9, true, 0),
        new Adam(),
        new Adam().beta2(0.99).weightDecay(0.1),
        Adam.w(0.1));
  }

  private static Weights weights(Key key) {
    return new Weights(
        key.fold(0).normal(4, 3),
        key.fold(1).normal(5),
        key.fold(2).bits(2),
        key.fold(3).normal(3));
  }

  /// A member that has made `done` steps already.
  private static Member member(Optimizer optimizer, Key key, int done) {
    Weights params = weights(key.fold(0));
    Memory<Weights> memory = optimizer.init(params);
    Tensor lr = Tensor.scalar(0.1 / (1 + done));
    for (int i = 0; i < done; i++) {
      Stepped<Weights> next = optimizer.step(params, weights(key.fold(10 + i)), memory, lr);
      params = next.params();
      memory = next.memory();
    }
    return new Member(params, weights(key.fold(1)), memory, lr);
  }

  /// Every member has its own number of steps, moments and learning rate.
  @ParameterizedTest
  @MethodSource("optimizers")
  void mappedStepsAreTheStepsAlone(Optimizer optimizer) {
    List<Member> members = new ArrayList<>();
    List<Stepped<Weights>> alone = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Member one = member(optimizer, Key.of(m), 2 * m);
      members.add(one);
      alone.add(optimizer.step(one.params, one.grads, one.memory, one.lr));
    }
    Stepped<Weights> mapped =
        Transforms.vmap((Member m) -> optimizer.step(m.params, m.grads, m.memory, m.lr))
            .apply(Tree.stack(members));
    Expect.sameLeaves("stepped", Tree.stack(alone), mapped);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void startingMemoryMapsToo(Optimizer optimizer) {
    Weights stacked = Transforms.vmap(OptimizerMemberTest::weights).apply(Key.of(1).split(MEMBERS));
    Memory<Weights> mapped = Transforms.vmap((Weights w) -> optimizer.init(w)).apply(stacked);
    Memory<Weights> one = optimizer.init(weights(Key.of(1).fold(0)));
    for (int m = 0; m < MEMBERS; m++) {
      Expect.sameLeaves("member " + m, one, Tree.get(mapped, m));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void stateAndIntegersStayAsTheyAre(Optimizer optimizer) {
    Weights before = weights(Key.of(4));
    Member after = member(optimizer, Key.of(4), 3);
    Weights start = weights(Key.of(4).fold(0));
    Expect.sameBits("state", start.mean, after.params.mean);
    Expect.sameBits("index", start.index, after.params.index);
    assertFalse(Expect.same(start.w, after.params.w));
    assertFalse(Expect.same(start.b, after.params.b));
    assertEquals(optimizer.moments(), after.memory.moments().size());
    for (Weights moment : after.memory.moments()) {
      Expect.sameBits("moment of state", Tensor.zeros(5), moment.mean);
      Expect.sameBits("moment of index", before.index.sub(before.index), moment.index);
      assertFalse(Expect.same(Tensor.zeros(3), moment.b));
    }
  }
}
