package dev.tutti.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.tutti.cli.compare.IsolationTable;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.cli.terminal.Version;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Parallel;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tutti doctor`: what Tutti runs on, one fact per line.
@Command(name = "doctor", description = "Prints the JVM, the machine and the backend in use.")
final class Doctor implements Runnable {
  /// The column of the values.
  private static final int INDENT = 11;

  @Spec private CommandSpec spec;

  @Option(
      names = "--isolation",
      description =
          "Check instead that members of each method do not touch each other: change the weights,"
              + " state and inputs of one, and compare the others' bits.")
  boolean isolation;

  @Override
  public void run() {
    if (isolation) {
      checkIsolation();
      return;
    }
    Runtime runtime = Runtime.getRuntime();
    line("tutti", Version.text());
    line(
        "java", "%s, %s", System.getProperty("java.vm.version"), System.getProperty("java.vendor"));
    line("java home", System.getProperty("java.home"));
    line("jit", System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.info"));
    line("os", "%s %s", System.getProperty("os.name"), System.getProperty("os.arch"));
    line("heap", "at most %d MiB", runtime.maxMemory() / (1 << 20));
    line("cores", "%d", runtime.availableProcessors());
    line("threads", "%d (-Dtutti.threads=N sets another number)", Parallel.threads());
    line("vectors", vectors());
    line("backend", "%s: %s", Backend.active().name(), Backend.active().why());
    spec.commandLine().getOut().flush();
  }

  private void checkIsolation() {
    IsolationTable found = IsolationTable.ofAll();
    PrintWriter out = spec.commandLine().getOut();
    found.table().lines(Terminal.ofStdout()).forEach(out::println);
    out.flush();
    if (!found.leaks().isEmpty()) {
      throw new IllegalStateException("isolation: " + String.join("; ", found.leaks()));
    }
  }

  /// The width of the vector registers that the JIT compiler uses, and whether it has fma: without
  /// it every `Math.fma` is computed by `BigDecimal`.
  private static String vectors() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options == null) {
      return "unknown, not a HotSpot JVM";
    }
    try {
      int bits = 8 * Integer.parseInt(options.getVMOption("MaxVectorSize").getValue());
      boolean fma = Boolean.parseBoolean(options.getVMOption("UseFMA").getValue());
      return bits + " bits, fma " + (fma ? "yes" : "no: float32 arithmetic will be very slow");
    } catch (IllegalArgumentException unknownOption) {
      return "unknown";
    }
  }

  private void line(String fact, String format, Object... values) {
    String value = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
    PrintWriter out = spec.commandLine().getOut();
    String text = String.format(Locale.ROOT, "%-" + (INDENT - 1) + "s %s", fact, value);
    Terminal.wrapped(text, INDENT).forEach(out::println);
  }
}
