package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Records, lists and maps with tensors at the leaves.
class TreeTest {
  private final Values values = new Values(2);

  private interface Layer {}

  private record Dense(Tensor weight, Tensor bias) implements Layer {}

  private record Scaled(@Shared Tensor base, Tensor scale) implements Layer {}

  private record Norm(Tensor gain, @State Tensor mean) implements Layer {}

  private record Relu() implements Layer {}

  private record Drop(double p) implements Layer {}

  private record Chain(@Inlined List<Layer> layers) implements Layer {}

  private record Block(Chain conv, Layer shortcut, int stride) implements Layer {}

  private record Fixed(Dense dense, Array table) implements Layer {}

  private Dense dense() {
    return new Dense(values.normal(3, 2), values.normal(2));
  }

  private static List<String> paths(Object tree) {
    return Tree.leaves(tree).stream().map(Tree.Leaf::path).toList();
  }

  // ---- leaves ----

  /// The names that PyTorch's `state_dict` gives to the same modules.
  @Test
  void pathsAreStateDictNames() {
    Chain model =
        new Chain(
            List.of(
                dense(),
                new Relu(),
                new Block(new Chain(List.of(dense(), new Relu(), dense())), null, 2),
                new Norm(values.normal(2), values.normal(2))));
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "2.conv.0.weight",
            "2.conv.0.bias",
            "2.conv.2.weight",
            "2.conv.2.bias",
            "3.gain",
            "3.mean"),
        paths(model));
    assertEquals(List.of(""), paths(Tensor.scalar(1)));
    assertEquals("the tensor", Tree.leaves(Tensor.scalar(1)).getFirst().name());
  }

  @Test
  void onlyCamelCaseIsRespelled() {
    @SuppressWarnings("MemberName")
    record Names(
        Tensor W_q,
        Tensor W,
        Tensor w,
        Tensor runningMean,
        Tensor ln_1,
        Tensor fc2Out,
        Tensor inProjQKV,
        Tensor A2) {}
    Tensor t = Tensor.scalar(1);
    assertEquals(
        List.of("W_q", "W", "w", "running_mean", "ln_1", "fc2_out", "in_proj_qkv", "A2"),
        paths(new Names(t, t, t, t, t, t, t, t)));
  }

  @Test
  void listsMapsAndNesting() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("lr", 0.1);
    tree.put("momentum", Map.of("fc1", dense()));
    tree.put("empty", List.of());
    tree.put("none", null);
    tree.put("list", Arrays.asList(null, Tensor.scalar(1), List.of(Tensor.scalar(2))));
    assertEquals(
        List.of("list.1", "list.2.0", "momentum.fc1.weight", "momentum.fc1.bias"), paths(tree));
    Map<String, Object> twice = Tree.map(tree, t -> t.mul(2));
    assertEquals(0.1, twice.get("lr"));
    assertNull(twice.get("none"));
    assertEquals(List.copyOf(tree.keySet()), List.copyOf(twice.keySet()));
    Expect.values(Tree.tensors(twice).get(1), 4);
    assertEquals(List.of(), paths(null));
    assertEquals(List.of(), paths("text"));
  }

  @Test
  void marksReachDown() {
    record Outer(@Shared List<Dense> shared, @State Map<String, Norm> state, Scaled own) {}
    Outer tree =
        new Outer(
            List.of(dense()),
            Map.of("n", new Norm(values.normal(1), values.normal(1))),
            new Scaled(values.normal(1), values.normal(1)));
    String marks =
        Tree.leaves(tree).stream()
            .map(l -> l.path() + (l.shared() ? " shared" : "") + (l.state() ? " state" : ""))
            .collect(Collectors.joining(", "));
    assertEquals(
        "shared.0.weight shared, shared.0.bias shared, state.n.gain state, state.n.mean state,"
            + " own.base shared, own.scale",
        marks);
    assertEquals("scale", Tree.leaves(tree).getLast().component().getName());
    assertNull(Tree.leaves(List.of(Tensor.scalar(1))).getFirst().component());
  }

  // ---- map, rebuild, zip, replace ----

  @Test
  void whatDoesNotChangeIsTheSameObject() {
    Block block = new Block(new Chain(List.of(dense(), new Relu())), dense(), 2);
    assertSame(block, Tree.map(block, t -> t));
    Block changed =
        Tree.mapLeaves(
            block, l -> l.path().equals("shortcut.bias") ? l.tensor().neg() : l.tensor());
    assertSame(block.conv, changed.conv);
    assertEquals(2, changed.stride);
  }

  @Test
  void rebuildTakesOneTensorPerLeaf() {
    Dense d = dense();
    Tensor w = values.normal(1);
    Tensor b = values.normal(1);
    assertEquals(new Dense(w, b), Tree.rebuild(d, List.of(w, b)));
    Expect.error(
        "rebuild: the tree has 2 leaves, got 1 tensors", () -> Tree.rebuild(d, List.of(w)));
    Expect.error(
        "rebuild: the tree has 2 leaves, got 3 tensors", () -> Tree.rebuild(d, List.of(w, b, b)));
  }

  @Test
  void zipNeedsTheSameLeaves() {
    Dense a = dense();
    Dense b = dense();
    Expect.sameLeaves(
        new Dense(a.weight.add(b.weight), a.bias.add(b.bias)), Tree.zip(a, b, Tensor::add));
    Expect.error(
        "zip: trees differ: one has leaf bias, the other no more leaves",
        () -> Tree.zip(a, new Dense(a.weight, null), Tensor::add));
    Expect.error(
        "zip: trees differ: one has no more leaves, the other leaf bias",
        () -> Tree.zip(new Dense(a.weight, null), a, Tensor::add));
    Expect.error(
        "zip: trees differ: one has leaf x, the other leaf y",
        () -> Tree.zip(Map.of("x", a.bias), Map.of("y", a.bias), Tensor::add));
    Expect.error(
        "zip: trees differ: one has leaf the tensor, the other leaf 0",
        () -> Tree.<Object>zip(a.bias, List.of(a.bias), Tensor::add));
  }

  @Test
  void replaceSwapsPartsAnywhere() {
    Block block = new Block(new Chain(List.of(dense(), new Relu(), dense())), dense(), 2);
    List<Dense> met = new ArrayList<>();
    Block scaled =
        Tree.replace(
            block,
            Dense.class,
            d -> {
              met.add(d);
              return new Scaled(d.weight, d.bias);
            });
    assertEquals(
        List.of(
            "conv.0.base",
            "conv.0.scale",
            "conv.2.base",
            "conv.2.scale",
            "shortcut.base",
            "shortcut.scale"),
        paths(scaled));
    assertEquals(3, met.size());
    assertSame(block.shortcut, met.getLast());
    assertEquals(new Relu(), scaled.conv.layers.get(1));
    assertEquals(new Relu(), Tree.<Layer, Layer>replace(dense(), Layer.class, l -> new Relu()));
    assertSame(block, Tree.replace(block, Norm.class, n -> new Relu()));
  }

  @Test
  void aConcreteComponentTypeRefusesAnotherType() {
    Fixed fixed = new Fixed(dense(), (Array) values.normal(2));
    ShapeError e =
        assertThrows(
            ShapeError.class,
            () -> Tree.replace(fixed, Dense.class, d -> new Scaled(d.weight, d.bias)));
    assertConcrete(e);
    assertConcrete(
        assertThrows(
            ShapeError.class,
            () -> Transforms.vmap((Fixed f) -> f.table).apply(new Fixed(null, fixed.table))));
  }

  private static void assertConcrete(ShapeError e) {
    String text = e.getMessage();
    assertEquals(
        "tree: a component of Fixed is declared with a type that the replacement does not have (",
        text.substring(0, text.indexOf('(') + 1));
    assertEquals("); declare it by its interface", text.substring(text.lastIndexOf(')')));
  }

  // ---- stack, concat, get, slice ----

  @Test
  void stackPutsAnAxisInFront() {
    List<Block> members = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      members.add(
          new Block(
              new Chain(List.of(dense(), new Scaled(values.normal(2), values.normal(2)))),
              null,
              2));
    }
    Block all = Tree.stack(members);
    assertEquals(2, all.stride);
    assertNull(all.shortcut);
    Scaled first = (Scaled) members.getFirst().conv.layers.get(1);
    Scaled stacked = (Scaled) all.conv.layers.get(1);
    assertSame(first.base, stacked.base);
    assertEquals(Shape.of(3, 2), stacked.scale.shape());
    for (int i = 0; i < 3; i++) {
      Block one = Tree.get(all, i);
      Expect.sameLeaves(members.get(i).conv.layers.get(0), one.conv.layers.get(0));
      Expect.sameBits(
          ((Scaled) members.get(i).conv.layers.get(1)).scale,
          ((Scaled) one.conv.layers.get(1)).scale);
      assertSame(first.base, ((Scaled) one.conv.layers.get(1)).base);
    }
    Expect.sameLeaves(
        all,
        Tree.concat(List.of(Tree.slice(all, 0, 1), Tree.slice(all, 1, 1), Tree.slice(all, 1, 3))));
    assertSame(all, Tree.concat(List.of(all)));
  }

  @Test
  void stackRefusesTreesThatDiffer() {
    Expect.error("stack: no trees given", () -> Tree.stack(List.of()));
    Expect.error("concat: no trees given", () -> Tree.concat(List.of()));
    Expect.error(
        "stack: trees differ at the root: Dense and Relu",
        () -> Tree.stack(List.<Layer>of(dense(), new Relu())));
    Expect.error(
        "stack: trees differ at 0: Dense and Scaled",
        () ->
            Tree.stack(
                List.of(
                    new Chain(List.of(dense())),
                    new Chain(List.of(new Scaled(values.normal(1), values.normal(1)))))));
    Expect.error(
        "stack: trees differ at 1.p: 0.1 and 0.5",
        () ->
            Tree.stack(
                List.of(
                    new Chain(List.of(dense(), new Drop(0.1))),
                    new Chain(List.of(dense(), new Drop(0.5))))));
    Expect.error(
        "stack: trees differ at bias: a tensor and null",
        () -> Tree.stack(List.of(dense(), new Dense(values.normal(3, 2), null))));
    Expect.error(
        "concat: trees differ at the root: a list of 1 and a list of 2",
        () ->
            Tree.concat(
                List.of(List.of(values.normal(1)), List.of(values.normal(1), values.normal(1)))));
    Expect.error(
        "tree: ws is a Tensor[], which a tree does not look into; use a List",
        () -> Tree.leaves(Map.of("ws", new Tensor[] {Tensor.scalar(1)})));
    Expect.error(
        "tree: the root is a Optional, which a tree does not look into; use a List",
        () -> Tree.leaves(java.util.Optional.of(Tensor.scalar(1))));
    Expect.error(
        "stack: shapes differ: [3, 2] and [2, 2] (at weight)",
        () -> Tree.stack(List.of(dense(), new Dense(values.normal(2, 2), values.normal(2)))));
  }

  /// A map's leaves come in the order of its keys, however it iterates.
  @Test
  void mapsAreVisitedByKey() {
    Map<String, Tensor> tree = Tree.stack(List.of(ordered("x", "y"), ordered("y", "x")));
    assertEquals(List.of("x", "y"), paths(tree));
    assertEquals(Shape.of(2, 1), tree.get("x").shape());
  }

  private Map<String, Tensor> ordered(String first, String second) {
    Map<String, Tensor> map = new LinkedHashMap<>();
    map.put(first, values.normal(1));
    map.put(second, values.normal(1));
    return map;
  }

  // ---- records that cannot be read ----

  @Test
  void aRecordOfAClosedPackageSaysWhatToDo() {
    Object closed = Collectors.toList(); // a private record of java.util.stream
    assertEquals(true, closed instanceof Record);
    Expect.error(
        "tree: record "
            + closed.getClass().getName()
            + " cannot be read; make it public in an"
            + " exported package, or add `opens java.util.stream to dev.tutti.engine;` to its"
            + " module",
        () -> Tree.leaves(closed));
  }

  @Test
  void anErrorOfAConstructorComesOutAsItIs() {
    record Positive(Tensor x) {
      Positive {
        if (x.size() == 0) {
          throw new IllegalArgumentException("x is empty");
        }
      }
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Tree.map(new Positive(Tensor.ones(2)), t -> t.slice(0, 0, 0)));
    assertEquals("x is empty", e.getMessage());
  }
}
