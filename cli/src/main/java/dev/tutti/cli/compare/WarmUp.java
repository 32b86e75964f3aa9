package dev.tutti.cli.compare;

import com.sun.management.OperatingSystemMXBean;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.TrainingError;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// Trains every method for moments before the first training is timed, so that no method's seconds
/// include the JVM's time to load and compile the code: it interprets code at first, and compiles
/// what is used much. The results of this training are thrown away; no figure changes.
///
/// The methods take turns of a fraction of a second, at least a step each, until a step takes none
/// of them less time than before.
final class WarmUp {
  private static final double SECOND = 1e9;

  /// Seconds of a turn.
  private static final double TURN = 0.15;

  /// A step that takes less than this part of the shortest before is still getting faster.
  private static final double FASTER = 0.9;

  /// The warm-up ends after this many rounds in which no method got faster.
  private static final int STEADY_ROUNDS = 2;

  /// Seconds of processor time after which no further round begins: on a machine that others use
  /// too, the warm-up gets the same processor time, only later.
  private static final double MOST = 10;

  /// Ends a turn before its training is over.
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("", null, false, false);
    }
  }

  private final Settings settings;
  private final Examples examples;

  WarmUp(Settings settings, Examples examples) {
    this.settings = settings;
    this.examples = examples;
  }

  /// {@return the seconds that the training of each of them would take at the shortest step seen}
  double[] run(List<Contestant> contestants) {
    double[] least = new double[contestants.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    long start = processorTime();
    int steady = 0;
    while (steady < STEADY_ROUNDS && (processorTime() - start) / SECOND < MOST) {
      steady++;
      for (int i = 0; i < least.length; i++) {
        double now = trainingSeconds(contestants.get(i));
        if (now < FASTER * least[i]) {
          steady = 0;
        }
        least[i] = Math.min(least[i], now);
      }
    }
    return least;
  }

  /// Trains for a turn, and returns how long the whole training would take at this speed.
  private double trainingSeconds(Contestant contestant) {
    long start = System.nanoTime();
    double[] all = {0};
    long[] steps = {0};
    Progress.Listener listener =
        progress -> {
          double seconds = (System.nanoTime() - start) / SECOND;
          steps[0]++;
          all[0] = seconds / steps[0] * progress.epochs() * progress.steps();
          if (seconds >= TURN) {
            throw new Enough();
          }
        };
    try {
      contestant.warmUp(settings, examples, listener);
    } catch (Enough | TrainingError end) {
      // A training that diverges here will diverge again, and be reported, when it is timed.
    }
    return all[0];
  }

  /// {@return the nanoseconds that all threads of this process have run, or if the JVM does not
  /// say, those of the clock}
  private static long processorTime() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long time = system == null ? -1 : system.getProcessCpuTime();
    return time < 0 ? System.nanoTime() : time;
  }
}
