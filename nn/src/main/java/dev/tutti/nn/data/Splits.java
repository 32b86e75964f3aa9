package dev.tutti.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Parts of a data set, each a function of a seed and of the examples' positions and classes alone.
///
/// In a set for regression all examples count as one class: nothing is stratified.
///
/// All parts share the examples with the set they come from. They are in random order, so that
/// `take(n)` of a part is a fair sample of it.
public final class Splits {
  private Splits() {}

  /// Three disjoint parts of one data set.
  public static record Parts(Dataset train, Dataset validation, Dataset test) {
    public Parts {
      if (train == null || validation == null || test == null) {
        throw new IllegalArgumentException("Parts: all three are needed");
      }
    }
  }

  /// As many examples as a set has, drawn with replacement, and those that were not drawn.
  public static record Bootstrap(Dataset sample, Dataset outOfBag) {
    public Bootstrap {
      if (sample == null || outOfBag == null) {
        throw new IllegalArgumentException("Bootstrap: both parts are needed");
      }
    }
  }

  /// {@return a train and a test part: of a class with n examples, round(n · testFraction) go to
  /// the test part, but at least one and at most n − 1 if n ≥ 2; a class's only example goes to the
  /// train part}
  public static Dataset.Split holdOut(Dataset data, double testFraction, long seed) {
    requireFraction(data, testFraction);
    int[][] parts = parts(data, seed, testFraction);
    return new Dataset.Split(data.select(parts[0]), data.select(parts[1]));
  }

  /// {@return a train, a validation and a test part}
  ///
  /// Of a class with n examples, round(n · fraction) go to the test and the validation part each,
  /// but at least one if the class has three or more, and always one at least to the train part.
  /// The test part is that of [#holdOut(Dataset, double, long)] unless too little were left of a
  /// class for the others.
  public static Parts holdOut(
      Dataset data, double validationFraction, double testFraction, long seed) {
    requireFraction(data, validationFraction);
    requireFraction(data, testFraction);
    requireFraction(data, validationFraction + testFraction);
    int[][] parts = parts(data, seed, testFraction, validationFraction);
    return new Parts(data.select(parts[0]), data.select(parts[2]), data.select(parts[1]));
  }

  private static void requireFraction(Dataset data, double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          data.name() + ": split(" + fraction + "); a fraction between 0 and 1 is needed");
    }
  }

  /// Positions: first what is left for training, then the part for each fraction.
  private static int[][] parts(Dataset data, long seed, double... fractions) {
    int[] labels = data.strata();
    int[][] quotas = new int[fractions.length][];
    int[] left = perClass(data);
    int[] rest = Arrays.stream(left).map(n -> n - 1).toArray(); // one is for training
    for (int f = 0; f < fractions.length; f++) {
      quotas[f] = new int[left.length];
      int later = fractions.length - 1 - f;
      for (int c = 0; c < left.length; c++) {
        if (rest[c] > 0) {
          int most = Math.max(1, rest[c] - later);
          quotas[f][c] = Math.clamp(Math.round(left[c] * fractions[f]), 1, most);
          rest[c] -= quotas[f][c];
        }
      }
    }
    int[][] parts = new int[fractions.length + 1][labels.length];
    int[] counts = new int[parts.length];
    for (int i : shuffled(labels.length, seed)) {
      int part = 0;
      for (int f = 0; f < fractions.length && part == 0; f++) {
        if (quotas[f][labels[i]] > 0) {
          quotas[f][labels[i]]--;
          part = f + 1;
        }
      }
      parts[part][counts[part]++] = i;
    }
    for (int p = 0; p < parts.length; p++) {
      parts[p] = Arrays.copyOf(parts[p], counts[p]);
    }
    return parts;
  }

  private static int[] perClass(Dataset data) {
    int[] counts = new int[data.numStrata()];
    for (int label : data.strata()) {
      counts[label]++;
    }
    return counts;
  }

  /// {@return `k` splits for cross-validation: every example is in the test part of just one, and
  /// in the train part of the others}
  ///
  /// The sizes of the test parts differ by at most one, in all and in every class.
  ///
  /// @throws IllegalArgumentException if `k` is below 2 or above the number of examples
  public static List<Dataset.Split> kFold(Dataset data, int k, long seed) {
    int[] folds = folds(data, k, seed);
    int[] order = shuffled(data.size(), seed);
    List<Dataset.Split> splits = new ArrayList<>();
    for (int f = 0; f < k; f++) {
      int fold = f;
      splits.add(
          new Dataset.Split(
              data.select(Arrays.stream(order).filter(i -> folds[i] != fold).toArray()),
              data.select(Arrays.stream(order).filter(i -> folds[i] == fold).toArray())));
    }
    return splits;
  }

  /// {@return the number of the split of [#kFold] in whose test part each example is}
  ///
  /// @throws IllegalArgumentException if `k` is below 2 or above the number of examples
  public static int[] folds(Dataset data, int k, long seed) {
    if (k < 2 || k > data.size()) {
      throw new IllegalArgumentException(
          "%s: %d folds; 2 to the number of examples, %d, are possible"
              .formatted(data.name(), k, data.size()));
    }
    int[] order = shuffled(data.size(), seed);
    // Distributed class by class; each class continues at the fold after the last one of the class
    // before.
    int[] counts = perClass(data);
    int[] next = new int[counts.length];
    for (int c = 1; c < next.length; c++) {
      next[c] = next[c - 1] + counts[c - 1];
    }
    int[] classes = data.strata();
    int[] folds = new int[order.length];
    for (int i : order) {
      folds[i] = next[classes[i]]++ % k;
    }
    return folds;
  }

  /// {@return a bootstrap sample (Efron, 1979): n draws with replacement from n examples, which
  /// leave out 37 % of a large set}
  public static Bootstrap bootstrap(Dataset data, long seed) {
    int n = data.size();
    int[] sample = new int[n];
    boolean[] drawn = new boolean[n];
    long draws = SplitMix.hash(seed, -2); // no position of the shuffled order below
    for (int i = 0; i < n; i++) {
      // The upper half of hash · n: uniform on 0 … n − 1 but for a share of n in 2⁶⁴.
      sample[i] = (int) Math.unsignedMultiplyHigh(SplitMix.hash(draws, i), n);
      drawn[sample[i]] = true;
    }
    int[] others = Arrays.stream(shuffled(n, seed)).filter(i -> !drawn[i]).toArray();
    return new Bootstrap(data.select(sample), data.select(others));
  }

  /// The positions 0..n−1 sorted by a hash of `seed` and the position.
  private static int[] shuffled(int n, long seed) {
    record Ranked(long rank, int position) {}

    List<Ranked> ranked = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      ranked.add(new Ranked(SplitMix.hash(seed, i - 1), i));
    }
    ranked.sort((a, b) -> Long.compareUnsigned(a.rank, b.rank));
    int[] order = new int[n];
    for (int k = 0; k < n; k++) {
      order[k] = ranked.get(k).position;
    }
    return order;
  }
}
