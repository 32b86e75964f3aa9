package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Transforms.Pullback;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.conformance.LayerTable.Row;
import dev.tutti.nn.io.StateDict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer in every combination of attributes that the fixtures have: outputs, gradients of the
/// input and of all parameters, and running statistics are PyTorch's, as near as [Near] says.
class LayerConformanceTest {
  private static final Key KEY = Key.of(0);

  /// What a layer's gradient is taken in.
  public record Call(Layer layer, Map<String, Tensor> inputs) {}

  static List<Case> cases() {
    return Fixture.casesOf(
        "linear", "convolution", "pooling", "normalization", "activation", "attention");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatPyTorchComputes(Case c) {
    Row row = Objects.requireNonNull(LayerTable.rows().get(c.text("layer")), "no row for " + c);
    Arguments arguments = c.arguments("args");
    Axes axes = arguments.flag("batch_first", true) ? row.axes() : Axes.LENGTH_FIRST;
    Layer made = row.make().apply(arguments);
    arguments.requireAllRead(c.name());
    Layer layer = StateDict.load(made, c.tensors("parameter"));

    int steps = c.arguments().integer("steps");
    for (int step = 0; step < steps - 1; step++) {
      layer = updated(new Call(layer, inputs(c, axes, step)), c);
    }
    Call last = new Call(layer, inputs(c, axes, steps - 1));
    Pullback<Call, Tensor> p = Transforms.vjp((Call call) -> value(call, c, ctx(c)), last);

    Near near = near(c);
    near.check("output", c.tensor("output", "output"), axes.torch(p.value()));
    if (c.roles().containsKey("cotangent")) {
      Call gradient = p.pull().apply(axes.ours(c.tensor("cotangent", "output")));
      Map<String, Tensor> byName = StateDict.of(gradient.layer);
      gradient.inputs.forEach((name, g) -> byName.put(name, axes.torch(g)));
      assertEquals(names(last, false), c.tensors("grad").keySet());
      c.tensors("grad")
          .forEach(
              (name, expected) -> near.check("gradient of " + name, expected, byName.get(name)));
    }
    if (c.is("train")) {
      Map<String, Tensor> after = StateDict.of(updated(last, c));
      assertEquals(names(last, true), c.tensors("after").keySet());
      c.tensors("after")
          .forEach((name, expected) -> near.check(name + " after", expected, after.get(name)));
    }
  }

  /// The names of what has a gradient, or of what a training pass changes.
  private static Set<String> names(Call call, boolean state) {
    Set<String> names = new TreeSet<>();
    for (Tree.Leaf leaf : Tree.leaves(call)) {
      if (leaf.state() == state && (state || leaf.tensor().dtype().isFloat())) {
        names.add(leaf.path().replaceFirst("^(layer|inputs)\\.", ""));
      }
    }
    return names;
  }

  private static Map<String, Tensor> inputs(Case c, Axes axes, int step) {
    boolean several = c.arguments().integer("steps") > 1;
    Map<String, Tensor> inputs = new TreeMap<>();
    c.tensors("input").forEach((name, x) -> inputs.put(name, axes.ours(several ? x.get(step) : x)));
    return inputs;
  }

  private static Ctx ctx(Case c) {
    return c.is("train") ? Ctx.training(KEY) : Ctx.inference();
  }

  private static Tensor value(Call call, Case c, Ctx ctx) {
    return Masks.apply(call.layer, call.inputs, c, ctx);
  }

  private static Layer updated(Call call, Case c) {
    Ctx ctx = ctx(c);
    value(call, c, ctx);
    return ctx.updated(call.layer);
  }

  /// On extreme inputs each element counts by itself. The floors are what forms that cancel lose:
  /// PyTorch's x/2 · (1 + erf(x/√2)) for GELU of negative x, and our (expm1 x) + 1 for the slope of
  /// ELU and SELU, 1 − tanh² and the like.
  private static Near near(Case c) {
    double floor = c.text("layer").equals("GELU") ? 1e-6 : 2e-7;
    return c.is("elementwise") ? new Near(2e-5, true, floor) : Near.LAYER;
  }

  @Test
  void everyRowHasACase() {
    assertEquals(
        new TreeSet<>(LayerTable.rows().keySet()),
        cases().stream().map(c -> c.text("layer")).collect(Collectors.toCollection(TreeSet::new)));
  }
}
