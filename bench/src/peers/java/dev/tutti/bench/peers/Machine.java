package dev.tutti.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The processor, if Linux names it.
final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private Machine() {}

  /// {@return its name, and the numbers that say more if a virtual machine hides the name}
  static String cpu() {
    Map<String, String> first = fields();
    return first.isEmpty()
        ? "unknown"
        : "%s (family %s, model %s, stepping %s)"
            .formatted(
                first.get("model name"),
                first.get("cpu family"),
                first.get("model"),
                first.get("stepping"));
  }

  /// {@return whether it is one of Intel's with the AVX-512 of Skylake's servers}
  static boolean isIntelWithAvx512() {
    Map<String, String> first = fields();
    String flags = " " + first.getOrDefault("flags", "") + " ";
    return "GenuineIntel".equals(first.get("vendor_id"))
        && Stream.of("avx512f", "avx512dq", "avx512bw", "avx512vl")
            .allMatch(f -> flags.contains(" " + f + " "));
  }

  /// What is said of the first core.
  private static Map<String, String> fields() {
    if (!Files.isReadable(CPU)) {
      return Map.of();
    }
    try (Stream<String> lines = Files.lines(CPU)) {
      return lines
          .takeWhile(l -> !l.isBlank())
          .map(l -> l.split(":", 2))
          .filter(f -> f.length == 2)
          .collect(Collectors.toMap(f -> f[0].strip(), f -> f[1].strip(), (a, b) -> a));
    } catch (IOException e) {
      return Map.of();
    }
  }
}
