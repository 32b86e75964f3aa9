package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The metrics of a result: what each is called everywhere, its unit, which values are better, and
/// how far chance moves it.
///
/// A standard error is an estimate that only decides how many digits are shown: that of a mean of
/// the test examples' values, or of a share of them.
enum Metric {
  ACCURACY("accuracy", Unit.PERCENT, Better.LARGER, r -> r.report().accuracy()),
  NLL("NLL", Unit.NUMBER, Better.SMALLER, r -> r.report().nll()),
  BRIER("Brier", Unit.NUMBER, Better.SMALLER, r -> r.report().brier()),
  ECE("ECE", Unit.PERCENT, Better.SMALLER, r -> r.report().ece()),
  AECE("aECE", Unit.PERCENT, Better.SMALLER, r -> r.report().aece()),
  AUROC("AUROC", Unit.PERCENT, Better.LARGER, r -> told(r, Detection::auroc)),
  AUPR("AUPR", Unit.PERCENT, Better.LARGER, r -> told(r, Detection::aupr)),
  FPR95("FPR95", Unit.PERCENT, Better.SMALLER, r -> told(r, Detection::fpr95)),
  AURC("AURC", Unit.PERCENT, Better.SMALLER, r -> r.report().aurc()),
  AUGRC("AUGRC", Unit.PERCENT, Better.SMALLER, r -> r.report().augrc()),
  COV_AT_5_RISK("Cov@5Risk", Unit.PERCENT, Better.LARGER, r -> r.report().covAt5Risk()),
  RISK_AT_80_COV("Risk@80Cov", Unit.PERCENT, Better.SMALLER, r -> r.report().riskAt80Cov()),
  ENTROPY("entropy", Unit.NUMBER, Better.NEITHER, r -> r.report().entropy()),
  EXPECTED_ENTROPY(
      "expected entropy", Unit.NUMBER, Better.NEITHER, r -> r.report().expectedEntropy()),
  MUTUAL_INFORMATION(
      "mutual information", Unit.NUMBER, Better.NEITHER, r -> r.report().mutualInformation()),
  DISAGREEMENT("disagreement", Unit.PERCENT, Better.NEITHER, r -> r.report().disagreement());

  /// What the values are counted in.
  enum Unit {
    /// Shown in percent.
    PERCENT,
    /// Shown as they are: nats, and the Brier score.
    NUMBER
  }

  /// Which values are better.
  enum Better {
    LARGER,
    SMALLER,
    NEITHER
  }

  /// More digits than these are never shown.
  private static final int MOST_DECIMALS = 4;

  private static final String PERCENT_SIGN = " %";

  final String label;
  final Better better;
  private final Unit unit;
  private final ToDoubleFunction<Result> value;

  Metric(String label, Unit unit, Better better, ToDoubleFunction<Result> value) {
    this.label = label;
    this.unit = unit;
    this.better = better;
    this.value = value;
  }

  private static double told(Result result, ToDoubleFunction<Detection> value) {
    return result.detection().map(value::applyAsDouble).orElse(Double.NaN);
  }

  /// {@return the name in files: `cov_at_5_risk`}
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// {@return a fraction, or a number of nats; NaN if it is undefined}
  double of(Result result) {
    return value.applyAsDouble(result);
  }

  /// {@return the number of decimals that are certain, if the result shows it}
  ///
  /// A standard error is worth one digit, or two if they are below 3.55 (the rule of the Particle
  /// Data Group, *Review of Particle Physics*, introduction), and its value ends at the same digit.
  /// A share of n examples has no steps finer than 1 / n, so none are shown.
  OptionalInt decimals(Result result) {
    int n = result.evidence().examples();
    double error = standardError(result, n) * (unit == Unit.PERCENT ? 100 : 1);
    double exponent = Math.floor(Math.log10(error));
    double digits = error / Math.pow(10, exponent) < 3.55 ? 1 - exponent : -exponent;
    double most = isShare() ? Math.floor(Math.log10(n)) - 2 : MOST_DECIMALS;
    return Double.isFinite(digits)
        ? OptionalInt.of((int) Math.clamp(Math.min(digits, most), 0, MOST_DECIMALS))
        : OptionalInt.empty();
  }

  /// {@return the number of decimals if no result shows it}
  int usualDecimals() {
    return unit == Unit.PERCENT ? 1 : 3;
  }

  private boolean isShare() {
    return unit == Unit.PERCENT && this != AURC && this != AUGRC;
  }

  private double standardError(Result result, int n) {
    return switch (this) {
      case NLL -> Gain.standardError(result.evidence().nll());
      // Between 0 and b the variance is at most b times the mean.
      case BRIER -> Math.sqrt(2 * of(result) / n);
      case ENTROPY, EXPECTED_ENTROPY, MUTUAL_INFORMATION -> Math.sqrt(of(result) / n);
      // Areas under the errors: each counts for its share.
      case AURC, AUGRC -> of(result) / Math.sqrt(1 + n * (1 - result.report().accuracy()));
      default -> share(of(result), n);
    };
  }

  /// Of a share of n examples, one more counted on either side: a share of 0 or 1 is not certain.
  private static double share(double share, int n) {
    double p = (share * n + 1) / (n + 2);
    return Math.sqrt(p * (1 - p) / n);
  }

  /// {@return several values as they are shown, with their unit once}
  String text(List<Double> values, String between, int decimals, Terminal terminal) {
    String all =
        values.stream()
            .map(value -> text(value, decimals, terminal))
            .collect(Collectors.joining(between));
    return unit == Unit.PERCENT ? all.replace(PERCENT_SIGN + between, between) : all;
  }

  /// {@return a value as it is shown, with its unit}
  String text(double value, int decimals, Terminal terminal) {
    if (Double.isNaN(value)) {
      return terminal.boxes() ? "–" : "-";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinite" : "-infinite";
    }
    return unit == Unit.PERCENT
        ? String.format(Locale.ROOT, "%." + decimals + "f", 100 * value) + PERCENT_SIGN
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
