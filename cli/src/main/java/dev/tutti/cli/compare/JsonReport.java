package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.terminal.Json;
import dev.tutti.engine.Backend;
import dev.tutti.ensembles.metrics.Uncertainty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The results as JSON. The keys are stable:
///
/// ```
/// {"data", "seed", "ood", "backend", "peak_memory_bytes",
///  "methods": [{"name", "members", "model", "params", "flops_per_image", "train_seconds",
///    "member_accuracy": […], "member_nll": […], "member_auroc": […],
///    "metrics": {"accuracy", "nll", "brier", "ece", "aece", "auroc", "aupr", "fpr95", "aurc",
///      "augrc", "cov_at_5_risk", "risk_at_80_cov", "entropy", "expected_entropy",
///      "mutual_information", "disagreement"},
///    "ood_metrics": {"entropy", "expected_entropy", "mutual_information", "disagreement"}}]}
/// ```
///
/// Metrics ([Metric]) are fractions and nats in full precision; those of `ood_metrics` are of the
/// out-of-distribution examples, entropy and the values after it in `metrics` are of the test
/// examples. Null means undefined or infinite; without out-of-distribution data, `ood` and
/// `ood_metrics` are null and `member_auroc` is empty. `methods` holds the methods that finished,
/// in the order of the command line.
final class JsonReport {
  private JsonReport() {}

  static byte[] bytes(Settings settings, List<Result> results) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("data", settings.data().source().toString());
    root.put("seed", settings.run().seed);
    root.put("ood", settings.data().other().map(DataSource::toString).orElse(null));
    root.put("backend", Backend.active().name());
    root.put("peak_memory_bytes", PeakMemory.bytes());
    root.put("methods", results.stream().map(JsonReport::method).toList());
    return Json.bytes(root);
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
    entry.put("member_accuracy", result.memberAccuracy());
    entry.put("member_nll", result.memberNll().stream().map(JsonReport::finite).toList());
    entry.put("member_auroc", result.detection().map(Detection::memberAuroc).orElse(List.of()));
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (Metric metric : Metric.values()) {
      metrics.put(metric.key(), finite(metric.of(result)));
    }
    entry.put("metrics", metrics);
    entry.put("ood_metrics", result.ood().map(JsonReport::ood).orElse(null));
    return entry;
  }

  /// The uncertainty on the out-of-distribution examples.
  private static Map<String, Object> ood(Uncertainty.Summary summary) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put(Metric.ENTROPY.key(), finite(summary.entropy()));
    metrics.put(Metric.EXPECTED_ENTROPY.key(), finite(summary.expectedEntropy()));
    metrics.put(Metric.MUTUAL_INFORMATION.key(), finite(summary.mutualInformation()));
    metrics.put(Metric.DISAGREEMENT.key(), finite(summary.disagreement()));
    return metrics;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
