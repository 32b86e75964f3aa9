package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Transforms.Pullback;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.loss.Reduction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every loss with every option and reduction: values and gradients are PyTorch's, or those of the
/// paper's formula in PyTorch's operations, as near as [Near] says.
class LossConformanceTest {
  static List<Case> cases() {
    return Fixture.casesOf("losses");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatPyTorchComputes(Case c) {
    LossTable.Row row =
        Objects.requireNonNull(LossTable.rows().get(c.text("loss")), "no row for " + c);
    Map<String, Object> arguments = Json.map(c.attributes().get("args"));
    Map<String, Tensor> varied = new LinkedHashMap<>();
    for (Object name : c.arguments().list("differentiable")) {
      varied.put((String) name, c.tensor("input", (String) name));
    }
    Pullback<Map<String, Tensor>, Tensor> p =
        Transforms.vjp(
            (Map<String, Tensor> in) -> {
              Map<String, Tensor> all = new LinkedHashMap<>(c.tensors("input"));
              all.putAll(in);
              Arguments a = new Arguments(arguments);
              Reduction reduction = LossTable.reduction(a.text("reduction", null));
              Tensor value = row.of(all, a, reduction);
              a.requireAllRead(c.name());
              return value;
            },
            varied);
    Near.LAYER.check("value", c.tensor("value", "value"), p.value());
    Map<String, Tensor> gradient = p.pull().apply(c.tensor("cotangent", "value"));
    assertEquals(c.tensors("grad").keySet(), gradient.keySet());
    c.tensors("grad")
        .forEach((name, expected) ->
            Near.LAYER.check("gradient of " + name, expected, gradient.get(name)));
  }

  @Test
  void everyRowHasACase() {
    assertEquals(
        LossTable.rows().keySet(),
        cases().stream().map(c -> c.text("loss")).collect(Collectors.toSet()));
  }
}
