package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.PublicTypes;
import dev.tutti.nn.optim.Optimizer.Memory;
import dev.tutti.nn.optim.Optimizer.Stepped;
import dev.tutti.testkit.Expect;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Optimisers mapped over members that differ in everything: parameters, gradients, memory, number
/// of steps, learning rate and every hyper-parameter.
public class OptimizerMemberTest {
  private static final int MEMBERS = 3;

  /// A member in training.
  public record Member(
      Weights params, Weights grads, Memory<Weights> memory, Optimizer rule, Tensor lr) {
    Stepped<Weights> step() {
      return rule.step(params, grads, memory, lr);
    }
  }

  /// A model with parameters, running statistics and an index.
  public record Weights(Tensor w, @State Tensor mean, Tensor index, Tensor bias) {}

  private static Weights weights(Key key) {
    return new Weights(
        key.fold(0).normal(4, 3),
        key.fold(1).normal(5),
        key.fold(2).bits(2),
        key.fold(3).normal(3));
  }

  /// The optimiser with other values for every member, all of them in range.
  private static Optimizer of(int member, Optimizer optimizer) {
    return Tree.map(optimizer, h -> h.mul(1 - 0.15 * member));
  }

  /// A member that has made `done` steps already.
  private static Member member(Optimizer rule, Key key, int done) {
    Weights params = weights(key.fold(0));
    Tensor lr = Tensor.scalar(0.1 / (1 + done));
    Member member = new Member(params, weights(key.fold(1)), rule.init(params), rule, lr);
    for (int i = 0; i < done; i++) {
      Stepped<Weights> next = member.step();
      member = new Member(next.params(), weights(key.fold(10 + i)), next.memory(), rule, lr);
    }
    return member;
  }

  private static List<Member> members(Optimizer optimizer) {
    List<Member> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      members.add(member(of(m, optimizer), Key.of(m), 2 * m));
    }
    return members;
  }

  /// The members as one, their hyper-parameters `[MEMBERS]` as a user gives them.
  private static Member stacked(List<Member> members) {
    Member all = Tree.stack(members);
    Optimizer rule = all.rule.forMembers(MEMBERS);
    for (Tree.Leaf hyper : Tree.leaves(rule)) {
      assertEquals(Shape.of(MEMBERS), hyper.tensor().shape(), hyper.path());
      Set<Double> values = new TreeSet<>();
      for (double value : hyper.tensor().toDoubles()) {
        values.add(value);
      }
      assertTrue(values.size() == MEMBERS || values.contains(0.0), hyper.path() + " " + values);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.nn.optim.OptimizerRow#all")
  void mappedStepsAreTheStepsAlone(OptimizerRow row) {
    List<Member> members = members(row.optimizer());
    Stepped<Weights> alone = Tree.stack(members.stream().map(Member::step).toList());
    Member all = stacked(members);
    Expect.sameLeaves("vmap", alone, Transforms.vmap(Member::step).apply(all));
    Expect.sameLeaves("pmap", alone, Transforms.pmap(Member::step).apply(all));
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.nn.optim.OptimizerRow#all")
  void startingMemoryMapsToo(OptimizerRow row) {
    Member all = stacked(members(row.optimizer()));
    Memory<Weights> mapped = Transforms.vmap((Member m) -> m.rule.init(m.params)).apply(all);
    for (int m = 0; m < MEMBERS; m++) {
      Memory<Weights> alone = of(m, row.optimizer()).init(weights(Key.of(m)));
      Expect.sameLeaves("member " + m, alone, Tree.get(mapped, m));
    }
  }

  /// NaN in anything of one member stays with it.
  @ParameterizedTest
  @MethodSource("dev.tutti.nn.optim.OptimizerRow#all")
  void membersDoNotSeeEachOther(OptimizerRow row) {
    List<Member> members = members(row.optimizer());
    Stepped<Weights> before = Transforms.vmap(Member::step).apply(Tree.stack(members));
    for (int ill = 0; ill < MEMBERS; ill++) {
      List<Member> changed = new ArrayList<>(members);
      changed.set(
          ill, Tree.map(members.get(ill), t -> t.dtype().isFloat() ? t.mul(Double.NaN) : t));
      Stepped<Weights> after = Transforms.vmap(Member::step).apply(Tree.stack(changed));
      for (int m = 0; m < MEMBERS; m++) {
        if (m == ill) {
          assertTrue(Double.isNaN(after.params().w.get(m).toDoubles()[0]));
        } else {
          Expect.sameLeaves(ill + " is ill, " + m, Tree.get(before, m), Tree.get(after, m));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tutti.nn.optim.OptimizerRow#all")
  void stateAndIntegersStayAsTheyAre(OptimizerRow row) {
    Weights start = weights(Key.of(4).fold(0));
    Memory<Weights> first = row.optimizer().init(start);
    Member after = member(row.optimizer(), Key.of(4), 3);
    Expect.sameBits("state", start.mean, after.params.mean);
    Expect.sameBits("index", start.index, after.params.index);
    assertFalse(Expect.same(start.w, after.params.w));
    assertFalse(Expect.same(start.bias, after.params.bias));
    assertEquals(row.optimizer().moments(), after.memory.moments().size());
    assertEquals(row.optimizer().moments(), first.moments().size());
    for (Weights moment : after.memory.moments()) {
      Expect.sameBits("moment of state", Tensor.zeros(5), moment.mean);
      Expect.sameBits("moment of index", start.index.sub(start.index), moment.index);
      assertFalse(Expect.same(first.moments().getFirst().bias, moment.bias));
    }
  }

  /// A change of any hyper-parameter changes what some row's optimiser does: none is left out of
  /// the tree, of the rule, or of the rows.
  @Test
  void everyHyperParameterCounts() {
    Set<String> count = new TreeSet<>();
    for (OptimizerRow row : OptimizerRow.all()) {
      Member before = member(row.optimizer(), Key.of(1), 3);
      List<Tree.Leaf> leaves = Tree.leaves(row.optimizer());
      for (int i = 0; i < leaves.size(); i++) {
        List<Tensor> changed = new ArrayList<>(Tree.tensors(row.optimizer()));
        changed.set(i, changed.get(i).mul(0.85));
        Member after = member(Tree.rebuild(row.optimizer(), changed), Key.of(1), 3);
        RecordComponent hyper = leaves.get(i).component();
        if (!Expect.same(before.params.w, after.params.w)) {
          count.add(hyper.getDeclaringRecord().getSimpleName() + "." + hyper.getName());
        }
      }
    }
    assertEquals(components(Tensor.class), count);
  }

  /// Every flag is on in a row and off in one, every optional component is there and absent.
  @Test
  void everyFeatureHasARow() {
    Set<String> seen = new TreeSet<>();
    for (OptimizerRow row : OptimizerRow.all()) {
      collect(row.optimizer(), seen);
    }
    Set<String> optional =
        Set.of(
            "Sgd.momentum",
            "Sgd.dampening",
            "Sgd.weightDecay",
            "Adam.weightDecay",
            "RmsProp.momentum",
            "RmsProp.weightDecay",
            "Adagrad.lrDecay",
            "Adagrad.weightDecay",
            "Adagrad.initialAccumulatorValue",
            "Lamb.weightDecay",
            "DecoupledDecay.paths");
    Set<String> expected = new TreeSet<>();
    for (String name : components(Object.class)) {
      expected.add(name + " given");
      if (optional.contains(name)) {
        expected.add(name + " absent");
      }
    }
    for (String flag : components(boolean.class)) {
      expected.add(flag + " on");
      expected.add(flag + " off");
    }
    assertEquals(expected, seen);
  }

  private static void collect(Optimizer optimizer, Set<String> seen) {
    for (RecordComponent c : optimizer.getClass().getRecordComponents()) {
      Object value = read(c, optimizer);
      String name = optimizer.getClass().getSimpleName() + "." + c.getName();
      switch (value) {
        case null -> seen.add(name + " absent");
        case Boolean on -> seen.add(name + (on ? " on" : " off"));
        default -> seen.add(name + " given");
      }
      if (value instanceof Optimizer inner) {
        collect(inner, seen);
      }
    }
  }

  private static Object read(RecordComponent c, Object record) {
    try {
      return c.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /// {@return the components of all optimisers that are a `type`, as `Sgd.momentum`}
  private static Set<String> components(Class<?> type) {
    Set<String> names = new TreeSet<>();
    for (Class<?> optimizer : PublicTypes.of(Optimizer.class)) {
      assertTrue(optimizer.isRecord(), optimizer + " is not a tree");
      for (RecordComponent c : optimizer.getRecordComponents()) {
        if (type.isAssignableFrom(c.getType())) {
          names.add(optimizer.getSimpleName() + "." + c.getName());
        }
      }
    }
    return names;
  }

  /// A member's 0 has the bits of a 0 that is given alone.
  @Test
  void aGivenZeroIsAValueLikeAnyOther() {
    List<Function<double[], Optimizer>> given =
        List.of(
            v -> new Sgd().weightDecay(v).momentum(v),
            v -> new Sgd().momentum(0.9).dampening(v),
            v -> new Adam().beta1(v).weightDecay(v),
            v -> new Adam().beta2(v).decay(v),
            v -> new RmsProp().alpha(v).momentum(v).weightDecay(v),
            v -> new Adagrad().lrDecay(v).weightDecay(v).initialAccumulatorValue(v),
            v -> new Lamb().beta1(v).beta2(v).weightDecay(v));
    for (Function<double[], Optimizer> of : given) {
      Optimizer all = of.apply(new double[] {0.5, 0, 0.25}).forMembers(MEMBERS);
      List<Member> alone = new ArrayList<>();
      for (int m = 0; m < MEMBERS; m++) {
        double value = new double[] {0.5, 0, 0.25}[m];
        alone.add(member(of.apply(new double[] {value}), Key.of(m), 2));
      }
      Member stacked = Tree.stack(alone);
      Member mapped = new Member(stacked.params, stacked.grads, stacked.memory, all, stacked.lr);
      Expect.sameLeaves(
          all.toString(),
          Tree.stack(alone.stream().map(Member::step).toList()),
          Transforms.vmap(Member::step).apply(mapped));
    }
  }

  /// An optimiser of a user: the sign of the gradient, with a decay of its own.
  public record SignSgd(Tensor shrink) implements Optimizer {
    @Override
    public int moments() {
      return 0;
    }

    @Override
    public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
      return List.of(p.mul(shrink).sub(g.sign().mul(lr)));
    }
  }

  @Test
  void usersWriteTheirOwn() {
    float[] shrink = {1, 0.5f, 0.25f};
    List<Member> alone = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Optimizer rule = new SignSgd(Tensor.scalar(shrink[m])).clipNorm(m + 1);
      alone.add(member(rule, Key.of(m), m));
    }
    Member s = Tree.stack(alone);
    Optimizer all = new SignSgd(Tensor.of(shrink)).clipNorm(1, 2, 3).forMembers(MEMBERS);
    Expect.sameLeaves(
        "own",
        Tree.stack(alone.stream().map(Member::step).toList()),
        Transforms.vmap(Member::step).apply(new Member(s.params, s.grads, s.memory, all, s.lr)));
    Member first = alone.getFirst();
    Expect.sameBits(
        "formula",
        first.params.w.sub(first.grads.w.sign().mul(first.lr)),
        first.step().params().w());
  }
}
