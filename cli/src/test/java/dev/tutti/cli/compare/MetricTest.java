package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.cli.terminal.Terminal;
import dev.tutti.ensembles.metrics.Predictions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTest {
  /// Predictions that are sure of the right class for all but some examples.
  private static Result sure(int examples, int wrong) {
    int[] labels = Results.labels(examples);
    float[] positive = new float[examples];
    for (int i = 0; i < examples; i++) {
      boolean one = labels[i] == 1 ^ i < wrong;
      positive[i] = one ? 0.9f : 0.1f;
    }
    return Results.of(
        Methods.SINGLE, Predictions.binary(positive, 1, examples), labels, Optional.empty());
  }

  /// One example of n is a step of 1 / n, and chance moves a share p by √(p (1 − p) / n).
  @ParameterizedTest
  @CsvSource({
    "10, 1, 90 %",
    "60, 3, 95 %",
    "500, 10, 98 %",
    "1000, 13, 98.7 %",
    "1000, 0, 100.0 %",
    "2000, 33, 98.4 %",
    "10000, 77, 99.23 %",
    "10000, 5000, 50.0 %",
    "100000, 100, 99.900 %",
  })
  void sharesHaveTheDigitsThatTheTestSetAllows(int examples, int wrong, String shown) {
    assertEquals(shown, text(Metric.ACCURACY, sure(examples, wrong)));
  }

  @ParameterizedTest
  @CsvSource({"40, 4, 0.33", "2000, 33, 0.142", "10000, 77, 0.1223"})
  void nllHasTheDigitsOfItsStandardError(int examples, int wrong, String shown) {
    assertEquals(shown, text(Metric.NLL, sure(examples, wrong)));
  }

  private static String text(Metric metric, Result result) {
    return new Figures(List.of(result), Terminal.PLAIN).text(metric, result);
  }

  @Test
  void whatIsUndefinedOrInfiniteSaysSo() {
    Terminal boxes = new Terminal(false, false, true);
    assertEquals("-", Metric.AECE.text(Double.NaN, 1, Terminal.PLAIN));
    assertEquals("–", Metric.AECE.text(Double.NaN, 1, boxes));
    assertEquals("infinite", Metric.NLL.text(Double.POSITIVE_INFINITY, 3, boxes));
    assertEquals("0.0 %", Metric.ECE.text(0, 1, boxes));
  }

  /// One set of names: those of tables with capitals and signs, those of files without.
  @Test
  void filesAndTablesHaveTheSameNames() {
    assertEquals(
        List.of(
            "accuracy",
            "nll",
            "brier",
            "ece",
            "aece",
            "auroc",
            "aupr",
            "fpr95",
            "aurc",
            "augrc",
            "cov_at_5_risk",
            "risk_at_80_cov",
            "entropy",
            "expected_entropy",
            "mutual_information",
            "disagreement"),
        Arrays.stream(Metric.values()).map(Metric::key).toList());
    for (Metric metric : Metric.values()) {
      String label = metric.label.toLowerCase(java.util.Locale.ROOT);
      assertEquals(metric.key().replace("_", "").replace("at", "@"), at(label), metric.key());
    }
  }

  private static String at(String label) {
    return label.replace(" ", "").replace("at", "@");
  }
}
