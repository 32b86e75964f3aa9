package dev.tutti.cli;

import dev.tutti.engine.Backend;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The results as JSON. The keys are stable:
///
/// ```
/// {"data", "seed", "ood", "backend", "peak_memory_bytes",
///  "methods": [{"name", "members", "model", "params", "flops_per_image", "train_seconds",
///    "member_accuracy": […],
///    "metrics": {"accuracy", "brier", "nll", "entropy", "ece", "aece", "auroc", "aupr", "fpr95",
///      "ens_disagreement", "ens_entropy", "ens_mi", "aurc", "augrc", "cov_at_5_risk",
///      "risk_at_80_cov"}}]}
/// ```
///
/// Metrics are those of [dev.tutti.ensembles.metrics.Report], fractions and nats, the `ens_` ones
/// of the test examples; null stands for what is undefined or infinite, and for `ood` without such
/// data. `methods` holds the methods that finished, in the order of the command line.
final class JsonReport {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  static byte[] bytes(Settings settings, List<Result> results) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("data", settings.data().toString());
    root.put("seed", settings.seed());
    root.put("ood", settings.ood().map(DataSource::toString).orElse(null));
    root.put("backend", Backend.active().name());
    root.put("peak_memory_bytes", PeakMemory.bytes());
    root.put("methods", results.stream().map(JsonReport::method).toList());
    return bytes(root);
  }

  /// {@return a tree of maps, lists, texts and numbers as indented JSON with a line break behind
  /// it}
  static byte[] bytes(Map<String, Object> root) {
    return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// {@return a method's entry}
  static Map<String, Object> method(Result result) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", result.name());
    entry.put("members", result.members());
    entry.put("model", result.model().label());
    entry.put("params", result.params());
    entry.put("flops_per_image", result.flops());
    entry.put("train_seconds", result.trainSeconds());
    entry.put("member_accuracy", new ArrayList<>(result.memberAccuracy()));
    Map<String, Object> metrics = new LinkedHashMap<>();
    result.report().byName().forEach((name, v) -> metrics.put(name, Double.isFinite(v) ? v : null));
    entry.put("metrics", metrics);
    return entry;
  }
}
