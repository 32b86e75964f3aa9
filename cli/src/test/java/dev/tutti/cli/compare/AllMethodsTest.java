package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every method of the command, on few images.
class AllMethodsTest {
  @TempDir Path folder;

  private void run(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "compare",
                "--methods=all",
                "--limit=160",
                "--test-limit=60",
                "--epochs=4",
                "--quiet",
                "--out=" + folder.resolve(name)));
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(a -> a.startsWith("--members"))) {
      arguments.add("--members=3");
    }
    Cli.Outcome outcome = Cli.run(arguments.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    for (Method method : Methods.all()) {
      assertEquals(
          1,
          outcome
              .out()
              .lines()
              .takeWhile(line -> !line.isBlank())
              .filter(line -> line.replaceFirst("^[│ ]+", "").startsWith(method.label() + " "))
              .count(),
          method.label() + "\n" + outcome.out());
    }
  }

  private void same(String a, String b) throws IOException {
    for (Method method : Methods.all()) {
      String file = method.label() + ".safetensors";
      assertArrayEquals(
          Files.readAllBytes(folder.resolve(a).resolve(file)),
          Files.readAllBytes(folder.resolve(b).resolve(file)),
          file);
    }
  }

  @Test
  void haveARowAndTheSameBitsOnAnyNumberOfThreads() throws IOException {
    run("one", "--threads=1");
    run("two", "--threads=2");
    same("one", "two");
  }

  @Test
  void mayHaveOneMember() throws IOException {
    run("alone", "--members=1", "--model=mlp");
  }

  /// A run that was complete has nothing left to train but what follows the training.
  @Test
  void resumeWithTheSameBits() throws IOException {
    String place = "--checkpoint=" + folder.resolve("checkpoints");
    run("first", place, "--validation=0.2");
    run("again", place, "--validation=0.2", "--resume");
    same("first", "again");
  }
}
