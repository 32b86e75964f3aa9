package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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
        "doctor --isolation",
        "sweep --help",
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

  /// Every option of `compare` is in its page, and every option of the page exists.
  @Test
  void thePageNamesTheOptions() throws IOException {
    Set<String> help = options(Cli.run("compare", "--help").out());
    Set<String> page = options(Files.readString(Path.of("../docs/compare.md")));
    help.remove("--version");
    page.remove("--help");
    help.remove("--help");
    assertEquals(help, page);
  }

  private static Set<String> options(String text) {
    return Pattern.compile("(?<![\\w-])--[a-z][a-z-]+")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
