package dev.tutti.nn.fit;

import dev.tutti.engine.Tensor;
import java.util.Arrays;

/// The state of a training's parts: the losses of the epoch under way, each weighted by its batch
/// ([dev.tutti.nn.loss.Objective#divisor]), and the state of early stopping. Numbers of a part
/// depend on that part alone.
public final class Standing {
  private static final int NONE = -1;

  final double[] lossSum;
  final double[] divisorSum;
  final double[] smoothed;
  final double[] best;
  final int[] bestEpoch;
  final int[] stoppedAt;

  /// Parts before the first step.
  public Standing(int parts) {
    lossSum = new double[parts];
    divisorSum = new double[parts];
    smoothed = filled(parts, Double.NaN);
    best = filled(parts, Double.POSITIVE_INFINITY);
    bestEpoch = new int[parts];
    stoppedAt = new int[parts];
    Arrays.fill(bestEpoch, NONE);
    Arrays.fill(stoppedAt, NONE);
  }

  private static double[] filled(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  /// The same values as a tree.
  public record Saved(
      Tensor lossSum,
      Tensor divisorSum,
      Tensor smoothed,
      Tensor best,
      Tensor bestEpoch,
      Tensor stoppedAt) {}

  /// {@return the present values}
  public Saved saved() {
    return new Saved(
        Tensor.of(lossSum),
        Tensor.of(divisorSum),
        Tensor.of(smoothed),
        Tensor.of(best),
        Tensor.of(bestEpoch),
        Tensor.of(stoppedAt));
  }

  /// {@return the standing that `saved` holds}
  public static Standing of(Saved saved) {
    Standing standing = new Standing(saved.best.size());
    copy(saved.lossSum, standing.lossSum);
    copy(saved.divisorSum, standing.divisorSum);
    copy(saved.smoothed, standing.smoothed);
    copy(saved.best, standing.best);
    System.arraycopy(saved.bestEpoch.toInts(), 0, standing.bestEpoch, 0, saved.best.size());
    System.arraycopy(saved.stoppedAt.toInts(), 0, standing.stoppedAt, 0, saved.best.size());
    return standing;
  }

  private static void copy(Tensor from, double[] to) {
    System.arraycopy(from.toDoubles(), 0, to, 0, to.length);
  }

  /// Takes in the loss of a batch; one in which nothing counts changes nothing.
  public void add(int part, double loss, double divisor) {
    lossSum[part] += divisor * loss;
    divisorSum[part] += divisor;
  }

  /// {@return the mean loss of the epoch so far, NaN if nothing counted}
  double loss(int part) {
    return lossSum[part] / divisorSum[part];
  }

  /// Begins another epoch.
  void begin() {
    Arrays.fill(lossSum, 0);
    Arrays.fill(divisorSum, 0);
  }

  /// {@return whether a part takes no further step}
  public boolean stopped(int part) {
    return stoppedAt[part] != NONE;
  }

  /// {@return whether parameters of a part have been recorded as its best}
  public boolean hasBest(int part) {
    return bestEpoch[part] != NONE;
  }

  boolean[] stopped() {
    boolean[] stopped = new boolean[stoppedAt.length];
    for (int i = 0; i < stopped.length; i++) {
      stopped[i] = stopped(i);
    }
    return stopped;
  }

  boolean allStopped() {
    return Arrays.stream(stoppedAt).noneMatch(at -> at == NONE);
  }

  /// Takes in the validation loss of `epoch`.
  ///
  /// @return whether it is the best of the part so far
  boolean improves(int part, int epoch, double loss, EarlyStopping rule) {
    if (!Double.isFinite(loss)) {
      return false; // and later losses must not be averaged with it
    }
    double s =
        Double.isNaN(smoothed[part])
            ? loss
            : rule.smoothing() * smoothed[part] + (1 - rule.smoothing()) * loss;
    smoothed[part] = s;
    boolean better = epoch >= rule.burnIn() && s < best[part] - rule.minDelta();
    if (better) {
      best[part] = s;
      bestEpoch[part] = epoch;
    }
    return better;
  }

  /// {@return whether the part has waited long enough after `epoch`; if so it counts as stopped}
  boolean stops(int part, int epoch, EarlyStopping rule) {
    int since = bestEpoch[part] == NONE ? rule.burnIn() - 1 : bestEpoch[part];
    boolean stop = (long) epoch - since >= rule.patience();
    if (stop) {
      stop(part, epoch);
    }
    return stop;
  }

  /// The part takes no step after `epoch`.
  void stop(int part, int epoch) {
    stoppedAt[part] = epoch;
  }
}
