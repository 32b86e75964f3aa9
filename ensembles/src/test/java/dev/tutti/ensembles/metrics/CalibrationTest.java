package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.ROUNDING;
import static dev.tutti.ensembles.metrics.PredictionsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.ensembles.metrics.Calibration.Bin;
import dev.tutti.ensembles.metrics.Calibration.Binning;
import dev.tutti.ensembles.metrics.Calibration.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  /// The bits of `torch.linspace(0, 1, 16)`.
  @Test
  void edgesAreThoseOfTorch() {
    int[] bits = {
      0x00000000, 0x3d888889, 0x3e088889, 0x3e4cccce, 0x3e888889, 0x3eaaaaab, 0x3eccccce,
      0x3eeeeef0, 0x3f088888, 0x3f199999, 0x3f2aaaaa, 0x3f3bbbbc, 0x3f4ccccd, 0x3f5dddde,
      0x3f6eeeef, 0x3f800000
    };
    float[] expected = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      expected[i] = Float.intBitsToFloat(bits[i]);
    }
    assertArrayEquals(expected, Calibration.edges(15));
    assertArrayEquals(new float[] {0, .5f, 1}, Calibration.edges(2));
    assertArrayEquals(new float[] {0, 1}, Calibration.edges(1));
  }

  @Test
  void binsAreClosedBelow() {
    // Edge 3 of 15 is above 0.2f and edge 9 below 0.6f; edge 12 is 0.8f.
    assertEquals(2, binOf(.2f, 15, Binning.TORCHMETRICS));
    assertEquals(9, binOf(.6f, 15, Binning.TORCHMETRICS));
    assertEquals(12, binOf(.8f, 15, Binning.TORCHMETRICS));
    assertEquals(11, binOf(Math.nextDown(.8f), 15, Binning.TORCHMETRICS));
    assertEquals(0, binOf(0, 15, Binning.TORCHMETRICS));
    assertEquals(14, binOf(Math.nextDown(1f), 15, Binning.TORCHMETRICS));
    assertEquals(15, binOf(1, 15, Binning.TORCHMETRICS));
    // A float64 mean that float32 rounds to 1.
    assertEquals(15, binOf(1 - 1e-9, 15, Binning.TORCHMETRICS));

    assertEquals(3, binOf(.2f, 15, Binning.UNIFORM));
    assertEquals(0, binOf(0, 15, Binning.UNIFORM));
    assertEquals(14, binOf(1 - 1e-9, 15, Binning.UNIFORM));
    assertEquals(14, binOf(1, 15, Binning.UNIFORM));
    assertEquals(5, binOf(.5, 10, Binning.UNIFORM));
  }

  private static int binOf(double confidence, int bins, Binning binning) {
    List<Bin> all =
        Calibration.reliability(new double[] {confidence}, new boolean[] {true}, bins, binning);
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).count() == 1) {
        assertEquals(new Bin(1, confidence, 1), all.get(k));
        return k;
      }
    }
    throw new AssertionError("no bin has the sample");
  }

  /// Two wrong samples of confidence 1 do not share a bin with the right one of 0.95, as two of
  /// 0.99 do.
  @Test
  void confidenceOneHasABinOfItsOwn() {
    boolean[] correct = {true, false, false};
    double[] certain = {.95, 1, 1};
    double[] nearly = {.95, .99, .99};
    assertEquals(2.05 / 3, ece(certain, correct, Binning.TORCHMETRICS), ROUNDING);
    assertEquals(1.93 / 3, ece(nearly, correct, Binning.TORCHMETRICS), ROUNDING);
    assertEquals(1.95 / 3, ece(certain, correct, Binning.UNIFORM), ROUNDING);
    assertEquals(1.93 / 3, ece(nearly, correct, Binning.UNIFORM), ROUNDING);
  }

  @Test
  void tenBins() {
    double[] confidence = {.9, .8, 1, .5};
    boolean[] correct = {true, false, true, true};
    assertEquals(.35, ece(confidence, correct, Binning.TORCHMETRICS), ROUNDING);
  }

  private static double ece(double[] confidence, boolean[] correct, Binning binning) {
    return Calibration.ece(confidence, correct, 10, Norm.L1, binning);
  }

  @Test
  void predictionsOfASureModelReachTheExtraBin() {
    Predictions p = Predictions.of(new float[][] {{.95f, .05f}, {1, 0}, {1, 0}});
    // The rounding of .95f
    assertEquals(
        2.05 / 3, Calibration.ece(p, new int[] {0, 1, 1}, 10, Norm.L1, Binning.TORCHMETRICS), 1e-7);
  }

  @Test
  void nothingToMeasure() {
    double[] none = {};
    assertEquals(Double.NaN, ece(none, new boolean[0], Binning.TORCHMETRICS));
    assertEquals(Double.NaN, Calibration.aece(none, new boolean[0], 1, Norm.L1));
  }

  @Test
  void badInputIsNamed() {
    boolean[] one = {true};
    assertMessage(
        "ece: 2 confidences but 1 outcomes", () -> ece(new double[] {1, 1}, one, Binning.UNIFORM));
    assertMessage(
        "ece: the confidence of sample 0 is NaN",
        () -> ece(new double[] {Double.NaN}, one, Binning.UNIFORM));
    assertMessage(
        "ece: the confidence 1.5 of sample 0 is outside 0..1",
        () -> ece(new double[] {1.5}, one, Binning.UNIFORM));
    assertMessage(
        "aece: 0 bins; at least 1 is needed",
        () -> Calibration.aece(new double[] {1}, one, 0, Norm.L1));
    assertMessage(
        "ece: 0 bins; at least 1 is needed",
        () -> Calibration.ece(new double[] {1}, one, 0, Norm.L1, Binning.UNIFORM));
  }

  /// If a cut falls among equal confidences, each side gets its share, in any order of samples.
  @Test
  void aeceSharesEqualConfidences() {
    double[] confidence = {.5, .5, .5, .9};
    // Runs {.5 .5} {.5 .9}: one third of the three is right on average.
    double expected = Math.abs(1 / 3. - .5) / 2 + Math.abs((1 / 3. + 1) / 2 - .7) / 2;
    for (int right = 0; right < 3; right++) {
      boolean[] correct = {false, false, false, true};
      correct[right] = true;
      assertEquals(expected, Calibration.aece(confidence, correct, 2, Norm.L1), ROUNDING);
    }
  }

  @Property
  void eceByItsDefinition(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n, @ForAll Norm norm) {
    Random random = new Random(seed);
    int bins = 1 + random.nextInt(20);
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    for (int i = 0; i < n; i++) {
      // Half of them on edges of ten bins, the rest anywhere.
      confidence[i] = random.nextBoolean() ? random.nextInt(11) / 10f : random.nextFloat();
      correct[i] = random.nextBoolean();
    }
    float[] edges = Calibration.edges(bins);
    double expected = 0;
    for (int k = 0; k <= bins; k++) {
      double sum = 0;
      int right = 0;
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (confidence[i] >= edges[k] && (k == bins || confidence[i] < edges[k + 1])) {
          count++;
          sum += confidence[i];
          right += correct[i] ? 1 : 0;
        }
      }
      expected = joined(expected, norm, sum, right, count, n);
    }
    assertEquals(
        norm == Norm.L2 ? Math.sqrt(expected) : expected,
        Calibration.ece(confidence, correct, bins, norm, Binning.TORCHMETRICS),
        ROUNDING);
  }

  @Property
  void aeceByItsDefinition(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n, @ForAll Norm norm) {
    Random random = new Random(seed);
    int bins = 1 + random.nextInt(n);
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      confidence[i] = random.nextDouble();
      correct[i] = random.nextBoolean();
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> confidence[i]));
    double expected = 0;
    int at = 0;
    for (int k = 0; k < bins; k++) {
      double sum = 0;
      int right = 0;
      int count = n / bins + (k < n % bins ? 1 : 0);
      for (int i = 0; i < count; i++, at++) {
        sum += confidence[order.get(at)];
        right += correct[order.get(at)] ? 1 : 0;
      }
      expected = joined(expected, norm, sum, right, count, n);
    }
    assertEquals(
        norm == Norm.L2 ? Math.sqrt(expected) : expected,
        Calibration.aece(confidence, correct, bins, norm),
        ROUNDING);
  }

  private static double joined(
      double error, Norm norm, double confidence, int right, int count, int n) {
    if (count == 0) {
      return error;
    }
    double gap = Math.abs(right - confidence) / count;
    return switch (norm) {
      case L1 -> error + gap * count / n;
      case L2 -> error + gap * gap * count / n;
      case MAX -> Math.max(error, gap);
    };
  }

  @Property
  void aeceDoesNotDependOnTheOrderOfSamples(@ForAll long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(20);
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    for (int i = 0; i < n; i++) {
      confidence[i] = random.nextInt(4) / 4.0;
      correct[i] = random.nextBoolean();
    }
    int bins = 1 + random.nextInt(n);
    double expected = Calibration.aece(confidence, correct, bins, Norm.L1);
    int[] order = Cases.shuffled(n, random);
    double[] moved = Arrays.stream(order).mapToDouble(i -> confidence[i]).toArray();
    boolean[] movedCorrect = new boolean[n];
    for (int i = 0; i < n; i++) {
      movedCorrect[i] = correct[order[i]];
    }
    assertEquals(expected, Calibration.aece(moved, movedCorrect, bins, Norm.L1), ROUNDING);
  }
}
