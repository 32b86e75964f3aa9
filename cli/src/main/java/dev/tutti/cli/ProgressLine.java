package dev.tutti.cli;

import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.train.Progress;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Shows how far the work is: on a terminal one line that is written over, elsewhere a line now and
/// then, or nothing.
///
/// What remains is estimated from the arithmetic of the methods: training costs a method's flops
/// times examples times epochs, divided by the members that train at once.
final class ProgressLine implements Progress.Listener {
  /// How it shows.
  enum Style {
    NONE,
    LINES,
    ONE_LINE
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long BETWEEN_LINES = 10 * SECOND;
  private static final long BETWEEN_REWRITES = SECOND / 10;
  private static final int WIDTH = 79;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final Style style;
  private final LongSupplier clock;
  private final int threads;

  private long examples;
  private String unit;
  private double workDone;
  private double workLeft;
  private double work;
  private long trained; // nanoseconds of finished trainings
  private Contestant contestant;
  private long start;
  private long shown;
  private Progress last;
  private boolean dirty;
  private boolean closed;

  ProgressLine(PrintWriter err, Style style, LongSupplier clock, int threads) {
    this.err = err;
    this.style = style;
    this.clock = clock;
    this.threads = threads;
  }

  /// Shows a line that stays.
  synchronized void say(String line) {
    if (style == Style.NONE || closed) {
      return;
    }
    clear();
    err.println(line);
    err.flush();
  }

  /// Shows what is being done, until the next line.
  synchronized void doing(String what) {
    show(what, false);
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
    start = clock.getAsLong();
    shown = start;
    last = null;
    show(next.method().label() + ": training", false);
  }

  @Override
  public synchronized void report(Progress progress) {
    last = progress;
    long now = clock.getAsLong();
    long pause = style == Style.ONE_LINE ? BETWEEN_REWRITES : BETWEEN_LINES;
    if (style == Style.NONE || closed || now - shown < pause) {
      return;
    }
    shown = now;
    double share = fraction(progress);
    double seconds = (now - start) / (double) SECOND;
    double rate = share * progress.epochs() * examples / seconds;
    double done = workDone + share * work;
    double perWork = (trained + now - start) / (double) SECOND / done;
    double remaining = (workLeft - share * work) * perWork;
    show(
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
            duration(remaining)),
        true);
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
    trained += clock.getAsLong() - start;
    workDone += work;
    workLeft -= work;
    show(contestant.method().label() + ": testing", false);
  }

  /// {@return where a training was cut off, or nothing where none runs}
  synchronized String whereCutOff() {
    return last == null ? "" : " in epoch " + (last.epoch() + 1) + " of " + last.epochs();
  }

  /// Ends all showing; what comes later is silent.
  synchronized void close() {
    clear();
    closed = true;
  }

  /// Shows a line that may be written over, or, elsewhere than on a terminal, stays if `lasting`.
  private void show(String line, boolean lasting) {
    if (closed) {
      return;
    }
    if (style == Style.ONE_LINE) {
      err.print(CLEAR + (line.length() > WIDTH ? line.substring(0, WIDTH) : line));
      err.flush();
      dirty = true;
    } else if (style == Style.LINES && lasting) {
      err.println(line);
      err.flush();
    }
  }

  private void clear() {
    if (dirty) {
      err.print(CLEAR);
      err.flush();
      dirty = false;
    }
  }

  /// {@return `12 s`, `1 min 05 s` or `2 h 03 min`}
  static String duration(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    long minutes = Math.round(seconds / 60);
    return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }
}
