package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.LayerRow.Member;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer as a member of an ensemble: mapping changes no bit, and members do not see each
/// other.
class LayerMemberTest {
  private static final int MEMBERS = 3;
  private static final Key KEY = Key.of(7);

  /// What a member computes: its output, its layer with the state of after the pass, and the
  /// gradient of its loss in its layer and input.
  public record Result(Tensor value, Layer updated, Member gradient) {}

  private static Result result(Member m) {
    return new Result(m.value(), m.updated(), Transforms.grad(Member::loss).apply(m));
  }

  private static Member stacked(LayerRow row) {
    return Transforms.vmap(row::member).apply(KEY.split(MEMBERS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#passes")
  void mappedAndShardedAndLoopedGiveTheSameBits(LayerRow row) {
    Member all = stacked(row);
    List<Result> loop = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Member alone = row.member(KEY.fold(m));
      Expect.sameLeaves("member " + m, alone, Tree.get(all, m));
      loop.add(result(alone));
    }
    Result expected = Tree.stack(loop);
    Expect.sameLeaves("vmap", expected, Transforms.vmap(LayerMemberTest::result).apply(all));
    Expect.sameLeaves("pmap", expected, Transforms.pmap(LayerMemberTest::result).apply(all));
    Member ofTheSum =
        Transforms.grad((Member a) -> Transforms.vmap(Member::loss).apply(a).sum()).apply(all);
    Expect.sameLeaves("grad of the sum", expected.gradient(), ofTheSum);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#passes")
  void aPerturbedMemberLeavesTheOthersTheirBits(LayerRow row) {
    Member all = stacked(row);
    Result before = Transforms.vmap(LayerMemberTest::result).apply(all);
    List<Tensor> tensors = Tree.tensors(all);
    for (int leaf = 0; leaf < tensors.size(); leaf++) {
      int perturbed = leaf % MEMBERS;
      List<Tensor> changed = new ArrayList<>(tensors);
      changed.set(leaf, perturb(tensors.get(leaf), perturbed));
      Result after = Transforms.vmap(LayerMemberTest::result).apply(Tree.rebuild(all, changed));
      for (int m = 0; m < MEMBERS; m++) {
        String what = Tree.leaves(all).get(leaf).path() + " of " + perturbed + ", member " + m;
        if (m != perturbed) {
          Expect.sameLeaves(what, Tree.get(before, m), Tree.get(after, m));
        } else if (changesTheValue(row, Tree.leaves(all).get(leaf))) {
          assertFalse(Expect.same(before.value().get(m), after.value().get(m)), what);
        }
      }
    }
  }

  /// A training pass does not read running statistics for its value, a prediction counts no
  /// batches, and a key matters to random layers only.
  private static boolean changesTheValue(LayerRow row, Tree.Leaf leaf) {
    boolean counts = leaf.state() && (row.training() || !leaf.tensor().dtype().isFloat());
    return !counts && !leaf.path().startsWith("key.") && !row.isIdle(leaf);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.LayerRow#passes")
  void stateChangesInTrainingOnlyAndAllOfIt(LayerRow row) {
    Member m = row.member(KEY);
    List<Tree.Leaf> before = Tree.leaves(m);
    List<Tensor> after = Tree.tensors(new Member(m.updated(), m.x(), m.key()));
    for (int i = 0; i < before.size(); i++) {
      Tree.Leaf leaf = before.get(i);
      if (row.training() && leaf.state() && !row.isIdle(leaf)) {
        assertFalse(Expect.same(leaf.tensor(), after.get(i)), leaf.path());
      } else {
        assertSame(leaf.tensor(), after.get(i), leaf.path());
      }
    }
  }

  /// The tensor with 0.5, or 1 if it is int32, added to all that belongs to one member.
  private static Tensor perturb(Tensor stacked, int member) {
    double by = stacked.dtype().isFloat() ? 0.5 : 1;
    Tensor[] parts = new Tensor[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
      parts[m] = m == member ? stacked.get(m).add(by) : stacked.get(m);
    }
    return Tensor.stack(parts);
  }

  @Test
  void everyPublicLayerHasARow() {
    Set<Class<?>> layers = PublicTypes.of(Layer.class);
    assertTrue(layers.contains(Linear.class), "the walk finds layers");
    Set<String> rows =
        LayerRow.all().stream()
            .map(r -> r.init().apply(KEY))
            .map(l -> l instanceof Activation ? Activation.class : l.getClass())
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(layers.stream().map(Class::getName).collect(Collectors.toSet()), rows);
    Set<String> names = LayerRow.all().stream().map(LayerRow::name).collect(Collectors.toSet());
    for (Activation a : Activation.values()) {
      assertTrue(names.contains(a.name()), a + " has no row");
    }
  }
}
