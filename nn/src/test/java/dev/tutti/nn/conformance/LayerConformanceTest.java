package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Transforms.Pullback;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.conformance.LayerTable.Row;
import dev.tutti.nn.io.StateDict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  public record Call(Layer layer, Tensor x) {}

  static List<Case> cases() {
    return Fixture.casesOf("linear", "normalization", "activation");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatPyTorchComputes(Case c) {
    Row row = Objects.requireNonNull(LayerTable.rows().get(c.text("layer")), "no row for " + c);
    Arguments arguments = c.arguments("args");
    Layer made = row.make().apply(arguments);
    arguments.requireAllRead(c.name());
    Layer layer = StateDict.load(made, c.tensors("parameter"));
    Tensor inputs = c.tensor("input", "input");
    boolean trains = c.is("train");

    int steps = ((Double) c.attributes().get("steps")).intValue();
    for (int step = 0; step < steps - 1; step++) {
      layer = updated(layer, row.axes().ours(inputs.get(step)));
    }
    Tensor x = row.axes().ours(steps > 1 ? inputs.get(steps - 1) : inputs);
    Pullback<Call, Tensor> p =
        Transforms.vjp(
            (Call call) -> call.layer.apply(call.x, trains ? Ctx.training(KEY) : Ctx.inference()),
            new Call(layer, x));

    Near near = near(c);
    near.check("output", c.tensor("output", "output"), row.axes().torch(p.value()));
    if (c.roles().containsKey("cotangent")) {
      Call gradient = p.pull().apply(row.axes().ours(c.tensor("cotangent", "output")));
      Map<String, Tensor> byName = StateDict.of(gradient.layer);
      c.tensors("grad")
          .forEach((name, expected) -> {
            boolean input = name.equals("input");
            Tensor actual = input ? row.axes().torch(gradient.x) : byName.get(name);
            near.check("gradient of " + name, expected, actual);
          });
    }
    if (trains) {
      Map<String, Tensor> after = StateDict.of(updated(layer, x));
      c.tensors("after")
          .forEach((name, expected) -> near.check(name + " after", expected, after.get(name)));
    }
  }

  private static Layer updated(Layer layer, Tensor x) {
    Ctx ctx = Ctx.training(KEY);
    layer.apply(x, ctx);
    return ctx.updated(layer);
  }

  private static Near near(Case c) {
    return c.is("elementwise") ? new Near(2e-5, true, 1e-6) : Near.LAYER;
  }

  @Test
  void everyRowHasACase() {
    assertEquals(
        new TreeSet<>(LayerTable.rows().keySet()),
        cases().stream().map(c -> c.text("layer")).collect(Collectors.toCollection(TreeSet::new)));
  }
}
