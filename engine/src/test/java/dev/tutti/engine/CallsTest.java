package dev.tutti.engine;

import static dev.tutti.engine.Transforms.checkpoint;
import static dev.tutti.engine.Transforms.customVjp;
import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.valueAndGrad;
import static dev.tutti.engine.Transforms.vmap;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Functions with a derivative of their own: recomputed (`checkpoint`) or given (`customVjp`).
class CallsTest {
  private static final String CAPTURED =
      "checkpoint/customVjp: the function captures a tensor that grad differentiates; pass it in"
          + " the argument";

  private final Values values = new Values(5);

  private record Block(Tensor w, Tensor b, Tensor labels, @State Tensor mean) {}

  private record Result(Tensor y, Tensor largest) {}

  private Block block(int... leads) {
    Shape l = Shape.of(leads);
    return new Block(
        values.normal(l.concat(Shape.of(4, 3))), values.normal(l.concat(Shape.of(3))),
        values.ints(0, 2, l.concat(Shape.of(5))), values.normal(l.concat(Shape.of(3))));
  }

  private static Function<Block, Result> body(Tensor x) {
    return p -> {
      Tensor h = x.linear(p.w, p.b).tanh().sub(p.mean);
      return new Result(h.crossEntropy(p.labels), h.matmul(p.w, false, true).argmax(-1));
    };
  }

  private static Function<Block, Tensor> loss(Function<Block, Result> f) {
    return p -> f.apply(p).y.mean().add(p.w.mul(p.w).sum());
  }

  // ---- checkpoint ----

  @Test
  void checkpointKeepsEveryBit() {
    Tensor x = values.normal(5, 4);
    Block p = block();
    Function<Block, Result> plain = body(x);
    Function<Block, Result> again = checkpoint(plain);
    Expect.sameLeaves(plain.apply(p), again.apply(p));
    Expect.sameLeaves(valueAndGrad(loss(plain)).apply(p), valueAndGrad(loss(again)).apply(p));
  }

  @Test
  void checkpointInsideVmapKeepsEveryBit() {
    Tensor x = values.normal(5, 4);
    Block members = block(6);
    Function<Block, Result> plain = body(x);
    Function<Block, Result> again = checkpoint(plain);
    Expect.sameLeaves(vmap(plain).apply(members), vmap(again).apply(members));
    Expect.sameLeaves(
        vmap(valueAndGrad(loss(plain))).apply(members),
        vmap(valueAndGrad(loss(again))).apply(members));
    Expect.sameLeaves(
        grad((Block b) -> vmap(loss(plain)).apply(b).sum()).apply(members),
        grad((Block b) -> vmap(loss(again)).apply(b).sum()).apply(members));
    Function<Block, Result> wholeMap = checkpoint(vmap(plain));
    Expect.sameLeaves(
        grad((Block b) -> vmap(loss(plain)).apply(b).sum()).apply(members),
        grad((Block b) -> wholeMap.apply(b).y.mean(1).add(b.w.mul(b.w).sum(1, 2)).sum())
            .apply(members));
  }

  @Test
  void checkpointRunsTheFunctionAgain() {
    AtomicInteger runs = new AtomicInteger();
    Function<Tensor, Tensor> f =
        checkpoint(t -> {
          runs.incrementAndGet();
          return t.exp().sum();
        });
    f.apply(Tensor.ones(2));
    assertEquals(1, runs.getAndSet(0));
    grad(f).apply(Tensor.ones(2));
    assertEquals(2, runs.get());
  }

  @Test
  void checkpointOfSecondOrder() {
    Tensor x = values.normal(4);
    Function<Tensor, Tensor> f = t -> t.exp().mul(t).sum();
    Function<Tensor, Tensor> plain = t -> grad(f).apply(t).sum();
    Function<Tensor, Tensor> again = t -> grad(checkpoint(f)).apply(t).sum();
    Expect.sameBits(grad(plain).apply(x), grad(again).apply(x));
  }

  @Test
  void checkpointMustNotCaptureWhatIsDifferentiated() {
    Tensor x = Tensor.ones(3);
    Expect.error(
        CAPTURED,
        () -> grad((Tensor t) -> checkpoint((Tensor u) -> u.mul(t)).apply(t.exp()).sum()).apply(x));
    Expect.error(
        CAPTURED,
        () ->
            grad((Tensor t) ->
                    vmap(checkpoint((Tensor u) -> u.mul(t).sum())).apply(t.outer(t)).sum())
                .apply(x));
  }

  /// Nothing to recompute for: what does not depend on the argument is not on the checkpoint's
  /// tape.
  @Test
  void aCapturedTensorOfAConstantCallIsDifferentiatedAsUsual() {
    Tensor x = Tensor.of(1f, 2f, 3f);
    Expect.values(
        grad((Tensor t) -> checkpoint((Tensor u) -> u.mul(t)).apply(Tensor.full(2, 3)).sum())
            .apply(x),
        2,
        2,
        2);
  }

  // ---- customVjp ----

  private static Function<Tensor, Tensor> doubledSlope() {
    return customVjp((Tensor t) -> t.mul(t), (in, out, g) -> g.mul(in).mul(4));
  }

  @Test
  void theRuleIsUsed() {
    Tensor x = Tensor.of(1f, 2f, 3f);
    Expect.values(doubledSlope().apply(x), 1, 4, 9);
    Expect.values(grad((Tensor t) -> doubledSlope().apply(t).sum()).apply(x), 4, 8, 12);
    Expect.values(
        grad((Tensor t) -> customVjp((Tensor u) -> u.exp(), (in, out, g) -> out).apply(t).sum())
            .apply(Tensor.zeros(2)),
        1,
        1);
  }

  @Test
  void theRuleIsUsedUnderVmap() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Function<Tensor, Tensor> f = t -> doubledSlope().apply(t).sum();
    Expect.values(vmap(grad(f)).apply(x), 4, 8, 12, 16);
    Expect.values(grad((Tensor t) -> vmap(f).apply(t).sum()).apply(x), 4, 8, 12, 16);
    Expect.values(vmap((Tensor t) -> grad(f).apply(t).sum()).apply(x), 12, 28);
  }

  /// The rule is made of tensor operations, so it has derivatives too: here 4 x, then 4.
  @Test
  void theRuleIsDifferentiated() {
    Function<Tensor, Tensor> slope = grad((Tensor t) -> doubledSlope().apply(t));
    assertEquals(4, grad(slope).apply(Tensor.scalar(3)).item());
  }

  @Test
  void treesInAndOut() {
    Tensor x = values.whole(3, 5, 4);
    Tensor w = values.whole(3, 4, 2);
    Function<List<Tensor>, Result> product =
        customVjp(
            (List<Tensor> t) -> new Result(t.get(0).matmul(t.get(1)), t.get(0).argmax(-1)),
            (in, out, g) ->
                List.of(g.y.matmul(in.get(1), false, true), in.get(0).matmul(g.y, true, false)));
    List<Tensor> at = List.of(x, w);
    Expect.sameLeaves(
        grad((List<Tensor> t) -> t.get(0).matmul(t.get(1)).exp().sum()).apply(at),
        grad((List<Tensor> t) -> product.apply(t).y.exp().sum()).apply(at));
  }

  @Test
  void theRuleMustFitTheArgument() {
    Tensor x = Tensor.ones(2, 3);
    Expect.error(
        "customVjp: the rule's cotangent of 1 is float32[3], the argument is float32[2, 3]",
        () ->
            grad((Tensor t) ->
                    customVjp(
                            (List<Tensor> u) -> u.get(0).mul(u.get(1)),
                            (in, out, g) -> List.of(g, Tensor.ones(3)))
                        .apply(List.of(t, t))
                        .sum())
                .apply(x));
    Expect.error(
        "customVjp: trees differ: one has leaf 1, the other no more leaves",
        () ->
            grad((Tensor t) ->
                    customVjp(
                            (List<Tensor> u) -> u.get(0).mul(u.get(1)), (in, out, g) -> List.of(g))
                        .apply(List.of(t, t))
                        .sum())
                .apply(x));
  }

  /// A minibatch that varies with the member may be captured; the derivative goes through it.
  @Test
  void checkpointMayCaptureWhatVmapMaps() {
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor x = Tensor.of(new float[] {5, 6, 7, 8}, 2, 2);
    java.util.Map<String, Tensor> both = java.util.Map.of("w", w, "x", x);
    Tensor out =
        Transforms.vmap((java.util.Map<String, Tensor> m) ->
                Transforms.checkpoint((Tensor t) -> t.mul(m.get("x")).sum()).apply(m.get("w")))
            .apply(both);
    Expect.sameBits(Tensor.of(17f, 53f), out);
    Expect.error(
        "checkpoint/customVjp: the function captures a tensor that vmap maps; pass it in the"
            + " argument",
        () ->
            Transforms.grad((java.util.Map<String, Tensor> b) ->
                    Transforms.vmap((java.util.Map<String, Tensor> m) ->
                            Transforms.checkpoint((Tensor t) -> t.mul(m.get("x")).sum())
                                .apply(m.get("w")))
                        .apply(b)
                        .sum())
                .apply(both));
  }
}
