package dev.tutti.nn.optim;

import java.util.stream.IntStream;

/// Half a cosine from 1 to `last` that starts again at the end of every cycle (SGDR, Loshchilov and
/// Hutter, 2017), PyTorch's `CosineAnnealingWarmRestarts`.
///
/// @param first the epochs of the first cycle, `T_0`
/// @param growth how many times as long as the one before a cycle is, `T_mult`
/// @param last the factor towards which a cycle goes; at its end the next one begins with 1
public record CosineRestarts(double first, int growth, double last) implements Schedule {
  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if there is no cycle or the cycles shrink
  public CosineRestarts {
    Range.POSITIVE.check("cosine restarts: the first cycle", first);
    Range.POSITIVE.check("cosine restarts: the growth", growth);
    Range.NOT_NEGATIVE.check("cosine restarts: the last factor", last);
  }

  @Override
  public double factor(double epoch) {
    double start = 0;
    double length = first;
    if (growth == 1) {
      start = first * Position.whole(epoch, first);
    } else {
      while (Position.reached(epoch, start + length)) {
        start += length;
        length *= growth;
      }
    }
    return Anneal.COSINE.between(1, last, Position.since(start, epoch) / length);
  }

  /// {@return after how many of `epochs` epochs a cycle is over: when to take the snapshots of a
  /// snapshot ensemble (Huang et al., 2017)}
  ///
  /// A cycle that ends within an epoch is over at the end of that epoch.
  public int[] cycleEnds(int epochs) {
    return IntStream.rangeClosed(1, epochs).filter(e -> cycles(e) > cycles(e - 1)).toArray();
  }

  /// How many cycles are complete at `epoch`.
  private double cycles(double epoch) {
    if (growth == 1) {
      return Position.whole(epoch, first);
    }
    double complete = 0;
    double length = first;
    for (double end = first; Position.reached(epoch, end); end += length) {
      complete++;
      length *= growth;
    }
    return complete;
  }
}
