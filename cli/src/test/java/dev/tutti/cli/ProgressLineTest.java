package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packed;
import dev.tutti.ensembles.Packing;
import dev.tutti.ensembles.train.Progress;
import dev.tutti.nn.models.Mlp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter text = new StringWriter();
  private long now = 77;
  private StatusLine status;

  /// Two trainings of equal cost: one network of 1,000 flops, and four of 500 on two threads.
  private static final List<Contestant> TWO =
      List.of(contestant(Method.SINGLE, 1, 1_000), contestant(Method.DEEP, 4, 2_000));

  private static Contestant contestant(Method method, int members, long flops) {
    Ensemble ensemble =
        method == Method.PACKED
            ? Packed.mlp(Key.of(0), 2, 2, 2, new Packing(2, members))
            : DeepEnsemble.init(Key.of(0), members, key -> Mlp.init(key, 2, 2, 2));
    return new Contestant(method, Model.MLP, ensemble, 1, flops);
  }

  private ProgressLine line(StatusLine.Style style, List<Contestant> contestants) {
    status = new StatusLine(new PrintWriter(text), style, () -> now);
    ProgressLine line = new ProgressLine(status, 2);
    line.plan(contestants, 2, 1_000, "images");
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
    line.begin(TWO.get(0), 2);
    assertEquals("a line that stays<end>", shown());
    for (int s = 1; s <= 19; s++) {
      now += SECOND;
      line.report(new Progress(0, 2, s, 40, 2.5));
    }
    // A quarter of the first of two epochs of one of two trainings took 10 s, a sixteenth of all.
    assertEquals(
        "single: epoch 1/2, 25%, 25 images/s, loss 2.5000, 2 min 30 s left in all<end>", shown());
    now += 20 * SECOND;
    line.report(new Progress(1, 2, 20, 40, 0.25));
    assertEquals(
        "single: epoch 2/2, 50%, 38 images/s, loss 0.2500, 1 min 05 s left in all<end>", shown());
    line.testing();
    now += 100 * SECOND;
    line.begin(TWO.get(1), 2);
    assertEquals("", shown());
    now += 20 * SECOND;
    line.report(new Progress(0, 2, 40, 40, 1));
    // 39 and 20 s of training for three quarters of the work; testing does not count.
    assertEquals("deep: epoch 1/2, 100%, 50 images/s, loss 1.0000, 20 s left in all<end>", shown());
  }

  @Test
  void onATerminalOneLineIsWrittenOver() {
    ProgressLine line = line(StatusLine.Style.ONE_LINE, TWO);
    line.begin(TWO.get(0), 2);
    assertEquals("<clear>single: training", shown());
    now += SECOND / 20;
    line.report(new Progress(0, 2, 1, 40, 2.5));
    assertEquals("", shown());
    now += SECOND - SECOND / 20;
    line.report(new Progress(0, 2, 2, 40, 2.5));
    assertEquals(
        "<clear>single: epoch 1/2, 5%, 50 images/s, loss 2.5000, 1 min 19 s left in all", shown());
    line.testing();
    status.say("single: done");
    assertEquals("<clear>single: testing<clear>single: done<end>", shown());
    status.doing("x".repeat(100));
    status.close();
    line.report(new Progress(1, 2, 2, 40, 2.5));
    status.say("too late");
    assertEquals("<clear>" + "x".repeat(79) + "<clear>", shown());
  }

  @Test
  void theLossOfAPackedEnsembleIsItsMeanMembers() {
    List<Contestant> packed = List.of(contestant(Method.PACKED, 4, 1_000));
    ProgressLine line = line(StatusLine.Style.LINES, packed);
    line.begin(packed.getFirst(), 2);
    now += 10 * SECOND;
    line.report(new Progress(1, 2, 40, 40, 8));
    assertEquals(
        "packed: epoch 2/2, 100%, 200 images/s, loss 2.0000, 0 s left in all<end>", shown());
  }

  @Test
  void nothingIsNothing() {
    ProgressLine line = line(StatusLine.Style.NONE, TWO);
    status.say("a");
    line.begin(TWO.getFirst(), 2);
    now += 100 * SECOND;
    line.report(new Progress(0, 2, 2, 40, 2.5));
    line.testing();
    status.close();
    assertEquals("", shown());
  }

  @Test
  void tellsWhereATrainingWasCutOff() {
    ProgressLine line = line(StatusLine.Style.NONE, TWO);
    line.begin(TWO.getFirst(), 2);
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
