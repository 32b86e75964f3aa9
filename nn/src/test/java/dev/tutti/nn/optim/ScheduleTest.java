package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The factors of the schedules.
class ScheduleTest {
  @Test
  void constantIsOne() {
    for (double epoch : new double[] {0, 0.5, 7, 1e9}) {
      assertEquals(1, Schedule.constant().factor(epoch));
    }
  }

  /// PyTorch 2.6.0: `CosineAnnealingLR(optimizer, T_max=8)` with a learning rate of 1.
  @Test
  void cosineAsInPyTorch() {
    double[] expected = {
      1.0,
      0.9619397662556434,
      0.8535533905932737,
      0.6913417161825449,
      0.5,
      0.30865828381745514,
      0.14644660940672627,
      0.03806023374435664,
      0
    };
    Schedule cosine = Schedule.cosine(8);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertEquals(expected[epoch], cosine.factor(epoch), 1e-15);
      assertEquals(expected[epoch], cosine.perEpoch().factor(epoch), 1e-15);
      // Within an epoch a schedule per epoch does not change, the other does.
      assertEquals(expected[epoch], cosine.perEpoch().factor(epoch + 0.99), 1e-15);
    }
    assertEquals(0.5 * (1 + Math.cos(Math.PI * 2.25 / 8)), cosine.factor(2.25), 1e-15);
    assertEquals(0, cosine.factor(8.5));
    assertEquals(0, cosine.factor(100));
  }

  /// PyTorch 2.6.0: `MultiStepLR(optimizer, [2, 5], gamma=.1)` with a learning rate of 1.
  @Test
  void multiStepAsInPyTorch() {
    double[] expected = {1, 1, 0.1, 0.1, 0.1, 0.01, 0.01};
    Schedule steps = Schedule.multiStep(0.1, 2, 5);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertEquals(expected[epoch], steps.factor(epoch), 1e-16);
      assertEquals(expected[epoch], steps.factor(epoch + 0.99), 1e-16);
    }
    assertEquals(1, Schedule.multiStep(0.5).factor(9));
    assertEquals(0.25, Schedule.multiStep(0.5, 3, 3).factor(3));
  }

  @Test
  void milestonesAreCopied() {
    int[] milestones = {2};
    Schedule steps = Schedule.multiStep(0.5, milestones);
    milestones[0] = 0;
    assertEquals(1, steps.factor(1));
  }

  /// A cycle that only goes up ends at the base rate.
  @Test
  void oneCycleMayOnlyGoUp() {
    for (OneCycle up :
        new OneCycle[] {Schedule.oneCycle(3, 4).pctStart(1), Schedule.oneCycle(1, 1).pctStart(1)}) {
      double before = 0;
      for (int step = 0; step < 20; step++) {
        double factor = up.factor(step / 4.0);
        assertTrue(factor >= before && factor <= 1, factor + " after " + before);
        before = factor;
      }
      assertEquals(1, before);
    }
  }

  @Test
  void theEndIsExactAndLasts() {
    for (double epoch : new double[] {7, 7.3, 1e6}) {
      assertEquals(0.3, Schedule.cosine(7, 0.3).factor(epoch));
      assertEquals(0.3, Schedule.linear(0.1, 0.3, 7).factor(epoch));
      assertEquals(0, Schedule.polynomial(7, 2).factor(epoch));
      assertEquals(1 / 25.0 / 1e4, Schedule.oneCycle(7, 10).factor(epoch));
    }
  }

  @Test
  void smoothBetweenEpochs() {
    assertEquals(0.15, Schedule.linear(0.1, 0.3, 7).factor(1.75), 1e-16);
    assertEquals(Math.sqrt(0.5), Schedule.exponential(0.5).factor(0.5), 1e-16);
    assertEquals(0.25, Schedule.polynomial(3, 2).factor(1.5), 1e-16);
    assertEquals(0.25, Schedule.step(2, 0.5).factor(5.9));
  }

  @Test
  void aWarmUpGoesOverIntoItsSchedule() {
    Schedule warmup = Schedule.warmup(4, 0.2, Schedule.cosine(8));
    assertEquals(0.2, warmup.factor(0));
    assertEquals(0.6, warmup.factor(2), 1e-15);
    assertEquals(1, warmup.factor(4));
    assertEquals(0.5, warmup.factor(8), 1e-15);
    assertEquals(0, warmup.factor(12));
    assertEquals(0.3, Schedule.constant(0.6).times(Schedule.constant(0.5)).factor(3));
  }

  @Test
  void cyclesEndWhereTheNextBegins() {
    assertArrayEquals(new int[] {4, 8, 12}, Schedule.cosineRestarts(4, 1, 0).cycleEnds(15));
    assertArrayEquals(new int[] {2, 6, 14}, Schedule.cosineRestarts(2, 2, 0).cycleEnds(14));
    // Cycles of an epoch and a half are over at 1.5 and 3, two and a half at 2.5, 5, 7.5.
    assertArrayEquals(new int[] {2, 3, 5, 6}, Schedule.cosineRestarts(1.5, 1, 0).cycleEnds(7));
    assertArrayEquals(new int[] {3, 5, 8}, Schedule.cosineRestarts(2.5, 1, 0).cycleEnds(8));
    assertArrayEquals(new int[] {1, 2}, Schedule.cosineRestarts(0.25, 1, 0).cycleEnds(2));
    assertArrayEquals(new int[] {}, Schedule.cosineRestarts(9, 3, 0).cycleEnds(8));
    CosineRestarts restarts = Schedule.cosineRestarts(3, 2, 0.1);
    for (int end : restarts.cycleEnds(40)) {
      assertEquals(1, restarts.factor(end));
      assertEquals(0.1, restarts.factor(end - 1e-7), 1e-12);
      assertEquals(1, restarts.factor(Math.nextDown((double) end))); // rounding, no step
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("constant: the factor", call(() -> Schedule.constant(-1)), "-1.0"),
        arguments("step: the size", call(() -> Schedule.step(0, 1)), "0.0"),
        arguments("step: gamma", call(() -> Schedule.step(1, -0.5)), "-0.5"),
        arguments("multi-step: gamma", call(() -> Schedule.multiStep(Double.NaN)), "NaN"),
        arguments("exponential: gamma", call(() -> Schedule.exponential(0)), "0.0"),
        arguments("linear: the first factor", call(() -> Schedule.linear(-1, 1, 1)), "-1.0"),
        arguments("linear: the last factor", call(() -> Schedule.linear(1, -1, 1)), "-1.0"),
        arguments("linear: epochs", call(() -> Schedule.linear(1, 1, 0)), "0.0"),
        arguments("polynomial: epochs", call(() -> Schedule.polynomial(-2, 1)), "-2.0"),
        arguments("polynomial: the power", call(() -> Schedule.polynomial(1, 0)), "0.0"),
        arguments("cosine: epochs", call(() -> Schedule.cosine(0)), "0.0"),
        arguments("cosine: the last factor", call(() -> Schedule.cosine(1, -1)), "-1.0"),
        arguments(
            "cosine restarts: the first cycle",
            call(() -> Schedule.cosineRestarts(0, 1, 0)),
            "0.0"),
        arguments(
            "cosine restarts: the growth", call(() -> Schedule.cosineRestarts(1, 0, 0)), "0.0"),
        arguments(
            "cosine restarts: the last factor",
            call(() -> Schedule.cosineRestarts(1, 1, -1)),
            "-1.0"),
        arguments("one cycle: epochs", call(() -> Schedule.oneCycle(0, 1)), "0.0"),
        arguments("one cycle: steps per epoch", call(() -> Schedule.oneCycle(1, 0)), "0.0"),
        arguments(
            "one cycle: the first divisor",
            call(() -> Schedule.oneCycle(1, 1).divFactor(0)),
            "0.0"),
        arguments(
            "one cycle: the last divisor",
            call(() -> Schedule.oneCycle(1, 1).finalDivFactor(0)),
            "0.0"),
        arguments("then: epochs", call(() -> Schedule.constant().then(-1, e -> 1)), "-1.0"));
  }

  private static Executable call(Executable e) {
    return e;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String what, Executable made, String got) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.startsWith(what + " must be "), message);
    assertTrue(message.endsWith(", got " + got), message);
  }

  @Test
  void theWayUpIsAPartOfTheCycle() {
    OneCycle cycle = Schedule.oneCycle(10, 1);
    assertEquals(
        "one cycle: the part on the way up must be in [0, 1], got 1.5",
        assertThrows(IllegalArgumentException.class, () -> cycle.pctStart(1.5)).getMessage());
    assertEquals(
        "one cycle: the part on the way up must be in [0, 0.5] with three phases, got 0.6",
        assertThrows(IllegalArgumentException.class, () -> cycle.pctStart(0.6).threePhase(true))
            .getMessage());
    // No way up: the first step has the base rate already, or less.
    assertEquals(1, cycle.pctStart(0.1).factor(0));
    assertTrue(cycle.pctStart(0).factor(0) < 1);
  }
}
