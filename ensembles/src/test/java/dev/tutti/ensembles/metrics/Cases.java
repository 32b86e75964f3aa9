package dev.tutti.ensembles.metrics;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Predictions that several tests share.
final class Cases {

  /// Published reference values are float32 results of at most a few hundred additions.
  static final double FLOAT32 = 1e-6;

  /// The same sums in float64 in another order.
  static final double ROUNDING = 1e-12;

  /// Three members, six samples, three classes.
  static final Predictions SIX =
      Predictions.of(
          new float[][][] {
            {
              {.7f, .2f, .1f}, {.2f, .5f, .3f}, {.1f, .1f, .8f},
              {.34f, .33f, .33f}, {.9f, .05f, .05f}, {.45f, .45f, .1f}
            },
            {
              {.5f, .3f, .2f}, {.4f, .35f, .25f}, {.2f, .2f, .6f},
              {.25f, .25f, .5f}, {.95f, .03f, .02f}, {.1f, .8f, .1f}
            },
            {
              {.6f, .1f, .3f}, {.1f, .6f, .3f}, {.3f, .4f, .3f},
              {.2f, .7f, .1f}, {.85f, .1f, .05f}, {.3f, .3f, .4f}
            }
          });

  static final int[] SIX_LABELS = {0, 1, 2, 0, 1, 1};

  private Cases() {}

  /// Predictions and labels of random sizes. Probabilities are quotients of small integers, so that
  /// equal votes, equal confidences and certain predictions are common.
  record Labelled(Predictions predictions, int[] labels, long seed) {}

  static Arbitrary<Labelled> labelled(int minMembers, int maxSamples) {
    return Combinators.combine(
            Arbitraries.integers().between(minMembers, 5),
            Arbitraries.integers().between(1, maxSamples),
            Arbitraries.integers().between(2, 4),
            Arbitraries.longs())
        .as(Cases::labelled);
  }

  static Labelled labelled(int members, int samples, int classes, long seed) {
    Random random = new Random(seed);
    Predictions predictions = predictions(random, members, samples, classes);
    int[] labels = new int[samples];
    for (int b = 0; b < samples; b++) {
      labels[b] = random.nextInt(classes);
    }
    return new Labelled(predictions, labels, seed);
  }

  static Predictions predictions(Random random, int members, int samples, int classes) {
    float[] p = new float[members * samples * classes];
    for (int from = 0; from < p.length; from += classes) {
      int[] weights = new int[classes];
      int sum = 0;
      while (sum == 0) {
        for (int c = 0; c < classes; c++) {
          weights[c] = random.nextInt(4);
          sum += weights[c];
        }
      }
      for (int c = 0; c < classes; c++) {
        p[from + c] = weights[c] / (float) sum;
      }
    }
    return new Predictions(p, members, samples, classes);
  }

  /// A random order of `0..n-1`.
  static int[] shuffled(int n, Random random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int at = random.nextInt(i + 1);
      order[i] = order[at];
      order[at] = i;
    }
    return order;
  }

  static Predictions reordered(Predictions p, int[] order) {
    float[] moved = new float[p.probabilities().length];
    int classes = p.classes();
    for (int m = 0; m < p.members(); m++) {
      for (int b = 0; b < p.samples(); b++) {
        System.arraycopy(
            p.probabilities(),
            (m * p.samples() + order[b]) * classes,
            moved,
            (m * p.samples() + b) * classes,
            classes);
      }
    }
    return new Predictions(moved, p.members(), p.samples(), classes);
  }

  static int[] reordered(int[] values, int[] order) {
    int[] moved = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      moved[i] = values[order[i]];
    }
    return moved;
  }
}
