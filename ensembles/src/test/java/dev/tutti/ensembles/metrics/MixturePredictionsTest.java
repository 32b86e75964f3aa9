package dev.tutti.ensembles.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.loss.EvidentialRegression;
import dev.tutti.nn.loss.GaussianNll;
import dev.tutti.nn.loss.LaplaceNll;
import dev.tutti.nn.loss.NormalInverseGamma;
import dev.tutti.nn.loss.QuantileLoss;
import dev.tutti.nn.loss.StudentTNll;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Mixtures of distributions beside PyTorch's and SciPy's (`distributions.py`), and the losses
/// whose outputs they come from.
class MixturePredictionsTest {
  private static double[] one(double value) {
    return new double[] {value};
  }

  private static MixturePredictions alone(
      Family family, double location, double scale, double degrees) {
    return new MixturePredictions(
        family, one(location), one(scale), family == Family.STUDENT_T ? one(degrees) : null, 1, 1);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "distributions.csv", numLinesToSkip = 1)
  void densitiesAndProbabilities(
      Family family,
      double y,
      double location,
      double scale,
      double degrees,
      double logDensity,
      double cdf) {
    double nll = alone(family, location, scale, degrees).nll(one(y));
    assertEquals(-logDensity, nll, 1e-12 * Math.max(1, Math.abs(logDensity)));
    assertEquals(cdf, family.cdf((y - location) / scale, degrees), 1e-13);
  }

  private static MixturePredictions drawn(Family family, int members, int samples) {
    Random random = new Random(5);
    double[] location = random.doubles((long) members * samples, -2, 2).toArray();
    double[] scale = random.doubles((long) members * samples, 0.2, 1.5).toArray();
    double[] degrees =
        family == Family.STUDENT_T
            ? random.doubles((long) members * samples, 2.5, 9).toArray()
            : null;
    return new MixturePredictions(family, location, scale, degrees, members, samples);
  }

  /// Mean, variance, density and quantiles of a mixture by a sum over a fine grid.
  @ParameterizedTest
  @EnumSource
  void aMixtureIsWhatItsDensitySays(Family family) {
    MixturePredictions p = drawn(family, 3, 2);
    double h = 5e-3;
    for (int b = 0; b < 2; b++) {
      double mass = 0;
      double mean = 0;
      double square = 0;
      double below = 0;
      double median = p.quantile(0.3)[b];
      for (double y = -800; y < 800; y += h) {
        double[] targets = {y, y};
        double density = 0;
        for (int m = 0; m < 3; m++) {
          int i = m * 2 + b;
          density +=
              Math.exp(
                      family.logDensity(
                          targets[b],
                          p.location()[i],
                          p.scale()[i],
                          p.degrees() == null ? 0 : p.degrees()[i]))
                  / 3;
        }
        mass += h * density;
        mean += h * density * y;
        square += h * density * y * y;
        below += y < median ? h * density : 0;
      }
      assertEquals(1, mass, 1e-3);
      assertEquals(p.mean()[b], mean, 2e-3);
      double variance = p.variance()[b];
      // Student's t with few degrees of freedom has a part of its variance beyond the grid.
      assertEquals(
          variance, square - mean * mean, (family == Family.STUDENT_T ? 0.02 : 1e-3) * variance);
      assertEquals(0.3, below, 3e-3);
    }
  }

  @Test
  void intervalsOfOneGaussianAreItsOwn() {
    Intervals both = alone(Family.GAUSSIAN, 1, 2, 0).intervals(0.95);
    assertEquals(1 - 2 * 1.959963984540054, both.lower()[0], 1e-12);
    assertEquals(1 + 2 * 1.959963984540054, both.upper()[0], 1e-12);
    GaussianPredictions same = new GaussianPredictions(one(1), one(4), 1, 1);
    assertEquals(
        Regression.mixtureNll(same, one(0.3)),
        alone(Family.GAUSSIAN, 1, 2, 0).nll(one(0.3)),
        1e-14);
  }

  /// A loss is the negative log-likelihood of what its outputs predict.
  @Test
  void lossesAreLikelihoods() {
    Tensor outputs = Key.of(3).normal(1, 7, 4);
    double[] targets = Key.of(4).normal(7).toDoubles();
    Tensor y = Tensor.of(Key.of(4).normal(7).toFloats(), 1, 7, 1);
    Tensor two = outputs.slice(2, 0, 2);
    Tensor three = outputs.slice(2, 0, 3);
    close(
        MixturePredictions.of(new GaussianNll(), two).nll(targets),
        new GaussianNll().withConstant().of(two, y));
    close(MixturePredictions.of(new LaplaceNll(), two).nll(targets), new LaplaceNll().of(two, y));
    close(
        MixturePredictions.of(new StudentTNll(), three).nll(targets),
        new StudentTNll().of(three, y));
    close(
        MixturePredictions.of(NormalInverseGamma.of(outputs)).nll(targets),
        new EvidentialRegression(0).of(outputs, y));
  }

  private static void close(double wanted, Tensor loss) {
    assertEquals(wanted, loss.item(), 2e-6 * Math.max(1, Math.abs(wanted)));
  }

  @Test
  void pinballLoss() {
    QuantileLoss loss = new QuantileLoss(0.1, 0.5);
    Tensor outputs = Tensor.of(new float[] {1, 2, 3, 1}, 2, 2);
    Tensor y = Tensor.of(new float[] {2, 2}, 2, 1);
    // over: 1 at 0.1, 0 at 0.5; −1 at 0.1, 1 at 0.5
    assertEquals((0.1 + 0 + 0.9 + 0.5) / 4, loss.of(outputs, y).item(), 1e-7);
    assertEquals(0.5, loss.crossing(outputs).item(), 1e-7);
    assertEquals(2.0, loss.quantile(outputs, 1).toDoubles()[0]);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertEquals(
        "quantile_loss: levels must ascend between 0 and 1, got [0.5, 0.1]",
        message(() -> new QuantileLoss(0.5, 0.1)));
    assertEquals("laplace_nll: eps must be positive, got 0.0", message(() -> new LaplaceNll(0)));
    assertTrue(
        message(() -> new MixturePredictions(Family.LAPLACE, one(1), one(0), null, 1, 1))
            .contains("member 0, sample 0: location 1.0, scale 0.0"));
    assertTrue(
        message(() -> new MixturePredictions(Family.STUDENT_T, one(1), one(1), null, 1, 1))
            .contains("1 locations, 1 scales and no degrees of freedom do not fill [1, 1]"));
    assertEquals(
        "quantile: the level must be between 0 and 1, got 1.0",
        message(() -> alone(Family.LAPLACE, 0, 1, 0).quantile(1)));
  }

  private static String message(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
