package dev.tutti.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Real data sets, if this machine has them.
public final class RealData {
  private RealData() {}

  /// {@return a set's folder below `TUTTI_DATA`, or below `shared/data` next to the repository; the
  /// test that calls this is skipped if there is none}
  public static Path folder(String name) {
    String variable = System.getenv("TUTTI_DATA");
    Path folder = variable != null ? Path.of(variable, name) : Path.of("../../shared/data", name);
    assumeTrue(Files.isDirectory(folder), "no real data at " + folder);
    return folder;
  }
}
