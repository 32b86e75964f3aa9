package dev.tutti.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Measures contenders side by side.
///
/// Every contender is warmed up until it has not become faster for a while: the first for long
/// enough that the compiler is done with it, the others (native code, or the first one's kernels)
/// for a moment. Then come rounds in which each has one turn of at least [#TURN_SECONDS], so that
/// what disturbs the machine disturbs all. A contender's time is the median over rounds. A round in
/// which other processes kept more than a fifth of a core busy is repeated, at most as often as
/// there are rounds. When the budget is spent, a contest has [#FEWEST_ROUNDS] rounds, and none is
/// repeated.
final class Contest {
  /// How long a turn takes at least.
  static final double TURN_SECONDS = 0.02;

  private static final int ROUNDS = 9;
  private static final int FEWEST_ROUNDS = 3;

  /// Contests whose rounds would take longer than this have fewer of them.
  private static final double LONGEST_SECONDS = 30;

  /// Threads of a peer may spin for a while after its turn.
  private static final int PAUSE_MILLIS = 3;

  /// In shares of the requested warm-up; 1 when the budget is spent.
  private static final double LONGEST_WARM_UP = 3;

  private static final double DISTURBED = 0.2;
  private static final double MOMENT_SECONDS = 0.3;

  private Contest() {}

  /// One contender's times per run in every round, in microseconds.
  record Times(String name, double[] us) {
    /// {@return the median}
    double median() {
      double[] sorted = us.clone();
      Arrays.sort(sorted);
      int n = sorted.length;
      return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
  }

  /// {@return the times of the contenders, in their order}
  ///
  /// @param warmUpSeconds how long the first must not have become faster before the first round
  static List<Times> hold(List<Contender> contenders, double warmUpSeconds, Budget budget) {
    int[] times = new int[contenders.size()];
    double roundSeconds = 0;
    for (int c = 0; c < times.length; c++) {
      double once = warmUp(contenders.get(c), c == 0 ? warmUpSeconds : moment(warmUpSeconds), budget);
      times[c] = (int) Math.max(1, Math.ceil(TURN_SECONDS / once));
      roundSeconds += once * times[c];
    }
    int rounds = (int) Math.clamp(LONGEST_SECONDS / roundSeconds, FEWEST_ROUNDS, ROUNDS);
    if (rounds < 7) {
      System.err.printf("side-by-side: a round takes %.1f s, so %d rounds%n", roundSeconds, rounds);
    }
    List<double[]> kept = new ArrayList<>();
    int repeated = 0;
    int disturbed = 0;
    while (kept.size() < (budget.spent() ? Math.min(FEWEST_ROUNDS, rounds) : rounds)) {
      OtherProcesses others = OtherProcesses.watch();
      double[] round = round(contenders, times);
      boolean busy = others.cores() > DISTURBED;
      if (busy && repeated < rounds && !budget.spent()) {
        repeated++;
      } else {
        disturbed += busy ? 1 : 0;
        kept.add(round);
      }
    }
    if (disturbed > 0) {
      System.err.printf(
          "side-by-side: other processes were busy in %d of the next contest's %d rounds%n",
          disturbed, kept.size());
    }
    List<Times> result = new ArrayList<>();
    for (int c = 0; c < times.length; c++) {
      int column = c;
      double[] us = kept.stream().mapToDouble(round -> round[column]).toArray();
      result.add(new Times(contenders.get(c).name(), us));
    }
    return result;
  }

  /// {@return the fastest of these}
  static Times fastest(List<Times> times) {
    return times.stream().min(Comparator.comparingDouble(Times::median)).orElseThrow();
  }

  private static double[] round(List<Contender> contenders, int[] times) {
    double[] us = new double[times.length];
    for (int c = 0; c < times.length; c++) {
      us[c] = 1e6 * seconds(contenders.get(c), times[c]) / times[c];
      pause();
    }
    return us;
  }

  private static double moment(double seconds) {
    return Math.min(seconds, MOMENT_SECONDS);
  }

  /// {@return the seconds of one run, warm}
  private static double warmUp(Contender contender, double warmUpSeconds, Budget budget) {
    int times = 1;
    double best = Double.POSITIVE_INFINITY;
    double total = 0;
    double since = 0;
    double longest = (budget.spent() ? 1 : LONGEST_WARM_UP) * warmUpSeconds;
    while (since < warmUpSeconds && total < longest) {
      double last = seconds(contender, times);
      total += last;
      since = last / times < 0.9 * best ? 0 : since + last;
      best = Math.min(best, last / times);
      if (last < TURN_SECONDS / 2) {
        times *= 2;
      }
    }
    return best;
  }

  private static double seconds(Contender contender, int times) {
    long start = System.nanoTime();
    contender.run(times);
    return (System.nanoTime() - start) / 1e9;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
