package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.ensembles.Packing.Rounding;
import dev.tutti.ensembles.Packing.Sizes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The sizes of packed layers compared with those that torch-uncertainty 0.8 builds, if its layers
/// run.
class PackingTest {
  private static Packing ceil(double alpha, int members, int gamma) {
    return new Packing(alpha, members, gamma, Rounding.CEIL);
  }

  private static Packing strict(double alpha, int members, int gamma) {
    return new Packing(alpha, members, gamma, Rounding.STRICT);
  }

  /// Its weights are `(groups, out / groups, in / groups)`.
  @ParameterizedTest
  @CsvSource({
    "5, 3, 1, 2, 1, 2, 2, 3",
    "7, 5, 2, 4, 1, 4, 3, 4",
    "9, 7, 3, 4, 1, 4, 6, 7",
    "16, 16, 2, 4, 2, 8, 4, 4",
    "12, 12, 2, 4, 2, 8, 3, 3",
    "64, 64, 2, 4, 1, 4, 32, 32",
    // Two that cannot run there: (8, 5, 7) is fed 60 values, and the bias of (8, 1, 2) has 12.
    "30, 20, 2, 4, 2, 8, 5, 8",
    "10, 6, 2, 4, 2, 8, 2, 3",
    // alpha · in is cut off: 1.5 · 5 = 7.5 and 1.5 · 3 = 4.5.
    "5, 3, 1.5, 1, 1, 1, 4, 7"
  })
  void linear(int in, int out, double alpha, int m, int gamma, int groups, int perOut, int perIn) {
    Sizes sizes = ceil(alpha, m, gamma).linear(in, out, false, false);
    assertEquals(new Sizes(groups * perIn, groups * perOut, groups), sizes);
  }

  @Test
  void firstLinearHasOneGroupOverTheRawInput() {
    assertEquals(new Sizes(7, 12, 1), ceil(2, 4, 1).linear(7, 5, true, false));
    assertEquals(new Sizes(7, 16, 1), ceil(2, 4, 2).linear(7, 5, true, false));
  }

  @Test
  void lastLinearGivesEveryMemberAllOutputs() {
    assertEquals(new Sizes(16, 40, 4), ceil(2, 4, 1).linear(7, 10, false, true));
    assertEquals(new Sizes(16, 40, 8), ceil(2, 4, 2).linear(7, 10, false, true));
    assertEquals(new Sizes(2, 2, 1), ceil(1, 2, 1).linear(2, 1, true, true));
  }

  /// Ten classes do not divide into three or four groups. The layer keeps its ten outputs per
  /// member and the input width that the layer before gives, and has fewer groups.
  @Test
  void lastLinearNeverAddsClasses() {
    assertEquals(new Sizes(24, 40, 4), ceil(2, 4, 3).linear(7, 10, false, true));
    assertEquals(new Sizes(16, 40, 8), ceil(2, 4, 4).linear(7, 10, false, true));
    assertEquals(new Sizes(7, 40, 1), ceil(2, 4, 4).linear(7, 10, true, true));
    assertThrowsText(
        "packed linear: 40 output channels do not divide into 16 groups (alpha 2.0, members 4,"
            + " gamma 4)",
        () -> strict(2, 4, 4).linear(8, 10, false, true));
  }

  @Test
  void convolutionLowersGammaForThinLayers() {
    // torch-uncertainty: in 10, out 6, M 4, gamma 2 gives 4 groups, 12 and 8 channels.
    assertEquals(new Sizes(12, 8, 4), ceil(1, 4, 2).conv(10, 6, false, false, 1, 64));
    // 128 channels fill 2 groups of 64 and no more.
    assertEquals(new Sizes(128, 64, 2), ceil(2, 1, 2).conv(64, 32, false, false, 1, 64));
    assertEquals(new Sizes(128, 64, 2), ceil(2, 1, 3).conv(64, 32, false, false, 1, 64));
    assertEquals(new Sizes(128, 64, 1), ceil(2, 1, 2).conv(64, 32, false, false, 1, 65));
    // gamma stays if the groups are wide enough and divide.
    assertEquals(new Sizes(512, 512, 8), ceil(2, 4, 2).conv(256, 256, false, false, 1, 64));
    assertEquals(new Sizes(512, 512, 8), strict(2, 4, 2).conv(256, 256, false, false, 1, 64));
    // Groups of the packed layer itself are kept.
    assertEquals(new Sizes(64, 32, 8), ceil(2, 4, 1).conv(32, 16, false, false, 2, 64));
  }

  /// 516 output channels divide into four groups and not into eight: the layer takes four, so that
  /// the next layer, which lowers gamma as well, finds what it expects.
  @Test
  void convolutionLowersGammaForItsOutputToo() {
    Packing packing = ceil(2, 4, 2);
    assertEquals(new Sizes(512, 516, 4), packing.conv(256, 258, false, false, 1, 64));
    assertEquals(new Sizes(516, 512, 4), packing.conv(258, 256, false, false, 1, 64));
    assertThrowsText(
        "packed conv2d: 516 output channels do not divide into 8 groups (alpha 2.0, members 4,"
            + " gamma 2)",
        () -> strict(2, 4, 2).conv(256, 258, false, false, 1, 64));
  }

  @Test
  void firstConvolutionHasOneGroupOverTheImage() {
    assertEquals(new Sizes(1, 12, 1), ceil(2, 4, 1).conv(1, 6, true, false, 1, 64));
    assertEquals(new Sizes(3, 20, 1), ceil(3, 4, 1).conv(3, 6, true, false, 1, 64));
    // The next layer is too thin for gamma 2 and expects 12 channels.
    assertEquals(new Sizes(1, 12, 1), ceil(2, 4, 2).conv(1, 6, true, false, 1, 64));
    assertEquals(12, ceil(2, 4, 2).conv(6, 16, false, false, 1, 64).in());
  }

  @Test
  void lastConvolutionGivesEveryMemberAllChannels() {
    assertEquals(new Sizes(12, 64, 4), ceil(2, 4, 1).conv(6, 16, false, true, 1, 64));
    assertEquals(new Sizes(2, 9, 1), ceil(2, 3, 1).conv(2, 3, true, true, 1, 64));
  }

  @Test
  void strictRaisesWhereCeilRoundsUp() {
    assertThrowsText(
        "packed linear: 5 input channels do not divide into 2 groups (alpha 1.0, members 2,"
            + " gamma 1)",
        () -> strict(1, 2, 1).linear(5, 4, false, false));
    assertThrowsText(
        "packed linear: 3 output channels do not divide into 2 groups (alpha 1.0, members 2,"
            + " gamma 1)",
        () -> strict(1, 2, 1).linear(6, 3, false, false));
    assertThrowsText(
        "packed conv2d: 10 input channels do not divide into 4 groups (alpha 1.0, members 4,"
            + " gamma 2)",
        () -> strict(1, 4, 2).conv(10, 8, false, false, 1, 64));
    assertEquals(new Sizes(16, 16, 8), strict(1, 4, 2).linear(16, 16, false, false));
    assertEquals(new Sizes(5, 4, 1), strict(1, 2, 1).linear(5, 4, true, false));
  }

  @Test
  void rangesAreChecked() {
    assertThrowsText(
        "packed: alpha must be positive and members and gamma at least 1, got alpha 0.0, members 4,"
            + " gamma 1",
        () -> new Packing(0, 4));
    assertThrows(IllegalArgumentException.class, () -> new Packing(Double.NaN, 4));
    assertThrows(IllegalArgumentException.class, () -> new Packing(Double.POSITIVE_INFINITY, 4));
    assertThrows(IllegalArgumentException.class, () -> new Packing(1, 0));
    assertThrows(IllegalArgumentException.class, () -> ceil(1, 1, 0));
    assertThrowsText(
        "packed linear: 0 input channels do not divide into 2 groups (alpha 0.1, members 2,"
            + " gamma 1)",
        () -> ceil(0.1, 2, 1).linear(9, 20, false, false));
    assertEquals(ceil(2, 4, 1), new Packing(2, 4));
  }

  private static void assertThrowsText(String text, Executable body) {
    assertEquals(text, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
