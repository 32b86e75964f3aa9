package dev.tutti.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How the numbers of a comparison look: one unit for a metric wherever it stands, and as many
/// digits as the size of the test set allows.
final class Figures {
  private final Map<Metric, Integer> decimals = new EnumMap<>(Metric.class);
  private final Terminal terminal;

  /// A metric has equally many decimals in all results: those of the result that chance moves
  /// least.
  Figures(List<Result> results, Terminal terminal) {
    this.terminal = terminal;
    for (Metric metric : Metric.values()) {
      int most = results.stream().mapToInt(metric::decimals).max().orElse(0);
      decimals.put(metric, most);
    }
  }

  /// {@return a result's value of a metric}
  String text(Metric metric, Result result) {
    return text(metric, metric.of(result));
  }

  /// {@return another value of that metric, of a member for example}
  String text(Metric metric, double value) {
    return metric.text(value, decimals.get(metric), terminal);
  }

  /// {@return the sign between the ends of a range, or for nothing}
  String dash() {
    return terminal.boxes() ? "–" : "-";
  }
}
