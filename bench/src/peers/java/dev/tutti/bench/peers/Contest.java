package dev.tutti.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Measures contenders beside each other.
///
/// Every contender is warmed up, the first for long enough that the compiler is done with it, the
/// others (native code, or the first one's kernels) for a moment; then come rounds in which each has one turn of at least
/// [#TURN_SECONDS], so that what disturbs the machine disturbs all. A contender's time is the
/// median over rounds. A round in which other processes kept more than a fifth of a core busy is
/// repeated, at most as often as there are rounds.
final class Contest {
  /// How long a turn takes at least.
  static final double TURN_SECONDS = 0.02;

  private static final int ROUNDS = 9;
  private static final int FEWEST_ROUNDS = 3;

  /// Contests whose rounds would take longer than this have fewer of them.
  private static final double LONGEST_SECONDS = 30;

  /// Threads of a peer may spin for a while after its turn.
  private static final int PAUSE_MILLIS = 3;

  private static final double DISTURBED = 0.2;
  private static final double MOMENT_SECONDS = 0.5;

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
  /// @param warmUpSeconds how long the first works before the first round, at least
  static List<Times> hold(List<Contender> contenders, double warmUpSeconds) {
    int[] times = new int[contenders.size()];
    double roundSeconds = 0;
    for (int c = 0; c < times.length; c++) {
      double once = warmUp(contenders.get(c), c == 0 ? warmUpSeconds : moment(warmUpSeconds));
      times[c] = (int) Math.max(1, Math.ceil(TURN_SECONDS / once));
      roundSeconds += once * times[c];
    }
    int rounds = (int) Math.clamp(LONGEST_SECONDS / roundSeconds, FEWEST_ROUNDS, ROUNDS);
    if (rounds < 7) {
      System.err.printf("side-by-side: a round takes %.1f s, so %d rounds%n", roundSeconds, rounds);
    }
    List<double[]> kept = new ArrayList<>();
    for (int r = 0, repeated = 0; r < rounds; r++) {
      OtherProcesses others = OtherProcesses.watch();
      double[] round = round(contenders, times);
      if (others.cores() > DISTURBED && repeated < rounds) {
        repeated++;
        r--;
        continue;
      }
      kept.add(round);
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
  private static double warmUp(Contender contender, double warmUpSeconds) {
    int times = 1;
    double total = 0;
    double last;
    do {
      last = seconds(contender, times);
      total += last;
      if (last < TURN_SECONDS / 2) {
        times *= 2;
      }
    } while (total < warmUpSeconds);
    return last / times;
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
