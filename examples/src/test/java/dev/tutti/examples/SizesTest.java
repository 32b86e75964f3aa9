package dev.tutti.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The budget of lines of every package, in `docs/design/0003-sizes.md`.
class SizesTest {
  private static final Path ROOT = DocumentationTest.root();

  /// `| dev.tutti.nn | 2,491 | 2,600 |`: a package, its lines, its budget.
  private static final Pattern ROW =
      Pattern.compile("\\| `(dev\\.tutti[.\\w]*)` \\| ([\\d,]+) \\| ([\\d,]+) \\|");

  /// The share by which the lines of the document may be out of date.
  private static final double STALE = 0.05;

  private record Budget(int lines, int most) {}

  private static Map<String, Budget> budgets() throws IOException {
    Map<String, Budget> budgets = new TreeMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/design/0003-sizes.md"))) {
      Matcher row = ROW.matcher(line.strip());
      if (row.matches()) {
        budgets.put(row.group(1), new Budget(number(row.group(2)), number(row.group(3))));
      }
    }
    return budgets;
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace(",", ""));
  }

  /// The lines of main code of every package.
  private static Map<String, Integer> counted() throws IOException {
    Map<String, Integer> counted = new TreeMap<>();
    for (String module : List.of("engine", "nn", "ensembles", "cli", "examples")) {
      Path sources = ROOT.resolve(module + "/src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Path folder = sources.relativize(file).getParent();
          if (folder != null) {
            String name = folder.toString().replace(folder.getFileSystem().getSeparator(), ".");
            counted.merge(name, Files.readAllLines(file).size(), Integer::sum);
          }
        }
      }
    }
    return counted;
  }

  @Test
  void noPackageIsLargerThanItsBudget() throws IOException {
    Map<String, Budget> budgets = budgets();
    Map<String, Integer> counted = counted();
    assertEquals(counted.keySet(), budgets.keySet());
    List<String> wrong = new ArrayList<>();
    counted.forEach((name, lines) -> {
      Budget budget = budgets.get(name);
      if (lines > budget.most) {
        wrong.add("%s has %,d lines, its budget is %,d".formatted(name, lines, budget.most));
      }
      if (Math.abs(lines - budget.lines) > STALE * lines) {
        wrong.add("%s has %,d lines, the table says %,d".formatted(name, lines, budget.lines));
      }
    });
    assertTrue(wrong.isEmpty(), String.join("\n", wrong));
  }
}
