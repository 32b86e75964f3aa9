package dev.tutti.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every loss as a member of an ensemble: mapping changes no bit, and members do not see each
/// other.
class LossMemberTest {
  private static final int MEMBERS = 3;
  private static final Key KEY = Key.of(8);

  /// What a member computes: its losses, and the gradient in its inputs.
  public record Result(Tensor losses, List<Tensor> gradient) {}

  private static Result result(LossRow row, List<Tensor> in) {
    return new Result(row.loss().apply(in), Transforms.grad(row::total).apply(in));
  }

  private static List<Tensor> stacked(LossRow row) {
    return Transforms.vmap(row.inputs()).apply(KEY.split(MEMBERS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.loss.LossRow#all")
  void mappedAndShardedAndLoopedGiveTheSameBits(LossRow row) {
    List<Tensor> all = stacked(row);
    List<Result> loop = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      List<Tensor> alone = row.inputs().apply(KEY.fold(m));
      Expect.sameLeaves("member " + m, alone, Tree.get(all, m));
      loop.add(result(row, alone));
    }
    Result expected = Tree.stack(loop);
    Function<List<Tensor>, Result> one = in -> result(row, in);
    Expect.sameLeaves("vmap", expected, Transforms.vmap(one).apply(all));
    Expect.sameLeaves("pmap", expected, Transforms.pmap(one).apply(all));
    List<Tensor> ofTheSum =
        Transforms.grad((List<Tensor> a) -> Transforms.vmap(row::total).apply(a).sum()).apply(all);
    Expect.sameLeaves("grad of the sum", expected.gradient(), ofTheSum);
  }

  /// NaN in one input of one member.
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.loss.LossRow#all")
  void aSpoiledMemberLeavesTheOthersTheirBits(LossRow row) {
    List<Tensor> all = stacked(row);
    Function<List<Tensor>, Result> one = in -> result(row, in);
    Result before = Transforms.vmap(one).apply(all);
    for (int leaf = 0; leaf < all.size(); leaf++) {
      Tensor t = all.get(leaf);
      if (!t.dtype().isFloat()) {
        continue;
      }
      List<Tensor> changed = new ArrayList<>(all);
      Tensor spoiled = t.get(1).mul(Double.NaN);
      changed.set(leaf, Tensor.stack(t.get(0), spoiled, t.get(2)));
      Result after = Transforms.vmap(one).apply(changed);
      assertFalse(Expect.same(before.losses().get(1), after.losses().get(1)), row + ", " + leaf);
      for (int m : new int[] {0, 2}) {
        Expect.sameLeaves("member " + m, Tree.get(before, m), Tree.get(after, m));
      }
    }
  }

  /// Reductions of a member are those of its own elements.
  @Test
  void reductionsArePerMember() {
    Tensor losses = new Values(1).normal(MEMBERS, 4, 5);
    for (Reduction r : Reduction.values()) {
      Tensor mapped = Transforms.vmap((Tensor l) -> r.apply(l)).apply(losses);
      for (int m = 0; m < MEMBERS; m++) {
        Expect.sameBits(r + " of " + m, r.apply(losses.get(m)), mapped.get(m));
      }
    }
  }

  @Test
  void everyLossHasARow() {
    TreeSet<String> losses =
        Stream.of(Losses.class, EvidentialLosses.class, CrossEntropy.class)
            .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
            .filter(LossMemberTest::givesALoss)
            .map(m -> m.getDeclaringClass().getSimpleName() + "." + m.getName())
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> rows =
        LossRow.all().stream().map(LossRow::method).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(losses, rows);
  }

  private static boolean givesALoss(Method m) {
    boolean isPublic = Modifier.isPublic(m.getModifiers());
    boolean ofTensors = m.getReturnType() == Tensor.class && m.getParameterCount() > 1;
    return isPublic && ofTensors && !m.getName().equals("divisor"); // of a loss, itself none
  }
}
