package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.models.Mlp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter text = new StringWriter();
  private long now = 77;
  private StatusLine status;

  private static final List<Contestant> TWO =
      List.of(contestant(Methods.SINGLE, 1), contestant(Methods.DEEP, 4));

  /// The second costs twice as much as the first.
  private static final double[] SECONDS = {8, 16};

  private static Contestant contestant(Method method, int members) {
    Ensemble ensemble =
        method == Methods.PACKED
            ? new Packing(2, members).convert(Key.of(0), Mlp.init(Key.of(0), 2, 2, 2), Shape.of(2))
            : DeepEnsemble.init(Key.of(0), members, key -> Mlp.init(key, 2, 2, 2));
    return new Contestant(method, Results.start(Model.MLP), Map.of(), ensemble, 1, 1);
  }

  /// Two epochs of 40 steps, of 1,000 images.
  private ProgressLine line(StatusLine.Style style, List<Contestant> contestants) {
    status = new StatusLine(new PrintWriter(text), style, () -> now);
    ProgressLine line = new ProgressLine(status);
    line.plan(contestants, Arrays.copyOf(SECONDS, contestants.size()), 1_000, "images");
    return line;
  }

  private String shown() {
    String shown = text.toString().replace("\r\u001b[K", "<clear>").replace("\n", "<end>");
    text.getBuffer().setLength(0);
    return shown;
  }

  @Test
  void elsewhereThanOnATerminalALineComesEveryTenSeconds() {
    ProgressLine line = line(StatusLine.Style.LINES, TWO);
    status.doing("reading");
    status.say("a line that stays");
    line.begin(TWO.get(0));
    assertEquals("a line that stays<end>", shown());
    for (int s = 1; s <= 80; s++) {
      now += SECOND;
      line.report(new Progress((s - 1) / 40, 2, (s - 1) % 40 + 1, 40, 2.5));
      if (s == 10) {
        // Ten of 80 steps took 10 s: 70 more, and 80 that cost twice as much.
        assertEquals(
            "single: epoch 1/2, 25%, 25 images/s, loss 2.5000, 3 min 50 s left<end>", shown());
      }
    }
    shown();
    line.testing();
    now += 100 * SECOND;
    line.begin(TWO.get(1));
    assertEquals("", shown());
    for (int s = 1; s <= 5; s++) {
      now += 2 * SECOND;
      line.report(new Progress(0, 2, s, 40, 1));
    }
    // At the same rate; testing does not count.
    assertEquals("deep: epoch 1/2, 12%, 13 images/s, loss 1.0000, 2 min 30 s left<end>", shown());
  }

  @Test
  void onATerminalOneLineIsWrittenOver() {
    ProgressLine line = line(StatusLine.Style.ONE_LINE, TWO);
    line.begin(TWO.get(0));
    assertEquals("<clear>single: training", shown());
    now += SECOND / 20;
    line.report(new Progress(0, 2, 1, 40, 2.5));
    assertEquals("", shown());
    now += SECOND - SECOND / 20;
    line.report(new Progress(0, 2, 2, 40, 2.5));
    String early = shown();
    assertEquals("<clear>single: epoch 1/2, 5%, 50 images/s, loss 2.5000", early.split(" \\[")[0]);
    line.testing();
    status.say("single: done");
    assertEquals("<clear>single: testing<clear>single: done<end>", shown());
    status.doing("x".repeat(100));
    status.close();
    line.report(new Progress(1, 2, 2, 40, 2.5));
    status.say("too late");
    assertEquals("<clear>" + "x".repeat(79) + "<clear>", shown());
  }

  /// What a line says of the time left, in seconds, or NaN.
  private static double left(String line) {
    Matcher m = Pattern.compile(", (?:(\\d+) min )?(\\d+) s left").matcher(line);
    if (!m.find()) {
      return Double.NaN;
    }
    return Double.parseDouble(m.group(2))
        + (m.group(1) == null ? 0 : 60 * Integer.parseInt(m.group(1)));
  }

  /// Whatever the pace, what is said of the time left is near the truth, and something is said.
  ///
  /// @param slow how many times slower the first step is than a warm one
  /// @param slowSteps in how many steps that wears off
  /// @param second how much the second training costs compared with the warm-up's estimate
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "30, 10, 1", "300, 5, 1", "1000, 3, 1", "1, 1, 1.3", "20, 15, 0.8"})
  void theTimeLeftIsSaidWhenItIsKnown(double slow, int slowSteps, double second) {
    status = new StatusLine(new PrintWriter(text), StatusLine.Style.ONE_LINE, () -> now);
    ProgressLine line = new ProgressLine(status);
    int steps = 400;
    line.plan(TWO, new double[] {0.02 * steps, 0.04 * steps}, 1_000, "images");
    double[] seconds = new double[2 * steps];
    for (int i = 0; i < seconds.length; i++) {
      double wear = Math.pow(slow, Math.max(0, 1 - (double) i / slowSteps));
      seconds[i] = i < steps ? 0.02 * wear : 0.04 * second * wear;
    }
    double remaining = Arrays.stream(seconds).sum();
    int said = 0;
    for (int i = 0; i < seconds.length; i++) {
      if (i % steps == 0) {
        if (i > 0) {
          line.testing();
          now += 3 * SECOND;
        }
        line.begin(TWO.get(i / steps));
        shown();
      }
      now += (long) (seconds[i] * SECOND);
      remaining -= seconds[i];
      line.report(new Progress(0, 1, i % steps + 1, steps, 1));
      double left = left(shown());
      if (!Double.isNaN(left)) {
        said++;
        assertTrue(
            left <= 1.6 * remaining + 1 && left >= 0.6 * remaining - 1,
            "step " + i + ": said " + left + " s, " + remaining + " s are left");
      }
    }
    assertTrue(said > 50, "said " + said + " times");
  }

  @Test
  void theLossOfAPackedEnsembleIsItsMeanMembers() {
    List<Contestant> packed = List.of(contestant(Methods.PACKED, 4));
    ProgressLine line = line(StatusLine.Style.LINES, packed);
    line.begin(packed.getFirst());
    now += 10 * SECOND;
    line.report(new Progress(1, 2, 40, 40, 8));
    assertEquals("packed: epoch 2/2, 100%, 200 images/s, loss 2.0000<end>", shown());
  }

  @Test
  void nothingIsNothing() {
    ProgressLine line = line(StatusLine.Style.NONE, TWO);
    status.say("a");
    line.begin(TWO.getFirst());
    now += 100 * SECOND;
    line.report(new Progress(0, 2, 2, 40, 2.5));
    line.testing();
    status.close();
    assertEquals("", shown());
  }

  @Test
  void tellsWhereATrainingWasCutOff() {
    ProgressLine line = line(StatusLine.Style.NONE, TWO);
    line.begin(TWO.getFirst());
    assertEquals("", line.whereCutOff());
    line.report(new Progress(1, 2, 3, 40, 2.5));
    assertEquals(" in epoch 2 of 2", line.whereCutOff());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "0.4, 0 s",
    "59.4, 59 s",
    "59.6, 1 min 00 s",
    "65, 1 min 05 s",
    "3599.4, 59 min 59 s",
    "3600, 1 h 00 min",
    "7380, 2 h 03 min",
    "-1, 0 s"
  })
  void durations(double seconds, String words) {
    assertEquals(words, StatusLine.duration(seconds));
  }
}
