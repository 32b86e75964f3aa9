package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a pass hands to layers and keeps of them, alone and for the members of an ensemble.
class CtxTest {
  private static final Key KEY = Key.of(5);

  /// A parameter and two states, one of them counting.
  public record Counter(Tensor scale, @State Tensor sum, @State Tensor calls) implements Layer {
    static Counter zero() {
      return new Counter(Tensor.of(2, 3), Tensor.zeros(2), Tensor.of(new int[] {0}));
    }

    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      ctx.write(sum, ctx.read(sum).add(x.sum(0)));
      ctx.write(calls, ctx.read(calls).add(1));
      return x.mul(scale);
    }
  }

  /// Two parts with state.
  public record Pair(Layer first, Layer second) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return second.apply(first.apply(x, ctx), ctx);
    }
  }

  @Test
  void keysComeInOrder() {
    Ctx ctx = Ctx.training(KEY);
    for (int i = 0; i < 3; i++) {
      Expect.sameBits("key " + i, KEY.fold(i).bits(), ctx.nextKey().bits());
    }
    Expect.sameBits("a new pass", KEY.fold(0).bits(), Ctx.training(KEY).nextKey().bits());
  }

  /// A sampling pass drops the same elements of every example, and is else a prediction.
  @Test
  void aSamplingPassIsOneNetwork() {
    Layer network = Sequential.of(BatchNorm.init(4), new Dropout(0.5));
    Tensor x = Tensor.ones(6, 4);
    Ctx ctx = Ctx.sampling(KEY);
    Tensor y = network.apply(x, ctx);
    float[] values = y.toFloats();
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i % 4], values[i], "example " + i / 4);
    }
    assertSame(network, ctx.updated(network));
    assertFalse(ctx.training());
    assertTrue(ctx.drops());
    Expect.sameBits(
        "in smaller batches", y.slice(0, 0, 2), network.apply(x.slice(0, 0, 2), Ctx.sampling(KEY)));
    Expect.sameBits(
        "a child draws its own",
        KEY.fold(3).fold(0).bits(),
        ctx.child(KEY.fold(3)).nextKey().bits());
    assertSame(Ctx.inference(), Ctx.inference().child(KEY));
    assertEquals(
        "a sampling pass needs a key",
        assertThrows(IllegalArgumentException.class, () -> Ctx.sampling(null)).getMessage());
  }

  @Test
  void predictionKeepsNothing() {
    Ctx ctx = Ctx.inference();
    assertFalse(ctx.training());
    Counter c = Counter.zero();
    Tensor x = Tensor.ones(4, 2);
    Expect.sameBits("apply(x)", c.apply(x), c.apply(x, ctx));
    assertSame(c, ctx.updated(c));
    assertSame(c.sum, ctx.read(c.sum));
    assertEquals(
        "a prediction has no random key; check training() first",
        assertThrows(IllegalStateException.class, ctx::nextKey).getMessage());
    assertEquals(
        "a training pass needs a key",
        assertThrows(IllegalArgumentException.class, () -> Ctx.training(null)).getMessage());
  }

  @Test
  void whatWasWrittenIsReadAndComesWithTheModel() {
    Ctx ctx = Ctx.training(KEY);
    assertTrue(ctx.training());
    Counter c = Counter.zero();
    assertSame(c, ctx.updated(c));
    c.apply(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2), ctx);
    Counter after = ctx.updated(c);
    Expect.equal(new double[] {4, 6}, after.sum);
    Expect.equal(new double[] {1}, after.calls);
    assertSame(c.scale, after.scale);
    Expect.equal(new double[] {0, 0}, c.sum);
    Counter other = new Counter(Tensor.of(7, 8), Tensor.of(5, 5), Tensor.of(new int[] {9}));
    Counter merged = Ctx.withStates(other, ctx.states(c));
    assertSame(other.scale, merged.scale);
    assertSame(after.sum, merged.sum);
    assertSame(after.calls, merged.calls);
  }

  /// Parts of a model that are passed through twice see their own first state the second time.
  @Test
  void aLayerUsedTwiceInAPassMovesItsStateTwice() {
    Counter c = Counter.zero();
    Tensor x = Tensor.ones(3, 2);
    Ctx ctx = Ctx.training(KEY);
    c.apply(c.apply(x, ctx), ctx);
    Expect.equal(new double[] {3 + 6, 3 + 9}, ctx.updated(c).sum);
    Expect.equal(new double[] {2}, ctx.updated(c).calls);

    BatchNorm norm = BatchNorm.init(2);
    Tensor y = new Values(1).normal(5, 2);
    Ctx one = Ctx.training(KEY);
    Tensor z = norm.apply(y, one);
    norm.apply(z, one);
    Ctx first = Ctx.training(KEY);
    norm.apply(y, first);
    BatchNorm between = first.updated(norm);
    Ctx second = Ctx.training(KEY);
    between.apply(z, second);
    Expect.sameLeaves("two passes", second.updated(between), one.updated(norm));
  }

  @Test
  void aPairThatHoldsOnePartTwiceIsOneStateInTwoPlaces() {
    Counter c = Counter.zero();
    Pair pair = new Pair(c, c);
    Ctx ctx = Ctx.training(KEY);
    pair.apply(Tensor.ones(1, 2), ctx);
    Expect.error(
        "state: first.sum and second.sum hold the same tensor; give each one",
        () -> ctx.updated(pair));
  }

  @Test
  void newStateHasTheShapeAndTypeOfTheOld() {
    Ctx ctx = Ctx.training(KEY);
    Tensor state = Tensor.zeros(3);
    Expect.error(
        "state: float32[3] cannot become float32[2]", () -> ctx.write(state, Tensor.zeros(2)));
    Expect.error(
        "state: float32[3] cannot become int32[3]", () -> ctx.write(state, Tensor.arange(3)));
    assertSame(state, ctx.read(state));
  }

  /// What a member's step gives.
  public record Stepped(Layer net, Tensor loss, Layer gradient) {}

  /// A network and the key of its pass.
  public record Member(Layer net, Key key) {}

  private static Member member(Key key) {
    Layer net =
        Sequential.of(
            Linear.init(key.fold(0), 4, 6),
            BatchNorm.init(6),
            Activation.RELU,
            new Dropout(0.5),
            Linear.init(key.fold(1), 6, 3));
    return new Member(net, key.fold(2));
  }

  /// The step in [Ctx]'s documentation.
  private static Stepped step(Member m, Tensor x, Tensor labels) {
    Transforms.ValueAndGrad<Layer, Loss<List<Tensor>>> g =
        Transforms.valueAndGrad(
                (Layer net) -> {
                  Ctx ctx = Ctx.training(m.key);
                  Tensor loss = Losses.crossEntropy(net.apply(x, ctx), labels);
                  return new Loss<>(loss, ctx.states(net));
                })
            .apply(m.net);
    Sgd sgd = new Sgd();
    Layer stepped = sgd.step(m.net, g.grad(), sgd.init(m.net), Tensor.scalar(0.1)).params();
    return new Stepped(Ctx.withStates(stepped, g.value().aux()), g.value().value(), g.grad());
  }

  @Test
  void membersTrainUnderVmapAsAlone() {
    Tensor x = new Values(3).normal(8, 4);
    Tensor labels = Tensor.of(new int[] {0, 1, 2, 0, 1, 2, 1, 1});
    int members = 3;
    List<Stepped> loop = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      loop.add(step(member(KEY.fold(i)), x, labels));
    }
    Stepped expected = Tree.stack(loop);
    Member all = Transforms.vmap(CtxTest::member).apply(KEY.split(members));
    Expect.sameLeaves(
        "vmap", expected, Transforms.vmap((Member m) -> step(m, x, labels)).apply(all));
    Expect.sameLeaves(
        "pmap", expected, Transforms.pmap((Member m) -> step(m, x, labels)).apply(all));
    for (Tree.Leaf leaf : Tree.leaves(expected)) {
      boolean gradient = leaf.path().startsWith("gradient");
      if (leaf.state() && gradient) {
        Expect.equal(new double[leaf.tensor().size()], leaf.tensor());
      } else if (leaf.tensor().dtype().isFloat()) {
        assertFalse(Expect.same(leaf.tensor().get(0), leaf.tensor().get(1)), leaf.path());
      } else {
        Expect.equal(new double[] {1, 1, 1}, leaf.tensor());
      }
    }
  }

  /// The loss of all members together: the pass is mapped inside the differentiated function.
  @Test
  void aDifferentiatedFunctionMayMapThePass() {
    Tensor x = new Values(3).normal(8, 4);
    Tensor labels = Tensor.of(new int[] {0, 1, 2, 0, 1, 2, 1, 1});
    Member all = Transforms.vmap(CtxTest::member).apply(KEY.split(2));
    Stepped apart = Transforms.vmap((Member m) -> step(m, x, labels)).apply(all);
    Transforms.ValueAndGrad<Layer, Loss<List<Tensor>>> g =
        Transforms.valueAndGrad(
                (Layer nets) -> {
                  Loss<List<Tensor>> each =
                      Transforms.vmap(
                              (Member m) -> {
                                Ctx ctx = Ctx.training(m.key);
                                Tensor loss = Losses.crossEntropy(m.net.apply(x, ctx), labels);
                                return new Loss<>(loss, ctx.states(m.net));
                              })
                          .apply(new Member(nets, all.key));
                  return new Loss<>(each.value().sum(), each.aux());
                })
            .apply(all.net);
    Expect.sameLeaves("gradient", apart.gradient, g.grad());
    Ctx ctx = Ctx.training(KEY);
    ctx.write(all.net, g.value().aux());
    Layer state = ctx.updated(all.net);
    for (int i = 0; i < Tree.leaves(state).size(); i++) {
      Tree.Leaf leaf = Tree.leaves(apart.net).get(i);
      Tensor from = leaf.state() ? leaf.tensor() : Tree.tensors(all.net).get(i);
      Expect.sameBits(leaf.path(), from, Tree.tensors(state).get(i));
    }
  }
}
