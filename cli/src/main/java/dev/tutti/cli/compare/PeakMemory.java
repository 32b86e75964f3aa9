package dev.tutti.cli.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that this process has used.
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT_PEAK = "VmHWM:";

  private PeakMemory() {}

  /// {@return bytes: on Linux the peak of the process's resident memory, elsewhere the sum of the
  /// peaks of the JVM's memory pools}
  static long bytes() {
    try {
      if (Files.isReadable(STATUS)) {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith(RESIDENT_PEAK)) {
            String kibibytes = line.substring(RESIDENT_PEAK.length()).replace("kB", "").strip();
            return 1024 * Long.parseLong(kibibytes);
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      return pools();
    }
    return pools();
  }

  private static long pools() {
    long sum = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      sum += pool.getPeakUsage().getUsed();
    }
    return sum;
  }
}
