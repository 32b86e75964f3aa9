package dev.tutti.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The command in a JVM of its own, which can be sent Ctrl-C. Its streams go to files.
public final class ChildJvm implements AutoCloseable {
  private static final int SIGINT = 2;

  private final Process process;
  private final Path out;
  private final Path err;

  private ChildJvm(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// A process that was started with the signal ignored hands that on; then there is nothing to
  /// test.
  public static void assumeSignalsArrive() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.isReadable(status), "needs Linux");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        long ignored = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        assumeTrue((ignored >> (SIGINT - 1) & 1) == 0, "SIGINT is ignored here");
      }
    }
  }

  /// Starts the command; its streams become the files `out` and `err` of a folder.
  public static ChildJvm start(Path folder, List<String> arguments) throws IOException {
    return start(folder, "", arguments);
  }

  /// Starts it with another place for modules.
  public static ChildJvm start(Path folder, String place, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
    command.addAll(program(place));
    command.addAll(arguments);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new ChildJvm(process, out, err);
  }

  /// The modules' places, as this JVM has them, or its class path if it has no modules.
  private static List<String> program(String place) {
    if (!Main.class.getModule().isNamed()) {
      return List.of("-cp", System.getProperty("java.class.path"), Main.class.getName());
    }
    return List.of("--module-path", path(place), "--module", "dev.tutti.cli/dev.tutti.cli.Main");
  }

  /// {@return the modules' places, and another}
  public static String path(String place) {
    List<String> places = new ArrayList<>();
    ModuleLayer.boot()
        .configuration()
        .modules()
        .forEach(module ->
            module
                .reference()
                .location()
                .filter(uri -> uri.getScheme().equals("file"))
                .ifPresent(uri -> places.add(Path.of(uri).toString())));
    if (!place.isEmpty()) {
      places.add(place);
    }
    return String.join(File.pathSeparator, places);
  }

  /// {@return how a JVM of its own is started with these classes' folders or archives as class
  /// path, whether this JVM found them on a class path or patched into modules}
  public static List<String> java(List<String> flags, Class<?>... classes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    String path =
        Stream.of(classes).map(ChildJvm::place).distinct().collect(joining(File.pathSeparator));
    command.addAll(List.of("-cp", path));
    return command;
  }

  private static String place(Class<?> type) {
    String file = type.getName().replace('.', '/') + ".class";
    String resource = type.getResource("/" + file).toString();
    String root = resource.substring(0, resource.length() - file.length());
    return Path.of(
            URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root))
        .toString();
  }

  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  public String out() throws IOException {
    return Files.readString(out);
  }

  public String err() throws IOException {
    return Files.readString(err);
  }

  /// {@return the last line on standard error}
  public String lastError() throws IOException {
    return err().lines().reduce("", (former, line) -> line);
  }

  public void waitUntil(Predicate<String> errors) throws IOException, InterruptedException {
    for (int i = 0; i < 6_000 && !errors.test(err()); i++) {
      assertTrue(process.isAlive(), err());
      Thread.sleep(20);
    }
    assertTrue(errors.test(err()), err());
  }

  /// Sends Ctrl-C and returns the exit status.
  public int interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    return process.exitValue();
  }

  /// Ends it as a power cut would: no hook runs.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
