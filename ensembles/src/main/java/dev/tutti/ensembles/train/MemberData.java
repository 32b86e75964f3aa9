package dev.tutti.ensembles.train;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Splits;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Data of its own for each independent member: streams for [Trainer#fit(Ensemble, List)].
///
/// All streams have equally many examples, so that members can be stepped together.
public final class MemberData {
  private MemberData() {}

  /// {@return the same examples in an order of its own for each member: the `multi_input` mode of
  /// *ensemble networks* (Kelcey, 2020)}
  public static List<Batches> shuffled(Batches batches, int members) {
    return each(members, batches::forMember);
  }

  /// {@return a bootstrap sample for each member ([Splits#bootstrap]), of as many examples as there
  /// are: bagging (Breiman, 1996)}
  public static List<Batches> bootstrap(Batches batches, int members, long seed) {
    return each(
        members, m -> batches.forMember(m).on(Splits.bootstrap(batches.data(), seed + m).sample()));
  }

  /// {@return a random share of the examples for each member, without repetition, of each class
  /// alike}
  ///
  /// @param fraction of the examples, above 0 and below 1
  public static List<Batches> subsample(Batches batches, int members, double fraction, long seed) {
    return each(
        members,
        m -> batches.forMember(m).on(Splits.holdOut(batches.data(), fraction, seed + m).test()));
  }

  /// {@return for member m all examples but those of fold m, for cross-validation} If the folds are
  /// not equally large, members with one example less see their first one twice in an epoch.
  ///
  /// @param folds the fold of each example, 0 to M − 1 ([Splits#folds])
  public static List<Batches> allButFold(Batches batches, int[] folds) {
    Dataset data = batches.data();
    requireFolds(data, folds);
    int members = Arrays.stream(folds).max().orElse(-1) + 1;
    int most =
        IntStream.range(0, members).map(m -> members(folds, m, false).length).max().orElse(0);
    return each(
        members,
        m -> {
          int[] own = members(folds, m, false);
          int missing = most - own.length;
          int[] filled = Arrays.copyOf(own, most);
          System.arraycopy(own, 0, filled, own.length, missing);
          return batches.forMember(m).on(data.select(filled));
        });
  }

  /// {@return for each example the prediction of the member that did not see it, in the order of
  /// the data, as predictions of one member: out-of-fold predictions}
  ///
  /// @param test batches of the data that was cut into folds, in its order
  /// @param folds the fold of each example
  public static Predictions outOfFold(DeepEnsemble ensemble, Batches test, int[] folds) {
    Dataset data = test.data();
    requireFolds(data, folds);
    float[] all = null;
    int classes = 0;
    for (int m = 0; m < ensemble.members(); m++) {
      int[] own = members(folds, m, true);
      Tensor logits = Evaluator.logits(ensemble.take(m), test.on(data.select(own)));
      classes = logits.dim(2);
      float[] values = logits.toFloats();
      all = all == null ? new float[data.size() * classes] : all;
      for (int i = 0; i < own.length; i++) {
        System.arraycopy(values, i * classes, all, own[i] * classes, classes);
      }
    }
    return Predictions.ofLogits(all, 1, data.size(), classes);
  }

  private static int[] members(int[] folds, int m, boolean in) {
    return IntStream.range(0, folds.length).filter(i -> folds[i] == m == in).toArray();
  }

  private static void requireFolds(Dataset data, int[] folds) {
    if (folds.length != data.size()) {
      throw new IllegalArgumentException(
          "folds: %d numbers for the %d examples of %s"
              .formatted(folds.length, data.size(), data.name()));
    }
  }

  private static <T> List<T> each(int members, IntFunction<T> f) {
    return IntStream.range(0, members).mapToObj(f).toList();
  }
}
