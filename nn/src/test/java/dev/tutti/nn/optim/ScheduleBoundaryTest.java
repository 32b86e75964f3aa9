package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Boundaries of schedules that are at a step within an epoch, for every number of steps: a
/// schedule evaluated at step / steps per epoch is there at exactly that step.
class ScheduleBoundaryTest {
  private static final int MOST_STEPS = 1000;

  /// The two ways in which a position is worked out.
  private static void atStep(Schedule schedule, long step, int perEpoch, DoubleCheck check) {
    check.of(schedule.factor(step / (double) perEpoch));
    check.of(schedule.factor(step / perEpoch + (double) (step % perEpoch) / perEpoch));
  }

  private interface DoubleCheck {
    void of(double factor);
  }

  private static void equal(double expected, Schedule schedule, long step, int perEpoch) {
    atStep(
        schedule,
        step,
        perEpoch,
        factor -> {
          if (!(Math.abs(factor - expected) <= 1e-9)) {
            fail(
                "%s at step %d of %d per epoch: %s, not %s"
                    .formatted(schedule, step, perEpoch, factor, expected));
          }
        });
  }

  private static void one(Schedule schedule, long step, int perEpoch) {
    atStep(
        schedule,
        step,
        perEpoch,
        factor -> {
          if (factor != 1) {
            fail(
                "%s at step %d of %d per epoch: %s, not 1"
                    .formatted(schedule, step, perEpoch, factor));
          }
        });
  }

  private static double cosine(double last, double part) {
    return last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * part));
  }

  @Test
  void restartsOfAPartOfAnEpoch() {
    assertEquals(1, new CosineRestarts(0.1, 1, 0).factor(3 / 10.0));
    assertEquals(1, new CosineRestarts(0.2, 2, 0).factor(6 / 10.0));
    assertEquals(1, new CosineRestarts(300 / 469.0, 1, 0).factor(1500 / 469.0));
  }

  /// Every number of steps an epoch and every cycle of whole steps up to an epoch, over four
  /// epochs: each restart, and of the first and last cycle the last step, which is the lowest. What
  /// two fractions have in common is left out: 2 of 4 steps are the numbers of 1 of 2.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyRestartIsHit(int growth) {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch++) {
      for (int cycle = 1; cycle <= perEpoch; cycle++) {
        if (divisor(cycle, perEpoch) > 1) {
          continue;
        }
        CosineRestarts schedule = new CosineRestarts(cycle / (double) perEpoch, growth, 0.01);
        long start = 0;
        for (long length = cycle; start <= 4L * perEpoch; length *= growth) {
          one(schedule, start, perEpoch);
          start += length;
          if (start == cycle || start > 4L * perEpoch) {
            equal(cosine(0.01, (length - 1.0) / length), schedule, start - 1, perEpoch);
          }
        }
      }
    }
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  /// Longer cycles, and far into training.
  @ParameterizedTest
  @CsvSource({"7, 10", "469, 300", "469, 938", "938, 1407", "1000, 1", "999, 37", "64, 4096"})
  void restartsLateInTraining(int perEpoch, int cycle) {
    CosineRestarts schedule = new CosineRestarts(cycle / (double) perEpoch, 1, 0);
    for (long epochs : new long[] {10, 1_000, 100_000}) {
      long first = epochs * perEpoch / cycle * cycle;
      for (long step = first; step < first + 100L * cycle; step += cycle) {
        one(schedule, step, perEpoch);
        equal(cosine(0, (cycle - 1.0) / cycle), schedule, step + cycle - 1, perEpoch);
      }
    }
  }

  /// A cycle given as a decimal fraction, as somebody writes it.
  @Test
  void decimalFractions() {
    for (int digits = 10; digits <= 1000; digits *= 10) {
      for (int cycle = 1; cycle <= digits; cycle++) {
        Schedule schedule =
            new CosineRestarts(Double.parseDouble("" + cycle + "e-" + places(digits)), 1, 0);
        for (int step = 0; step <= 4 * digits; step += cycle) {
          one(schedule, step, digits);
        }
      }
    }
  }

  private static int places(int power) {
    return ("" + power).length() - 1;
  }

  /// A schedule that jumps after a beginning of this many epochs, and the factors around the jump.
  private record Jump(DoubleFunction<Schedule> after, double before, double at) {}

  static Stream<Named<Jump>> jumps() {
    Schedule late = Schedule.constant(0.25);
    return Stream.of(
        Named.of("then", new Jump(e -> Schedule.constant().then(e, late), 1, 0.25)),
        Named.of(
            "restarts after another",
            new Jump(e -> late.then(e, new CosineRestarts(1, 1, 0)), 0.25, 1)),
        Named.of(
            "product",
            new Jump(e -> late.times(Schedule.constant().then(e, late)), 0.25, 1 / 16.0)));
  }

  @ParameterizedTest
  @MethodSource("jumps")
  void aJumpComesAtItsStep(Jump jump) {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch++) {
      for (int at = 1; at <= 3 * perEpoch; at += at < perEpoch ? 1 : 7) {
        Schedule schedule = jump.after.apply(at / (double) perEpoch);
        equal(jump.before, schedule, at - 1, perEpoch);
        equal(jump.at, schedule, at, perEpoch);
      }
    }
  }

  /// Whole epochs, counted from the step at which another schedule ends.
  @Test
  void whatGoesByTheEpochAfterAPartOfOne() {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch++) {
      for (int at = 1; at <= perEpoch; at += 1 + perEpoch / 25) {
        double start = at / (double) perEpoch;
        Schedule step = Schedule.constant(0).then(start, Schedule.step(1, 0.5));
        Schedule milestones = Schedule.constant(0).then(start, Schedule.multiStep(0.5, 1, 2, 3));
        Schedule perEpochs = Schedule.constant(0).then(start, Schedule.linear(1, 0, 8).perEpoch());
        for (int epoch = 0; epoch < 4; epoch++) {
          long first = at + (long) epoch * perEpoch;
          for (long s : new long[] {first, first + perEpoch - 1}) {
            equal(Math.pow(0.5, epoch), step, s, perEpoch);
            equal(Math.pow(0.5, epoch), milestones, s, perEpoch);
            equal(1 - epoch / 8.0, perEpochs, s, perEpoch);
          }
        }
      }
    }
  }

  /// The end of what falls or rises is exact at the step at which it ends, and one step before it
  /// is not there yet.
  @Test
  void theEndOfAWayIsReached() {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch++) {
      for (int end = 1; end <= 2 * perEpoch; end += 1 + perEpoch / 30) {
        double epochs = end / (double) perEpoch;
        double part = (end - 1.0) / end;
        Schedule cosine = Schedule.cosine(epochs, 0.5);
        Schedule linear = Schedule.linear(0.5, 1, epochs);
        Schedule root = Schedule.polynomial(epochs, 0.1);
        Schedule warmup = Schedule.warmup(epochs, 0.5, Schedule.cosine(epochs));
        one(linear, end, perEpoch);
        one(warmup, end, perEpoch);
        atStep(root, end, perEpoch, factor -> assertEquals(0, factor));
        atStep(cosine, end, perEpoch, factor -> assertEquals(0.5, factor));
        equal(0.5 + 0.5 * part, linear, end - 1, perEpoch);
        equal(0.5 + 0.5 * part, warmup, end - 1, perEpoch);
        equal(cosine(0, part), warmup, 2L * end - 1, perEpoch);
        equal(cosine(0.5, part), cosine, end - 1, perEpoch);
        equal(Math.pow(1.0 / end, 0.1), root, end - 1, perEpoch);
      }
    }
  }

  @Test
  void oneCycleHasItsPeakAndItsEnd() {
    for (int perEpoch = 2; perEpoch <= MOST_STEPS; perEpoch++) {
      for (Anneal along : Anneal.values()) {
        OneCycle cycle = Schedule.oneCycle(5, perEpoch).pctStart(0.4).anneal(along);
        one(cycle, 2L * perEpoch - 1, perEpoch);
        atStep(cycle, 5L * perEpoch - 1, perEpoch, f -> assertEquals(1 / 25.0 / 1e4, f, 1e-12));
        OneCycle three = Schedule.oneCycle(10, perEpoch).pctStart(0.4).threePhase(true);
        one(three, 4L * perEpoch - 1, perEpoch);
        atStep(three, 8L * perEpoch - 2, perEpoch, f -> assertEquals(1 / 25.0, f, 1e-12));
      }
    }
  }

  /// Against whole numbers: a cycle of this many steps is over `⌊epochs · steps / cycle⌋` times.
  @Test
  void snapshotsAreTakenAfterEveryCycle() {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch += perEpoch < 100 ? 1 : 37) {
      for (int cycle = 1; cycle <= 3 * perEpoch; cycle++) {
        int n = perEpoch;
        int c = cycle;
        int[] expected =
            IntStream.rangeClosed(1, 12).filter(e -> e * n / c > (e - 1) * n / c).toArray();
        CosineRestarts schedule = new CosineRestarts(cycle / (double) perEpoch, 1, 0);
        assertArrayEquals(expected, schedule.cycleEnds(12), schedule + " of " + perEpoch);
        assertEquals(expected.length, new Snapshots<>(schedule, 12).epochs().size());
      }
    }
  }

  /// Cycles of c, 3c, 9c … steps end after c · (3^k − 1) / 2.
  @Test
  void snapshotsOfGrowingCycles() {
    for (int perEpoch = 1; perEpoch <= MOST_STEPS; perEpoch += perEpoch < 100 ? 1 : 37) {
      for (int cycle = 1; cycle <= 2 * perEpoch; cycle++) {
        int n = perEpoch;
        int c = cycle;
        int[] expected =
            IntStream.rangeClosed(1, 40)
                .filter(e -> grown(e * n, c) > grown((e - 1) * n, c))
                .toArray();
        assertArrayEquals(expected, new CosineRestarts(c / (double) n, 3, 0).cycleEnds(40));
      }
    }
  }

  private static int grown(int steps, int first) {
    int complete = 0;
    int length = first;
    for (int end = first; end <= steps; end += length) {
      complete++;
      length *= 3;
    }
    return complete;
  }
}
