package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.cli.terminal.Terminal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "compare --help",
        "data --help",
        "data get --help",
        "data list --help",
        "doctor --help",
        "doctor",
        "data list --data-dir /tmp",
        "--version"
      })
  void everyLineFitsEightyColumns(String command) {
    Outcome outcome = Cli.run(command.split(" "));
    assertEquals(0, outcome.status(), outcome.err());
    for (String line : outcome.out().lines().toList()) {
      assertTrue(line.length() <= Terminal.WIDTH, line.length() + ": " + line);
    }
  }
}
