package dev.tutti.nn.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rule on one part's losses, in figures worked out by hand.
class EarlyStoppingTest {
  /// Losses by epoch, the rule, and what comes out: the best epoch and the one that stops (−1 for
  /// none).
  @ParameterizedTest
  @CsvSource({
    "3 2 1 2 3 4,             2, 0, 0,   0,   2, 4",
    "3 2 1 2 3 4,             2, 4, 0,   0,   4, -1",
    "1 2 3 4,                 2, 0, 0,   0,   0, 2",
    "4 3.9 3.8 3.7,           2, 0, 0,   0.5, 0, 2",
    // smoothed by half: 4, 2, 3, 2.5
    "4 0 4 2,                 9, 0, 0.5, 0,   1, -1",
    "Infinity .5 .6 .7,       2, 0, 0,   0,   1, 3",
    "Infinity .5 .6 .7,       2, 0, 0.5, 0,   1, 3",
    "NaN NaN NaN,             2, 0, 0,   0,   -1, 1",
    "2 NaN 1 NaN NaN,         2, 0, 0,   0,   2, 4",
    "2 1 3,                   1, 9, 0,   0,   -1, -1"
  })
  void figures(
      String losses,
      int patience,
      int burnIn,
      double smoothing,
      double minDelta,
      int best,
      int stop) {
    EarlyStopping rule = new EarlyStopping(patience, burnIn, smoothing, minDelta);
    Standing standing = new Standing(1);
    int stopped = -1;
    String[] epochs = losses.split(" ");
    for (int e = 0; e < epochs.length && stopped < 0; e++) {
      standing.improves(0, e, Double.parseDouble(epochs[e]), rule);
      stopped = standing.stops(0, e, rule) ? e : -1;
    }
    assertEquals(best, standing.bestEpoch[0]);
    assertEquals(stop, stopped);
  }
}
