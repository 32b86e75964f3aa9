package dev.tutti.ensembles.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Metrics of numbers and of normal distributions: plain loops, the values of scikit-learn and
/// SciPy (`regression.py`), and a calibrated prediction.
class RegressionTest {
  private static final int SAMPLES = 40;
  private static final double ROUNDING = 1e-13;

  private static GaussianPredictions predictions(int members) {
    double[] means = new double[members * SAMPLES];
    double[] variances = new double[means.length];
    for (int m = 0; m < members; m++) {
      for (int b = 0; b < SAMPLES; b++) {
        int at = m * SAMPLES + b;
        means[at] = b * 37 % 101 / 10.0 + ((m * 13 + b * 7) % 11 - 5) / 20.0;
        variances[at] = 0.05 + (m * 5 + b * 3) % 17 / 10.0;
      }
    }
    return new GaussianPredictions(means, variances, members, SAMPLES);
  }

  private static double[] targets() {
    double[] targets = new double[SAMPLES];
    Arrays.setAll(targets, b -> b * 37 % 101 / 10.0 + ((b * 29 + 3) % 53 - 26) / 15.0);
    return targets;
  }

  private static Map<String, Double> recorded(int members) throws IOException {
    Map<String, Double> values = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                RegressionTest.class.getResourceAsStream("regression.csv"),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .map(line -> line.split(","))
          .filter(cells -> cells[0].equals(Integer.toString(members)))
          .forEach(cells -> values.put(cells[1], Double.parseDouble(cells[2])));
    }
    assertEquals(10, values.size());
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void valuesOfScikitLearnAndSciPy(int members) throws IOException {
    GaussianPredictions p = predictions(members);
    double[] y = targets();
    Map<String, Double> actual = new HashMap<>();
    actual.put("rmse", Regression.rmse(p, y));
    actual.put("mae", Regression.mae(p, y));
    actual.put("gaussian nll", Regression.gaussianNll(p, y));
    actual.put("mixture nll", Regression.mixtureNll(p, y));
    for (String level : List.of("0.5", "0.9", "0.99")) {
      Intervals intervals = p.intervals(Double.parseDouble(level));
      actual.put("coverage " + level, intervals.coverage(y));
      actual.put("width " + level, intervals.meanWidth());
    }
    recorded(members)
        .forEach((name, value) -> assertEquals(value, actual.get(name), ROUNDING, name));
  }

  /// The mixture's density and moments, term by term.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void definitions(int members) {
    GaussianPredictions p = predictions(members);
    double[] y = targets();
    double nll = 0;
    for (int b = 0; b < SAMPLES; b++) {
      double density = 0;
      double first = 0;
      double second = 0;
      for (int m = 0; m < members; m++) {
        double mean = p.means()[m * SAMPLES + b];
        double variance = p.variances()[m * SAMPLES + b];
        density +=
            Math.exp(-(y[b] - mean) * (y[b] - mean) / (2 * variance))
                / Math.sqrt(2 * Math.PI * variance)
                / members;
        first += mean / members;
        second += (variance + mean * mean) / members;
      }
      nll -= Math.log(density) / SAMPLES;
      assertEquals(first, p.mean()[b], ROUNDING);
      assertEquals(second - first * first, p.variance()[b], 1e-12);
      assertEquals(p.variance()[b], p.aleatoric()[b] + p.epistemic()[b]);
    }
    assertEquals(nll, Regression.mixtureNll(p, y), ROUNDING);
    if (members == 1) {
      assertEquals(nll, Regression.gaussianNll(p, y), ROUNDING);
      assertArrayEquals(new double[SAMPLES], p.epistemic());
    }
  }

  @Test
  void membersAreTheirRows() {
    GaussianPredictions p = predictions(3);
    GaussianPredictions second = p.member(1);
    assertArrayEquals(Arrays.copyOfRange(p.means(), 40, 80), second.mean());
    assertArrayEquals(Arrays.copyOfRange(p.variances(), 40, 80), second.variance());
    assertEquals("GaussianPredictions[1 members, 40 samples]", second.toString());
  }

  /// A density that float64 cannot hold is no reason for an infinite loss.
  @Test
  void farTargetsHaveAFiniteLikelihood() {
    GaussianPredictions p = new GaussianPredictions(new double[] {0, 1}, new double[] {1, 1}, 2, 1);
    double[] far = {1000};
    double expected = 999 * 999 / 2.0 + 0.5 * Math.log(2 * Math.PI) + Math.log(2);
    assertEquals(expected, Regression.mixtureNll(p, far), 1e-9);
  }

  /// Draws from the predicted distributions are inside the intervals as often as these say.
  @ParameterizedTest
  @CsvSource({"0.5", "0.9", "0.99"})
  void intervalsOfTheTruthAreCalibrated(double level) {
    int n = 20_000;
    SplittableRandom random = new SplittableRandom(1);
    double[] means = random.doubles(n, -5, 5).toArray();
    double[] variances = random.doubles(n, 0.1, 4).toArray();
    double[] y = new double[n];
    Arrays.setAll(y, b -> means[b] + Math.sqrt(variances[b]) * random.nextGaussian());
    double coverage = new GaussianPredictions(means, variances, 1, n).intervals(level).coverage(y);
    double deviation = Math.sqrt(level * (1 - level) / n);
    assertEquals(level, coverage, 4 * deviation);
  }

  /// `scipy.stats.norm.interval(level)`; the largest level below 1 has a finite width.
  @Test
  void halfWidthsOfTheStandardNormal() {
    double[][] rows = {
      {1e-9, 1.2533141018693558e-09},
      {0.1, 0.12566134685507402},
      {0.5, 0.6744897501960817},
      {0.9, 1.6448536269514729},
      {0.95, 1.959963984540054},
      {0.99, 2.5758293035489004},
      {0.999, 3.2905267314918945},
    };
    for (double[] row : rows) {
      assertEquals(row[1], StandardNormal.halfWidth(row[0]), 1e-12);
    }
    double most = StandardNormal.halfWidth(Math.nextDown(1.0));
    assertTrue(most > 8 && most <= 9, "half width " + most);
  }

  private static void assertRefused(String line, Executable action) {
    assertEquals(line, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  @Test
  void errorsNameTheValue() {
    double[] one = {1};
    double[] two = {1, 2};
    assertRefused(
        "rmse: 1 targets for 2 predictions; as many are needed, at least 1",
        () -> Regression.rmse(two, one));
    assertRefused(
        "mae: 0 targets for 0 predictions; as many are needed, at least 1",
        () -> Regression.mae(new double[0], new double[0]));
    assertRefused(
        "rmse: target 0 is NaN; a finite number is needed",
        () -> Regression.rmse(one, new double[] {Double.NaN}));
    assertRefused(
        "gaussian predictions: 2 means and 1 variances do not fill [1, 2] (members, samples)",
        () -> new GaussianPredictions(two, one, 1, 2));
    assertRefused(
        "gaussian predictions: [0, 1] needs at least 1 member and 1 sample",
        () -> new GaussianPredictions(one, one, 0, 1));
    assertRefused(
        "gaussian predictions: member 1, sample 0: mean 2.0, variance 0.0; a finite mean and a"
            + " positive variance are needed",
        () -> new GaussianPredictions(two, new double[] {1, 0}, 2, 1));
    assertRefused(
        "gaussian predictions: member 3 of 3; the members are 0..2",
        () -> predictions(3).member(3));
    assertRefused(
        "intervals: the level must be between 0 and 1, got 90.0",
        () -> predictions(1).intervals(90));
    assertRefused(
        "intervals: 1 lower and 2 upper bounds; as many of both are needed, at least 1",
        () -> new Intervals(one, two));
    assertRefused(
        "intervals: sample 0 from 1.0 to 0.5; the lower bound must be at most the upper one",
        () -> new Intervals(one, new double[] {.5}));
    assertRefused(
        "coverage: 2 targets for 1 predictions; as many are needed, at least 1",
        () -> new Intervals(one, one).coverage(two));
  }
}
