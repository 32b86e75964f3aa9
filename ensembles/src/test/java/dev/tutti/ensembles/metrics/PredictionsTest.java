package dev.tutti.ensembles.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PredictionsTest {

  @Test
  void nestedArraysAreFlattenedMemberFirst() {
    assertEquals(3, Cases.SIX.members());
    assertEquals(6, Cases.SIX.samples());
    assertEquals(3, Cases.SIX.classes());
    // member 1, sample 4, class 2
    assertEquals(.02f, Cases.SIX.probabilities()[(1 * 6 + 4) * 3 + 2]);
    assertEquals("Predictions[3 members, 6 samples, 3 classes]", Cases.SIX.toString());
  }

  @Test
  void meanIsOverMembersInFloat64() {
    double[] mean = Cases.SIX.mean();
    assertEquals(18, mean.length);
    assertEquals(((double) .7f + .5f + .6f) / 3, mean[0]);
    assertEquals(((double) .1f + .1f + .4f) / 3, mean[17]);
  }

  @Test
  void memberIsCutOut() {
    Predictions member = Cases.SIX.member(2);
    assertEquals(1, member.members());
    assertArrayEquals(
        new float[] {.6f, .1f, .3f, .1f, .6f, .3f}, Arrays.copyOf(member.probabilities(), 6));
    assertMessage("predictions: member 3 of 3; the members are 0..2", () -> Cases.SIX.member(3));
  }

  @Test
  void predictedClassIsTheFirstOfEqualOnes() {
    Predictions p = Predictions.of(new float[][] {{.25f, .375f, .375f}, {.5f, 0, .5f}});
    assertArrayEquals(new int[] {1, 0}, p.predictedClasses());
    assertArrayEquals(new double[] {.375, .5}, p.confidences());
    assertArrayEquals(new boolean[] {false, true}, p.correct(new int[] {2, 0}));
  }

  @Test
  void softmaxOfLogits() {
    float[] logits = {0, (float) Math.log(3), 1000, 0, -1000, -1001};
    Predictions p = Predictions.ofLogits(logits, 1, 3, 2);
    // exp of a float32 logarithm is off by its rounding.
    assertEquals(.25, p.probabilities()[0], 1e-7);
    assertEquals(.75, p.probabilities()[1], 1e-7);
    assertEquals(1f, p.probabilities()[2]);
    assertEquals(0f, p.probabilities()[3]);
    assertEquals((float) (1 / (1 + Math.exp(-1))), p.probabilities()[4]);
  }

  @Test
  void binaryHasTwoClasses() {
    Predictions p = Predictions.binary(new float[] {.75f, 0, 1, .5f}, 2, 2);
    assertArrayEquals(new float[] {.25f, .75f, 1, 0, 0, 1, .5f, .5f}, p.probabilities());
    // (p − y)² of the sigmoid output, once for each of the two classes
    Predictions one = p.member(0);
    assertEquals(2 * .25 * .25 / 2, Classification.brier(one, new int[] {1, 0}));
  }

  @Test
  void rowsThatAreNoDistributionAreNamed() {
    assertMessage(
        "predictions: member 0, sample 1: the probabilities sum to 1.30000, not to 1 within 0.001",
        () -> Predictions.of(new float[][] {{.5f, .5f}, {.5f, .8f}}));
    assertMessage(
        "predictions: member 1, sample 0, class 1: NaN is not a probability",
        () -> new Predictions(new float[] {.5f, .5f, 1, Float.NaN}, 2, 1, 2));
    assertMessage(
        "predictions: member 0, sample 0, class 0: -0.5 is not a probability",
        () -> Predictions.of(new float[][] {{-.5f, 1.5f}}));
    assertMessage(
        "predictions: member 1, sample 0: 1.5 is not a probability",
        () -> Predictions.binary(new float[] {.5f, 1.5f}, 2, 1));
    assertMessage(
        "logits: member 0, sample 1, class 0: Infinity is not finite",
        () -> Predictions.ofLogits(new float[] {0, 0, Float.POSITIVE_INFINITY, 0}, 1, 2, 2));
  }

  @Test
  void sumsWithinTheToleranceAreTaken() {
    assertEquals(1, Predictions.of(new float[][] {{.5004f, .5004f}}).samples());
    assertThrows(
        IllegalArgumentException.class, () -> Predictions.of(new float[][] {{.5006f, .5006f}}));
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    assertMessage(
        "predictions: 5 values do not fill [1, 2, 2] (members, samples, classes)",
        () -> new Predictions(new float[5], 1, 2, 2));
    // A product of sizes that wraps around to the length.
    assertMessage(
        "predictions: 0 values do not fill [65536, 65536, 2] (members, samples, classes)",
        () -> new Predictions(new float[0], 65536, 65536, 2));
    assertMessage(
        "predictions: [1, 0, 0] needs at least 1 member, 1 sample and 2 classes",
        () -> Predictions.of(new float[1][0][0]));
    assertMessage(
        "predictions: [0, 0, 0] needs at least 1 member, 1 sample and 2 classes",
        () -> Predictions.of(new float[0][0][0]));
    assertMessage(
        "predictions: [1, 1, 1] needs at least 1 member, 1 sample and 2 classes",
        () -> Predictions.of(new float[][] {{1}}));
    assertMessage(
        "predictions: member 1 has 1 samples, member 0 has 2",
        () -> Predictions.of(new float[][][] {{{1, 0}, {0, 1}}, {{1, 0}}}));
    assertMessage(
        "predictions: member 0, sample 1 has 3 classes, the first row has 2",
        () -> Predictions.of(new float[][] {{1, 0}, {0, 1, 0}}));
  }

  @Test
  void labelsThatDoNotFitAreNamed() {
    assertMessage(
        "brier: 2 labels for 6 samples", () -> Classification.brier(Cases.SIX, new int[] {0, 1}));
    assertMessage(
        "ece: label 3 of sample 5 is not a class; the classes are 0..2",
        () -> Calibration.ece(Cases.SIX, new int[] {0, 1, 2, 0, 1, 3}));
    assertMessage(
        "risk-coverage: label -1 of sample 0 is not a class; the classes are 0..2",
        () -> RiskCoverage.of(Cases.SIX, new int[] {-1, 1, 2, 0, 1, 1}));
  }

  static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
