package dev.tutti.cli;

import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.train.Progress;
import java.util.List;
import java.util.Locale;

/// Shows on a [StatusLine] how far the training is.
///
/// What remains is estimated from the arithmetic of the methods: training costs a method's flops
/// times examples times epochs, divided by the members that train at once.
final class ProgressLine implements Progress.Listener {
  private static final double SECOND = 1e9;

  private final StatusLine status;
  private final int threads;

  private long examples;
  private String unit;
  private double workDone;
  private double workLeft;
  private double work;
  private long trained; // nanoseconds of finished trainings
  private Contestant contestant;
  private long start;
  private Progress last;

  ProgressLine(StatusLine status, int threads) {
    this.status = status;
    this.threads = threads;
  }

  /// Learns what there is to do.
  ///
  /// @param count the number of training examples
  /// @param called what they are called: `images`
  synchronized void plan(List<Contestant> contestants, int epochs, long count, String called) {
    examples = count;
    unit = called;
    for (Contestant each : contestants) {
      workLeft += work(each, epochs);
    }
  }

  private double work(Contestant each, int epochs) {
    int atOnce = each.method().parallel(each.untrained().members(), threads);
    return (double) each.flops() * examples * epochs / atOnce;
  }

  /// A training begins.
  synchronized void begin(Contestant next, int epochs) {
    contestant = next;
    work = work(next, epochs);
    start = status.now();
    last = null;
    status.begin(next.method().label() + ": training");
  }

  @Override
  public synchronized void report(Progress progress) {
    last = progress;
    if (!status.due()) {
      return;
    }
    long now = status.now();
    double share = fraction(progress);
    double seconds = (now - start) / SECOND;
    double rate = share * progress.epochs() * examples / seconds;
    double done = workDone + share * work;
    double perWork = (trained + now - start) / SECOND / done;
    double remaining = (workLeft - share * work) * perWork;
    status.progress(
        String.format(
            Locale.ROOT,
            "%s: epoch %d/%d, %d%%, %,.0f %s/s, loss %.4f, %s left in all",
            contestant.method().label(),
            progress.epoch() + 1,
            progress.epochs(),
            100L * progress.step() / progress.steps(),
            rate,
            unit,
            perMember(progress.loss()),
            StatusLine.duration(remaining)));
  }

  /// A sum over members would look worse than a mean and is no other training.
  private double perMember(double loss) {
    Method method = contestant.method();
    boolean summed = method == Method.PACKED && method.loss() == EnsembleLoss.SUM_OVER_MEMBERS;
    return summed ? loss / contestant.untrained().members() : loss;
  }

  private static double fraction(Progress progress) {
    double epochs = progress.epoch() + (double) progress.step() / progress.steps();
    return epochs / progress.epochs();
  }

  /// The training is over and testing begins.
  synchronized void testing() {
    trained += status.now() - start;
    workDone += work;
    workLeft -= work;
    status.doing(contestant.method().label() + ": testing");
  }

  /// {@return where a training was cut off, or nothing where none runs}
  synchronized String whereCutOff() {
    return last == null ? "" : " in epoch " + (last.epoch() + 1) + " of " + last.epochs();
  }
}
