package dev.tutti.bench.peers;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The file of results: `{"machine": {…}, "rows": […]}`.
final class Results {
  private Results() {}

  /// Writes the file atomically.
  ///
  /// @param facts what the sessions found out about themselves
  /// @param flags options of the JVM that measured
  static void write(Path file, Map<String, String> facts, List<String> flags, List<Row> rows)
      throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cpu", Json.text(Machine.cpu()));
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put("os", Json.text(System.getProperty("os.name") + " " + System.getProperty("os.arch")));
    machine.put("java", Json.text(System.getProperty("java.vm.version")));
    machine.put("flags", Json.text(String.join(" ", flags)));
    machine.put("collector", Json.text(collector()));
    Versions.all().forEach((peer, version) -> machine.put(peer, Json.text(version)));
    facts.forEach((name, value) -> machine.put(name, Json.text(value)));
    machine.put("date", Json.text(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    String head =
        machine.entrySet().stream()
            .map(e -> "    " + Json.text(e.getKey()) + ": " + e.getValue())
            .collect(Collectors.joining(",\n"));
    String body = rows.stream().map(r -> "    " + r.json()).collect(Collectors.joining(",\n"));
    String text =
        "{\n  \"machine\": {\n" + head + "\n  },\n  \"rows\": [\n" + body + "\n  ]\n}\n";
    Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String collector() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .map(GarbageCollectorMXBean::getName)
        .collect(Collectors.joining(", "));
  }
}
