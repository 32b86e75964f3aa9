package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.Terminal;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// How the numbers of a comparison look: one unit for a metric in all tables, and as many digits as
/// the size of the test set allows.
final class Figures {
  private static final int MOST_DECIMALS = 9;

  private final Map<Metric, Integer> decimals = new EnumMap<>(Metric.class);
  private final Terminal terminal;

  /// A metric has equally many decimals in all results: those of the result that chance moves
  /// least.
  Figures(List<Result> results, Terminal terminal) {
    this.terminal = terminal;
    for (Metric metric : Metric.values()) {
      int fewest =
          results.stream()
              .map(metric::decimals)
              .flatMapToInt(OptionalInt::stream)
              .min()
              .orElse(metric.usualDecimals());
      decimals.put(metric, fewest);
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

  /// {@return two values that differ for certain, with digits enough to see it}
  List<String> apart(Metric metric, double one, double other) {
    int digits = decimals.get(metric);
    String first = metric.text(one, digits, terminal);
    String second = metric.text(other, digits, terminal);
    while (first.equals(second) && one != other && digits < MOST_DECIMALS) {
      digits++;
      first = metric.text(one, digits, terminal);
      second = metric.text(other, digits, terminal);
    }
    return List.of(first, second);
  }

  /// {@return several values of a metric with a space between them, or if that is wider than
  /// `width`, their range}
  String text(Metric metric, List<Double> values, int width) {
    String all = metric.text(values, " ", decimals.get(metric), terminal);
    if (all.length() <= width) {
      return all;
    }
    DoubleSummaryStatistics range =
        values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    String dash = terminal.boxes() ? " – " : " - ";
    return metric.text(
        List.of(range.getMin(), range.getMax()), dash, decimals.get(metric), terminal);
  }
}
