package dev.tutti.nn.fit;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Successive halving (Karnin, Koren, Somekh 2013; Jamieson, Talwalkar 2016): after `first` epochs,
/// and then after `factor` times as many each time, only every `factor`-th part of the members goes
/// on, those with the least validation loss, until `keep` are left. What the others would have cost
/// is saved: they take no further step.
///
/// A member whose loss stops being finite is stopped at the end of its epoch instead of ending the
/// training: in a search some rates are too large.
///
/// @param first the number of epochs before the first cut
/// @param factor the number of members of which one goes on, and the growth of the epochs
/// @param keep how many are left in the end
public record Halving(int first, int factor, int keep) {
  /// Checks the ranges.
  public Halving {
    if (first < 1 || factor < 2 || keep < 1) {
      throw new IllegalArgumentException(
          "halving: the first cut and the members to keep must be at least 1 and the factor at least"
              + " 2, got %d, %d and %d".formatted(first, keep, factor));
    }
  }

  /// Halves after every doubling of the epochs.
  public Halving(int first, int keep) {
    this(first, 2, keep);
  }

  private boolean cutsAfter(int epochs) {
    long cut = first;
    while (cut < epochs) {
      cut *= factor;
    }
    return cut == epochs;
  }

  /// {@return the members that stop after `epochs` epochs, in ascending order}
  ///
  /// @param running those that are not stopped
  /// @param losses every member's validation loss; not finite for one that diverged
  int[] stops(int epochs, int[] running, double[] losses) {
    List<Integer> order =
        IntStream.of(running)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer m) ->
                    Double.isFinite(losses[m]) ? losses[m] : Double.POSITIVE_INFINITY))
            .toList();
    long finite = IntStream.of(running).filter(m -> Double.isFinite(losses[m])).count();
    int left =
        cutsAfter(epochs)
            ? Math.max(Math.min(keep, running.length), Math.ceilDiv(running.length, factor))
            : running.length;
    left = (int) Math.min(left, finite);
    return order.subList(left, order.size()).stream().mapToInt(m -> m).sorted().toArray();
  }

  /// {@return the numbers of the members that are not stopped}
  static int[] running(boolean[] stopped) {
    return IntStream.range(0, stopped.length).filter(m -> !stopped[m]).toArray();
  }
}
