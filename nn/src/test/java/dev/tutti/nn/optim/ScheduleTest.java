package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

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
      // Within an epoch a schedule per epoch stands still, the other goes on.
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
}
