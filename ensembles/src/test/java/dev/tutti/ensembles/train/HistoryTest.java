package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lines of JSON, one per epoch.
class HistoryTest {
  private static final EpochReport REPORT =
      new EpochReport(
          12,
          20,
          List.of(0.5, 1e-7),
          List.of(1.25, Double.NaN),
          List.of(2.0, Double.POSITIVE_INFINITY),
          List.of(0.75, Double.NaN),
          List.of(11, -1),
          List.of(false, true));

  private static final String LINE =
      "{\"epoch\":12,\"epochs\":20,\"lr\":[0.5,1.0E-7],\"loss\":[1.25,null],"
          + "\"validation_loss\":[2.0,null],\"validation_accuracy\":[0.75,null],"
          + "\"best_epoch\":[11,-1],\"stopped\":[false,true]}";

  @Test
  void linesAreJsonInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(LINE, REPORT.toJson());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void withoutValidationNothingIsSaidOfIt() {
    EpochReport report =
        new EpochReport(
            0, 1, List.of(1.0), List.of(2.0), List.of(), List.of(), List.of(-1), List.of(false));
    assertEquals(
        "{\"epoch\":0,\"epochs\":1,\"lr\":[1.0],\"loss\":[2.0],\"best_epoch\":[-1],\"stopped\":[false]}",
        report.toJson());
  }

  @Test
  void everyTrainingWritesItsOwnLines(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("history.jsonl");
    Trainer trainer = new Trainer(Runs.recipe(2)).calling(new History(file));
    trainer.fit(Runs.ensemble(), Runs.batches());
    String once = Files.readString(file);
    trainer.fit(Runs.ensemble(), Runs.batches());
    assertEquals(once, Files.readString(file));
    assertEquals(2, once.lines().count());
  }
}
