package dev.tutti.engine;

import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.vmap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What `vmap` maps, what it refuses and what its errors say.
class VmapTest {
  private final Values values = new Values(7);

  private record Pair(Tensor x, Tensor y) {}

  private record Layer(Tensor weight, Tensor bias, int groups, String name) {}

  private record Rank1(@Shared Tensor base, Tensor scale) {}

  // ---- what is mapped ----

  @Test
  void everyLeafIsMappedAndCapturesAreShared() {
    Tensor x = values.normal(3, 4);
    Layer layers = new Layer(values.normal(5, 4, 2), values.normal(5, 2), 1, "fc");
    Tensor y = vmap((Layer l) -> x.linear(l.weight, l.bias)).apply(layers);
    assertEquals(Shape.of(5, 3, 2), y.shape());
    for (int i = 0; i < 5; i++) {
      Expect.sameBits(x.linear(layers.weight.get(i), layers.bias.get(i)), y.get(i));
    }
  }

  @Test
  void ranksAreThoseOfOneEntry() {
    Tensor a = values.normal(4, 3);
    Tensor b = values.normal(4, 2, 3);
    Tensor c =
        vmap(
                (Pair p) -> {
                  assertEquals(Shape.of(3), p.x.shape());
                  assertEquals(Shape.of(2, 3), p.y.shape());
                  return p.x.add(p.y);
                })
            .apply(new Pair(a, b));
    for (int i = 0; i < 4; i++) {
      Expect.sameBits(a.get(i).add(b.get(i)), c.get(i));
    }
  }

  @Test
  void componentsThatAreNoTensorsStay() {
    Layer layers = new Layer(values.normal(5, 4, 2), null, 3, "fc");
    Layer out = vmap((Layer l) -> l).apply(layers);
    assertSame(layers.weight, vmap((Tensor t) -> t).apply(layers.weight));
    assertEquals(3, out.groups);
    assertEquals("fc", out.name);
    assertEquals(null, out.bias);
  }

  @Test
  void listsAndMapsAreMapped() {
    Tensor a = values.normal(2, 3);
    Tensor b = values.normal(2, 4);
    Map<String, Tensor> out =
        vmap((List<Tensor> t) -> Map.of("sum", t.get(0).sum().add(t.get(1).sum())))
            .apply(List.of(a, b));
    Tensor expected =
        Tensor.stack(a.get(0).sum().add(b.get(0).sum()), a.get(1).sum().add(b.get(1).sum()));
    Expect.sameBits(expected, out.get("sum"));
  }

  @Test
  void whatDoesNotDependOnTheArgumentIsRepeated() {
    Tensor constant = values.normal(2);
    List<Tensor> out =
        vmap((Tensor t) ->
                List.of(constant, Tensor.scalar(3), t.shape().rank() == 1 ? t : constant))
            .apply(values.normal(3, 4));
    Expect.sameBits(constant.expand(Shape.of(3, 2)), out.get(0));
    Expect.sameBits(Tensor.full(3, 3), out.get(1));
    assertEquals(Shape.of(3, 4), out.get(2).shape());
  }

  @Test
  void noEntriesGiveNoEntries() {
    Tensor none = Tensor.zeros(0, 2, 3);
    Tensor w = values.normal(3, 5);
    assertEquals(Shape.of(0, 2, 5), vmap((Tensor t) -> t.matmul(w)).apply(none).shape());
    assertEquals(Shape.of(0), vmap((Tensor t) -> t.sum()).apply(none).shape());
    assertEquals(Shape.of(0, 2), vmap((Tensor t) -> t.softmax().max(-1)).apply(none).shape());
    assertEquals(Shape.of(0, 7), vmap((Tensor t) -> Tensor.zeros(7)).apply(none).shape());
    Tensor image = Tensor.zeros(0, 1, 5, 5, 2);
    Tensor kernel = values.normal(3, 3, 2, 4);
    Function<Tensor, Tensor> conv =
        t -> t.conv2d(kernel, Window.of(3, 3), 1).maxPool2d(Window.of(2, 2));
    assertEquals(Shape.of(0, 1, 2, 2, 4), vmap(conv).apply(image).shape());
    Function<Tensor, Tensor> loss = t -> conv.apply(t).mean();
    assertEquals(image.shape(), vmap(grad(loss)).apply(image).shape());
    assertEquals(Shape.of(0, 6), vmap((Key k) -> k.normal(6)).apply(Key.of(1).split(0)).shape());
  }

  // ---- randomness ----

  @Test
  void mappedKeysDifferAndACapturedKeyIsOneStream() {
    Key key = Key.of(11);
    Tensor each = vmap((Key k) -> k.normal(4)).apply(key.split(3));
    for (int i = 0; i < 3; i++) {
      Expect.sameBits(key.fold(i).normal(4), each.get(i));
    }
    assertNotEquals(each.get(0).toString(), each.get(1).toString());
    Tensor x = values.normal(3, 4);
    Tensor same = vmap((Tensor t) -> t.mul(0).add(key.normal(4))).apply(x);
    for (int i = 0; i < 3; i++) {
      Expect.sameBits(key.normal(4), same.get(i));
    }
  }

  // ---- chunks ----

  @Test
  void chunksAreCutFromTheFront() {
    Tensor x = values.normal(5, 3);
    List<String> seen = new ArrayList<>();
    Function<Tensor, Tensor> f =
        t -> {
          seen.add(t.toString());
          return t.softmax();
        };
    Expect.sameBits(x.softmax(), vmap(f).chunk(2).apply(x));
    assertEquals(
        List.of("float32[3] vmap over 2", "float32[3] vmap over 2", "float32[3] vmap over 1"),
        seen);
    for (int size : new int[] {1, 3, 4, 5, 6}) {
      Expect.sameBits(x.softmax(), vmap(f).chunk(size).apply(x));
    }
    assertEquals(Shape.of(0, 3), vmap(f).chunk(1).apply(Tensor.zeros(0, 3)).shape());
  }

  @Test
  void chunksKeepWhatIsShared() {
    Rank1 layer = new Rank1(values.normal(4, 2), values.normal(5, 4));
    Function<Rank1, Rank1> f = l -> new Rank1(l.base, l.base.mul(l.scale.unsqueeze(-1)));
    Expect.sameLeaves(vmap(f).apply(layer), vmap(f).chunk(2).apply(layer));
  }

  @Test
  void chunkMustBePositive() {
    Expect.error("vmap: chunk must be at least 1, got 0", () -> vmap((Tensor t) -> t).chunk(0));
  }

  // ---- shared components ----

  @Test
  void sharedComponentsAreHandedOnWhole() {
    Rank1 layer = new Rank1(values.normal(4, 2), values.normal(3, 4));
    Tensor x = values.normal(6, 4);
    Tensor y = vmap((Rank1 l) -> x.mul(l.scale).matmul(l.base)).apply(layer);
    for (int i = 0; i < 3; i++) {
      Expect.sameBits(x.mul(layer.scale.get(i)).matmul(layer.base), y.get(i));
    }
    Rank1 out = vmap((Rank1 l) -> new Rank1(l.base.mul(2), l.scale)).apply(layer);
    Expect.sameBits(layer.base.mul(2), out.base);
    Expect.sameBits(layer.scale, out.scale);
  }

  @Test
  void aSharedGradientIsTheSumOverMembers() {
    Rank1 layer = new Rank1(values.whole(3, 4, 2), values.whole(3, 3, 4));
    Tensor x = values.whole(3, 6, 4);
    Rank1 all =
        grad((Rank1 r) -> vmap((Rank1 l) -> x.mul(l.scale).matmul(l.base).sum()).apply(r).sum())
            .apply(layer);
    Tensor base = Tensor.zeros(4, 2);
    for (int i = 0; i < 3; i++) {
      Tensor scale = layer.scale.get(i);
      Rank1 one =
          grad((Rank1 l) -> x.mul(l.scale).matmul(l.base).sum())
              .apply(new Rank1(layer.base, scale));
      base = base.add(one.base);
      Expect.sameBits(one.scale, all.scale.get(i));
    }
    // sums of whole numbers: exact in any order
    Expect.sameBits(base, all.base);
  }

  @Test
  void aSharedResultMustNotVary() {
    Rank1 layer = new Rank1(values.normal(4), values.normal(3, 4));
    Expect.error(
        "vmap: base of the result is shared by all entries but varies with them",
        () -> vmap((Rank1 l) -> new Rank1(l.base.mul(l.scale), l.scale)).apply(layer));
    Function<Rank1, Rank1> gradient = grad((Rank1 l) -> l.base.dot(l.scale));
    Expect.error(
        "vmap: base of the result is shared by all entries but varies with them",
        () -> vmap(gradient).apply(layer));
  }

  // ---- refusals ----

  @Test
  void somethingMustBeMapped() {
    String text = "vmap: the argument has no tensor to map";
    Expect.error(text, () -> vmap((List<Tensor> t) -> t).apply(List.of()));
    Expect.error(text, () -> vmap((Layer l) -> l).apply(new Layer(null, null, 1, "empty")));
    record OnlyShared(@Shared Tensor base) {}
    Expect.error(text, () -> vmap((OnlyShared l) -> l).apply(new OnlyShared(Tensor.zeros(3))));
  }

  @Test
  void scalarsHaveNoAxis() {
    Expect.error(
        "vmap: the tensor is a scalar and has no axis to map",
        () -> vmap((Tensor t) -> t).apply(Tensor.scalar(1)));
    Expect.error(
        "vmap: y is a scalar and has no axis to map",
        () -> vmap((Pair p) -> p.x).apply(new Pair(Tensor.zeros(3), Tensor.scalar(1))));
    Expect.error(
        "vmap: the tensor is a scalar and has no axis to map",
        () -> vmap(vmap((Tensor t) -> t)).apply(Tensor.zeros(3)));
  }

  @Test
  void mappedSizesMustAgree() {
    Expect.error(
        "vmap: mapped leaves disagree on axis 0: x has 3, y has 4",
        () -> vmap((Pair p) -> p.x).apply(new Pair(Tensor.zeros(3, 2), Tensor.zeros(4, 2))));
    Layer model = new Layer(Tensor.zeros(5, 2), null, 1, "fc");
    Expect.error(
        "vmap: mapped leaves disagree on axis 0: 0 has 8, 1.weight has 5",
        () -> vmap((List<Object> l) -> l).apply(List.of(Tensor.zeros(8), model)));
  }

  @Test
  void elementsAreUnknownInside() {
    Tensor x = Tensor.zeros(8, 1);
    String rest =
        ": inside vmap a tensor stands for 8 values; use where(mask, a, b), or read it from the"
            + " function's result";
    Expect.error("item" + rest, () -> vmap((Tensor t) -> Tensor.scalar(t.item())).apply(x));
    Expect.error("toFloats" + rest, () -> vmap((Tensor t) -> Tensor.of(t.toFloats())).apply(x));
    Expect.error(
        "item" + rest, () -> vmap((Tensor t) -> t.gt(0).item() != 0 ? t : t.neg()).apply(x));
    Expect.error("item" + rest, () -> vmap(grad((Tensor t) -> t.mul(t.item()).sum())).apply(x));
  }

  @Test
  void aLeakedTensorSaysSo() {
    List<Tensor> leaked = new ArrayList<>();
    vmap(
            (Tensor t) -> {
              leaked.add(t);
              return t;
            })
        .apply(Tensor.zeros(8, 2));
    String text = "this tensor left its vmap over 8; return it from the function";
    Expect.error(text, () -> leaked.getFirst().exp());
    Expect.error(text, () -> Tensor.ones(2).add(leaked.getFirst()));
    Expect.error(
        text, () -> vmap((Tensor t) -> t.add(leaked.getFirst())).apply(Tensor.zeros(3, 2)));
    Expect.error(text, () -> vmap((Tensor t) -> leaked.getFirst()).apply(Tensor.zeros(3, 2)));
    Expect.error(
        text, () -> grad((Tensor t) -> t.mul(leaked.getFirst()).sum()).apply(Tensor.ones(2)));
  }

  /// A function that fails leaves no trace open.
  @Test
  void aFailedMapIsClosedToo() {
    List<Tensor> leaked = new ArrayList<>();
    Expect.error(
        "sum: axis 5 is outside [2], which has 1 axes (inside vmap over 8)",
        () ->
            vmap(
                    (Tensor t) -> {
                      leaked.add(t);
                      return t.sum(new int[] {5});
                    })
                .apply(Tensor.zeros(8, 2)));
    Expect.error(
        "this tensor left its vmap over 8; return it from the function",
        () -> leaked.getFirst().exp());
  }

  @Test
  void errorsNameTheTransformsAround() {
    Tensor x = Tensor.zeros(32, 784);
    Expect.error(
        "matmul: inner axes differ: [32, 784] · [780, 10] (784 vs 780) (inside vmap over 8)",
        () -> vmap((Tensor w) -> x.matmul(w)).apply(Tensor.zeros(8, 780, 10)));
    Expect.error(
        "add: cannot broadcast [32, 10] with [32]; did you mean [32, 1]? (inside vmap over 3,"
            + " inside grad)",
        () ->
            grad((Tensor t) -> vmap((Tensor u) -> u.add(Tensor.zeros(32)).sum()).apply(t).sum())
                .apply(Tensor.zeros(3, 32, 10)));
  }

  // ---- nesting ----

  @Test
  void mapsNest() {
    Tensor a = values.normal(3, 2);
    Tensor b = values.normal(4, 2);
    Tensor dots = vmap((Tensor x) -> vmap((Tensor y) -> x.dot(y)).apply(b)).apply(a);
    assertEquals(Shape.of(3, 4), dots.shape());
    Tensor[] rows = new Tensor[12];
    for (int i = 0; i < 12; i++) {
      rows[i] = a.get(i / 4).dot(b.get(i % 4));
    }
    Expect.sameBits(Tensor.stack(rows).reshape(3, 4), dots);
    Tensor both = values.normal(3, 4, 5, 2);
    Tensor twice = vmap(vmap((Tensor x) -> x.matmul(a, false, true).softmax())).apply(both);
    for (int i = 0; i < 12; i++) {
      Tensor one = both.get(i / 4).get(i % 4);
      Expect.sameBits(one.matmul(a, false, true).softmax(), twice.get(i / 4).get(i % 4));
    }
  }
}
