package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.terminal.Failure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class MainTest {
  private record Outcome(int status, String out, String err) {}

  /// Runs the command with both streams captured.
  private static Outcome run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream formerOut = System.out;
    PrintStream formerErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = Main.run(args);
      return new Outcome(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(formerOut);
      System.setErr(formerErr);
    }
  }

  @Test
  void unknownCommandIsOneLineWithTheNearestName() {
    Outcome outcome = run("doctro");
    assertEquals(2, outcome.status());
    assertEquals(
        "tutti: unknown command 'doctro'; did you mean 'doctor'? (see 'tutti --help')",
        outcome.err().strip());
    assertEquals("", outcome.out());
  }

  @Test
  void unknownOptionIsOneLineWithTheNearestName() {
    Outcome outcome = run("doctor", "--hlep");
    assertEquals(2, outcome.status());
    assertEquals(
        "tutti: unknown option '--hlep'; did you mean '--help'? (see 'tutti doctor --help')",
        outcome.err().strip());
  }

  @Test
  void optionNearNoneListsTheValidOnes() {
    Outcome outcome = run("doctor", "--zyxwvuts=3");
    assertEquals(2, outcome.status());
    assertEquals(
        "tutti: unknown option '--zyxwvuts'; valid: --isolation, --help, --version (see 'tutti doctor"
            + " --help')",
        outcome.err().strip());
  }

  @Test
  void missingCommandNamesTheCommands() {
    Outcome outcome = run();
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().startsWith("tutti: a command is needed: "), outcome.err());
    assertTrue(outcome.err().contains("doctor"), outcome.err());
    assertEquals(1, outcome.err().lines().count());
  }

  @Test
  void versionIsTheBuildsOwn() {
    Outcome outcome = run("--version");
    assertEquals(0, outcome.status());
    assertTrue(outcome.out().matches("tutti \\d+\\.\\d+\\.\\d+\\S*\\R"), outcome.out());
  }

  @Test
  void doctorTellsWhatItRunsOn() {
    Outcome outcome = run("doctor");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains(System.getProperty("java.home")), outcome.out());
    assertTrue(
        outcome.out().contains("cores      " + Runtime.getRuntime().availableProcessors()),
        outcome.out());
  }

  @Test
  void failuresOfFilesNameTheFile() {
    assertEquals(
        "/data/train.gz: no such file or folder",
        Failure.message(new UncheckedIOException(new NoSuchFileException("/data/train.gz"))));
    assertEquals(
        "/data/train.gz: Is a directory",
        Failure.message(new FileSystemException("/data/train.gz", null, "Is a directory")));
  }

  @Test
  void failuresInsideTellHowToFindThem() {
    assertEquals(
        "IllegalStateException: no such state (TUTTI_JAVA_OPTS=-Dtutti.trace=true shows where)",
        Failure.message(new IllegalStateException("no such state\nsecond line")));
    assertTrue(Failure.message(new OutOfMemoryError()).contains("-Xmx"));
  }
}
