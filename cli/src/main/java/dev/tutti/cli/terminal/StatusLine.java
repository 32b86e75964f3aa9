package dev.tutti.cli.terminal;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Lines on standard error for a waiting user: lines that stay, and one that shows the progress. On
/// a terminal the latter is overwritten; elsewhere it is printed now and then and stays.
///
/// May be used from several threads, and closed from a shutdown hook: later lines are not shown.
public final class StatusLine {
  /// How it shows.
  public enum Style {
    NONE,
    LINES,
    ONE_LINE;

    public static Style of(boolean quiet, Terminal terminal) {
      return quiet ? NONE : terminal.interactive() ? ONE_LINE : LINES;
    }
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long BETWEEN_LINES = 10 * SECOND;
  private static final long BETWEEN_REWRITES = SECOND / 10;
  private static final int WIDTH = 79;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final Style style;
  private final LongSupplier clock;
  private long shown;
  private boolean dirty;
  private boolean closed;

  /// @param clock nanoseconds
  public StatusLine(PrintWriter err, Style style, LongSupplier clock) {
    this.err = err;
    this.style = style;
    this.clock = clock;
    shown = clock.getAsLong();
  }

  /// {@return the clock's nanoseconds}
  public long now() {
    return clock.getAsLong();
  }

  /// Shows a line that stays.
  public synchronized void say(String line) {
    if (style == Style.NONE || closed) {
      return;
    }
    clear();
    err.println(line);
    err.flush();
  }

  /// Shows on a terminal what is being done, until the next line.
  public synchronized void doing(String what) {
    if (style == Style.ONE_LINE && !closed) {
      err.print(CLEAR + (what.length() > WIDTH ? what.substring(0, WIDTH) : what));
      err.flush();
      dirty = true;
    }
  }

  /// Work begins now: the first progress of it is due after a pause.
  public synchronized void begin(String what) {
    shown = now();
    doing(what);
  }

  /// {@return whether it is time to show progress again; if so, the next pause begins}
  public synchronized boolean due() {
    long pause = style == Style.ONE_LINE ? BETWEEN_REWRITES : BETWEEN_LINES;
    if (style == Style.NONE || closed || now() - shown < pause) {
      return false;
    }
    shown = now();
    return true;
  }

  /// Shows how far the work is.
  public synchronized void progress(String line) {
    if (style == Style.ONE_LINE) {
      doing(line);
    } else {
      say(line);
    }
  }

  /// Shows how far the work is, with a bar if the line leaves room for one.
  public synchronized void progress(String line, double share) {
    int room = WIDTH - line.length() - 3;
    if (style != Style.ONE_LINE || room < 5) {
      progress(line);
      return;
    }
    int full = Math.clamp(Math.round(share * room), 0, room);
    progress(line + " [" + "=".repeat(full) + " ".repeat(room - full) + "]");
  }

  /// Ends all showing; later lines are not shown.
  public synchronized void close() {
    clear();
    closed = true;
  }

  private void clear() {
    if (dirty) {
      err.print(CLEAR);
      err.flush();
      dirty = false;
    }
  }

  /// {@return a measured time: `1.2 s`, from a minute on as [#duration]}
  public static String seconds(double seconds) {
    return seconds < 59.95 ? String.format(Locale.ROOT, "%.1f s", seconds) : duration(seconds);
  }

  /// {@return `12 s`, `1 min 05 s` or `2 h 03 min`}
  public static String duration(double seconds) {
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
