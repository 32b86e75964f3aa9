package dev.tutti.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// How busy other processes keep the machine, if Linux says so.
final class OtherProcesses {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double SECONDS_PER_TICK = 0.01;

  private final long start = System.nanoTime();
  private final double busy = busySeconds();
  private final double own = ownSeconds();

  private OtherProcesses() {}

  /// Begins to watch.
  static OtherProcesses watch() {
    return new OtherProcesses();
  }

  /// {@return the cores that others used since then, on average; 0 if it is not known}
  double cores() {
    double others = (busySeconds() - busy) - (ownSeconds() - own);
    double elapsed = (System.nanoTime() - start) / 1e9;
    return Math.max(0, others - 2 * SECONDS_PER_TICK) / elapsed;
  }

  /// The processors' time that was neither idle nor waiting for a disk.
  private static double busySeconds() {
    if (!Files.isReadable(STAT)) {
      return 0;
    }
    try (java.util.stream.Stream<String> lines = Files.lines(STAT)) {
      String[] fields = lines.findFirst().orElse("").trim().split("\\s+");
      long ticks = 0;
      for (int i = 1; i < Math.min(fields.length, 9); i++) {
        ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
      }
      return ticks * SECONDS_PER_TICK;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static double ownSeconds() {
    OperatingSystemMXBean os =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Files.isReadable(STAT) ? os.getProcessCpuTime() / 1e9 : 0;
  }
}
