package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.fit.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Shows on a [StatusLine] how far the training is.
///
/// The remaining work is counted in the seconds that each training would take by the warm-up
/// ([WarmUp]), which shows the relative cost of the methods. The last moments of training show how
/// fast such seconds pass. The time left is not shown before there are enough of these.
final class ProgressLine implements Progress.Listener {
  private static final double SECOND = 1e9;

  /// Seconds of training that count as recent, and the fewest that suffice; the same for steps.
  private static final double RECENT = 10;

  private static final double ENOUGH = 2;
  private static final int STEPS = 8;

  /// Rates that differ by less than this factor are one rate.
  private static final double STEADY = 1.5;

  private final StatusLine status;
  private final Deque<Mark> recent = new ArrayDeque<>();

  private List<Training> plan = List.of();
  private long images;
  private String unit;
  private Training running;
  private double workDone; // of finished trainings
  private long paused; // nanoseconds in which nothing was trained
  private long pauseBegan;
  private long start;
  private Progress last;

  /// A training that is planned.
  ///
  /// @param work what it costs, in seconds of the warm-up
  private record Training(Contestant contestant, double work) {}

  /// How much work was done at a time.
  private record Mark(long time, double work) {}

  ProgressLine(StatusLine status) {
    this.status = status;
  }

  /// Sets the planned trainings.
  ///
  /// @param seconds what each training would take by the warm-up
  /// @param count the number of training examples
  /// @param called their name: `images`
  synchronized void plan(
      List<Contestant> contestants, double[] seconds, long count, String called) {
    images = count;
    unit = called;
    plan =
        IntStream.range(0, seconds.length)
            .mapToObj(i -> new Training(contestants.get(i), seconds[i]))
            .toList();
    pauseBegan = status.now();
  }

  /// A training begins.
  synchronized void begin(Contestant next) {
    running = plan.stream().filter(each -> each.contestant.equals(next)).findFirst().orElseThrow();
    start = status.now();
    paused += start - pauseBegan;
    last = null;
    mark(0);
    status.begin(next.method().label() + ": training");
  }

  @Override
  public synchronized void report(Progress progress) {
    last = progress;
    long now = status.now();
    double share = fraction(progress);
    mark(share * running.work);
    if (!status.due()) {
      return;
    }
    double seconds = (now - start) / SECOND;
    double rate = share * progress.epochs() * images / seconds;
    status.progress(
        String.format(
            Locale.ROOT,
            "%s: epoch %d/%d, %d%%, %,.0f %s/s, loss %.4f%s",
            running.contestant.method().label(),
            progress.epoch() + 1,
            progress.epochs(),
            100L * progress.step() / progress.steps(),
            rate,
            unit,
            perMember(progress.loss()),
            left()),
        share);
  }

  /// Records how much work is done, of the running training and of all before, and drops what is
  /// not recent.
  private void mark(double ofRunning) {
    recent.addLast(new Mark(status.now() - paused, workDone + ofRunning));
    while (recent.size() > STEPS && span() > RECENT) {
      recent.removeFirst();
    }
  }

  private double span() {
    return seconds(recent.getFirst(), recent.getLast());
  }

  private static double seconds(Mark from, Mark to) {
    return (to.time - from.time) / SECOND;
  }

  /// {@return `, 12 s left` at the rate of the later half of what is recent; or nothing if too
  /// little was seen, or if the earlier half ran at a very different rate}
  private String left() {
    if (recent.size() < STEPS || span() < ENOUGH) {
      return "";
    }
    Mark first = recent.getFirst();
    Mark now = recent.getLast();
    Mark middle =
        recent.stream().filter(mark -> seconds(first, mark) >= span() / 2).findFirst().orElse(now);
    double before = (middle.work - first.work) / seconds(first, middle);
    double after = (now.work - middle.work) / seconds(middle, now);
    if (!(after < STEADY * before && before < STEADY * after)) {
      return "";
    }
    double work = plan.stream().mapToDouble(Training::work).sum() - now.work;
    return ", " + StatusLine.duration(work / after) + " left";
  }

  /// A sum over members would look worse than a mean and is the same training.
  private double perMember(double loss) {
    Ensemble ensemble = running.contestant.untrained();
    boolean summed = !ensemble.independent() && ensemble.loss() == EnsembleLoss.SUM_OVER_MEMBERS;
    return summed ? loss / ensemble.members() : loss;
  }

  private static double fraction(Progress progress) {
    double epochs = progress.epoch() + (double) progress.step() / progress.steps();
    return epochs / progress.epochs();
  }

  /// The training is over and testing begins.
  synchronized void testing() {
    pauseBegan = status.now();
    workDone += running.work;
    status.doing(running.contestant.method().label() + ": testing");
  }

  /// {@return the place where a training was cut off, or nothing if none runs}
  synchronized String whereCutOff() {
    return last == null ? "" : " in epoch " + (last.epoch() + 1) + " of " + last.epochs();
  }
}
