package dev.tutti.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// What a program prints.
final class Printed {
  private Printed() {}

  /// {@return what `program` writes to standard output, lines separated by `\n`}
  static String by(Runnable program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream former = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(former);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
