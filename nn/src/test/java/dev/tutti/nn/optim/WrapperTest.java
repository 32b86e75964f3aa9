package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Clipped gradients and decay by path. With a learning rate of 1 a step of SGD from 0 is minus the
/// gradient, which shows what a wrapper made of it.
public class WrapperTest {
  private static final Tensor ONE = Tensor.scalar(1);

  /// Parameters among which not all are trained.
  public record Net(Tensor weight, @State Tensor mean, Tensor index, Tensor bias) {}

  private static final Values VALUES = new Values(3);

  private static Net net(double size) {
    return new Net(
        VALUES.normal(5, 4).mul(size),
        VALUES.normal(4),
        VALUES.ints(0, 9, 3),
        VALUES.normal(4).mul(size));
  }

  private static Net step(Optimizer rule, Net params, Net grads) {
    return rule.step(params, grads, rule.init(params), ONE).params();
  }

  private static Net clipped(Optimizer rule, Net grads) {
    Net zero = Tree.map(grads, t -> t.sub(t));
    return Tree.map(step(rule, zero, grads), Tensor::neg);
  }

  private static double norm(Net net) {
    List<Double> trained = new ArrayList<>();
    for (Tensor t : List.of(net.weight, net.bias)) {
      for (double v : t.toDoubles()) {
        trained.add(v);
      }
    }
    return Rules.norm(trained.stream().mapToDouble(v -> v).toArray());
  }

  @Test
  void aLongGradientGetsTheNorm() {
    Net grads = net(10);
    Net clipped = clipped(new Sgd().clipNorm(2), grads);
    // A few float32 roundings; the 1e-6 added to the norm, over 40 here, counts less.
    assertEquals(2, norm(clipped), 1e-6);
    double scale = 2 / norm(grads);
    double[] expected = grads.bias.mul(scale).toDoubles();
    Expect.relative(expected, 1e-6, clipped.bias);
    Expect.sameBits(
        "public norm", ClipByNorm.norm(grads), ClipByNorm.norm(List.of(grads.weight, grads.bias)));
    assertEquals(norm(grads), ClipByNorm.norm(grads).item(), 1e-6 * norm(grads));
  }

  /// The gradient of state and integers has no part in the norm.
  @Test
  void aShortGradientKeepsItsBits() {
    Net grads = net(0.1);
    double norm = norm(grads);
    Optimizer rule = new Sgd().clipNorm(norm * 1.0001 + 1e-5);
    Expect.sameBits("weight", grads.weight, clipped(rule, grads).weight);
    Expect.sameBits("bias", grads.bias, clipped(rule, grads).bias);
    Net less = clipped(new Sgd().clipNorm(norm * 0.999), grads);
    assertFalse(Expect.same(grads.weight, less.weight));
  }

  /// Every member has a norm of its own; a step that is not mapped has one over all of them.
  @Test
  void membersHaveTheirOwnNorms() {
    Net small = net(0.1);
    Net large = net(10);
    Net both = Tree.stack(List.of(small, large));
    Net zero = Tree.map(both, t -> t.sub(t));
    Optimizer rule = new Sgd().clipNorm(2);
    Net apart =
        Tree.map(
            Transforms.vmap((List<Net> m) -> step(rule, m.get(0), m.get(1)))
                .apply(List.of(zero, both)),
            Tensor::neg);
    Expect.sameBits("small", small.weight, apart.weight.get(0));
    assertEquals(2, norm(Tree.get(apart, 1)), 1e-6);
    Net joint = clipped(rule, both);
    double scale = 2 / Math.hypot(norm(small), norm(large));
    Expect.relative(both.weight.mul(scale).toDoubles(), 1e-6, joint.weight);
  }

  /// As in PyTorch: an infinite norm makes 0 of finite elements and NaN of infinite ones.
  @Test
  void infinityDoesNotHide() {
    List<Tensor> grads = List.of(Tensor.of(1, Float.POSITIVE_INFINITY), Tensor.of(2));
    List<Tensor> zero = Tree.map(grads, t -> Tensor.zeros(t.dim(0)));
    Sgd sgd = new Sgd();
    List<Tensor> after = sgd.clipNorm(1).step(zero, grads, sgd.init(zero), ONE).params();
    Expect.equal(new double[] {0}, after.get(1));
    assertTrue(Double.isNaN(after.get(0).toDoubles()[1]));
    after = sgd.clipValue(3).step(zero, grads, sgd.init(zero), ONE).params();
    Expect.equal(new double[] {-1, -3}, after.get(0));
    Tensor nan = Tensor.of(Float.NaN, 1);
    assertTrue(
        Double.isNaN(sgd.clipValue(3).step(nan, nan, sgd.init(nan), ONE).params().toDoubles()[0]));
  }

  @Test
  void elementsAreLimited() {
    Net grads =
        new Net(
            Tensor.of(-7, -2, -1.5f, 0, 2.5f),
            Tensor.of(9),
            Tensor.of(new int[] {9}),
            Tensor.of(2, 3));
    Net clipped = clipped(new Sgd().clipValue(2), grads);
    Expect.equal(new double[] {-2, -2, -1.5, 0, 2}, clipped.weight);
    Expect.equal(new double[] {2, 2}, clipped.bias);
  }

  /// The outermost acts first: elements are limited, then the norm of what is left.
  @Test
  void wrappersActFromTheOutside() {
    Tensor g = Tensor.of(30, 4);
    Tensor zero = Tensor.zeros(2);
    Sgd sgd = new Sgd();
    Optimizer rule = sgd.clipNorm(1).clipValue(3);
    Tensor after = rule.step(zero, g, rule.init(zero), ONE).params();
    double root = -Math.sqrt(0.5);
    Expect.relative(new double[] {root, root}, 1e-6, after);
  }

  /// The names are those of the state dict.
  public record Block(List<Net> blocks, Tensor bias) {}

  @Test
  void decayByPath() {
    Block block = new Block(List.of(net(1), net(1)), VALUES.normal(2));
    Block zero = Tree.map(block, t -> t.sub(t));
    List<String> asked = new ArrayList<>();
    Optimizer rule =
        new Sgd()
            .decay(
                path -> {
                  asked.add(path);
                  return path.startsWith("blocks.1") || path.equals("bias");
                },
                0.25);
    Block after = rule.step(block, zero, rule.init(block), Tensor.scalar(0.5)).params();
    assertEquals(
        List.of("blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias", "bias"),
        asked);
    // 1 − 0.5 · 0.25 is a float, so that the product is rounded once, as our fma is.
    Expect.sameLeaves("kept", block.blocks.get(0), after.blocks.get(0));
    Expect.sameBits("decayed", block.bias.mul(0.875), after.bias);
    Net other = block.blocks.get(1);
    Expect.sameBits("decayed", other.weight.mul(0.875), after.blocks.get(1).weight);
    Expect.sameBits("state", other.mean, after.blocks.get(1).mean);
    Expect.sameBits("integers", other.index, after.blocks.get(1).index);
  }

  /// The decay of AdamW does not pass through the averages, that of Adam does.
  @Test
  void decoupledDecayLeavesTheMomentsAlone() {
    Net params = net(1);
    Net grads = net(1);
    Adam plain = new Adam();
    Optimizer decoupled = plain.decay(0.3);
    Optimizer coupled = plain.weightDecay(0.3);
    Expect.sameLeaves(
        "moments",
        plain.step(params, grads, plain.init(params), ONE).memory(),
        decoupled.step(params, grads, decoupled.init(params), ONE).memory());
    assertFalse(
        Expect.same(
            plain.step(params, grads, plain.init(params), ONE).memory().moments().get(0).weight(),
            coupled
                .step(params, grads, coupled.init(params), ONE)
                .memory()
                .moments()
                .get(0)
                .weight()));
  }
}
