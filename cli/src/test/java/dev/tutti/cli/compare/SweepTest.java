package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.ChildJvm;
import dev.tutti.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SweepTest {
  private static final List<String> SMALL =
      List.of("sweep", "--limit=150", "--test-limit=20", "--model=mlp", "--quiet");

  @TempDir Path folder;

  private static Cli.Outcome run(List<String> arguments) {
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static List<String> with(String... more) {
    List<String> arguments = new ArrayList<>(SMALL);
    arguments.addAll(List.of(more));
    return arguments;
  }

  private List<JsonNode> trials(String... more) throws IOException {
    Path file = folder.resolve("trials" + System.nanoTime());
    List<String> arguments = with(more);
    arguments.add("--json=" + file);
    Cli.Outcome outcome = run(arguments);
    assertEquals(0, outcome.status(), outcome.err());
    return Files.readAllLines(file).stream()
        .map(line -> JsonMapper.shared().readTree(line))
        .toList();
  }

  @Test
  void theBestIsFirstAndWasTrainedToTheEnd() throws IOException {
    List<JsonNode> trials =
        trials("--search=lr=log:1e-5:1e-1", "--trials=8", "--keep=2", "--epochs=5");
    assertEquals(8, trials.size());
    assertEquals(
        List.of(5, 5, 2, 2, 1, 1, 1, 1),
        trials.stream().map(t -> t.get("epochs").asInt()).toList());
    assertTrue(
        trials.get(0).get("validation_loss").asDouble()
            <= trials.get(1).get("validation_loss").asDouble());
  }

  @Test
  void namedValuesAreAGrid() throws IOException {
    List<JsonNode> trials =
        trials(
            "--search=lr=0.001,0.01",
            "--search=momentum=0,0.5,0.9",
            "--optimizer=sgd",
            "--epochs=1",
            "--keep=6");
    assertEquals(
        6, trials.stream().map(t -> t.get("lr") + " " + t.get("momentum")).distinct().count());
  }

  /// The recipe can be pasted.
  @Test
  void theBestRecipeIsACommand() {
    Cli.Outcome outcome =
        run(with("--search=lr=0.01,0.02", "--search=weight-decay=0,0.1", "--epochs=2"));
    String text = outcome.out().replace("\n", " ");
    String command = text.substring(text.indexOf("tutti compare") + 6).strip();
    List<String> arguments = new ArrayList<>(List.of(command.split(" +")));
    arguments.add("--quiet");
    Cli.Outcome compared = run(arguments);
    assertEquals(0, compared.status(), command + ": " + compared.err());
    assertTrue(compared.out().contains("deep"), compared.out());
  }

  @Test
  void threadsChangeNothing() throws IOException {
    String[] arguments = {"--trials=6", "--epochs=2", "--threads=1"};
    List<JsonNode> one = trials(arguments);
    arguments[2] = "--threads=3";
    assertEquals(one, trials(arguments));
  }

  @Test
  void killedAndResumedItEndsTheSame() throws IOException, InterruptedException {
    List<String> arguments = with("--trials=8", "--epochs=80");
    List<String> killed = new ArrayList<>(arguments);
    killed.add("--checkpoint=" + folder.resolve("killed"));
    Path history = folder.resolve("killed/sweep.jsonl");
    try (ChildJvm jvm = ChildJvm.start(folder, killed)) {
      for (int i = 0; i < 6_000 && lines(history) < 3; i++) {
        Thread.sleep(10);
      }
      jvm.kill();
      assertTrue(lines(history) >= 3 && lines(history) < 80, jvm.err());
    }
    killed.add("--resume");
    Cli.Outcome resumed = run(killed);
    assertEquals(0, resumed.status(), resumed.err());
    assertEquals(run(arguments).out(), resumed.out());
  }

  private static int lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  /// The others go on; alone it is an error.
  @Test
  void aRateThatIsTooLargeIsNamed() throws IOException {
    List<JsonNode> trials =
        trials("--search=lr=0.01,1e30", "--optimizer=sgd", "--schedule=constant", "--epochs=2");
    assertEquals(0.01, trials.get(0).get("lr").asDouble());
    assertTrue(trials.get(1).get("validation_loss").isNull(), trials.toString());
    Cli.Outcome none =
        run(with("--search=lr=1e30", "--optimizer=sgd", "--schedule=constant", "--epochs=2"));
    assertEquals(1, none.status());
    assertEquals(
        "tutti: sweep: no trial has a finite loss; search smaller rates", none.lastError());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--search=depth=1,2|--search depth=1,2: needs NAME=VALUES, NAME one of lr, weight-decay, momentum, clip-norm",
        "--search=lr|--search lr: needs NAME=VALUES, NAME one of lr, weight-decay, momentum, clip-norm",
        "--search=lr=a|--search lr=a: VALUES are log:LOW:HIGH or numbers with commas between them",
        "--search=lr=log:1|--search lr=log:1: VALUES are log:LOW:HIGH or numbers with commas between them",
        "--search=lr=log:1:0.1|--search lr=log:1:0.1: a log-uniform value needs 0 < low ≤ high, got 1.0 and 0.1",
        "--search=lr=0.1,-1|--lr must be a positive number, got -1.0",
        "--search=momentum=0.1|--momentum goes with --optimizer sgd or rmsprop, not with adam",
        "--lr=0.1|--search lr and --lr name the same",
        "--patience=2|--patience does not go with sweep: --keep says how many members stop",
        "--trials=0|--trials must be at least 1, got 0",
        "--resume|--resume needs a --checkpoint folder",
      })
  void wrongUsageIsOneLine(String options, String line) {
    Cli.Outcome outcome = run(with(options.split(" ")));
    assertEquals("tutti: " + line + " (see 'tutti sweep --help')", outcome.lastError());
    assertEquals(2, outcome.status());
  }
}
