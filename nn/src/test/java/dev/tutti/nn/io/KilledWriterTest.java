package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.engine.Tensor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that are killed while they write: the file is whole whenever that happens.
class KilledWriterTest {
  private static final String NAME = "state.safetensors";

  @TempDir Path folder;

  private final List<Process> children = new ArrayList<>();

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  /// A tree whose every element is its number.
  private static Map<String, Tensor> state(int number) {
    return Map.of("a", Tensor.full(number, 300, 500), "b", Tensor.of(new int[] {number}));
  }

  /// Writes one checkpoint after the other, forever.
  static final class Checkpoints {
    private Checkpoints() {}

    public static void main(String[] args) {
      for (int i = 0; ; i++) {
        Checkpoint.write(Path.of(args[0]), state(i), Map.of("step", "" + i));
        if (i == 0) {
          System.out.println("started");
        }
      }
    }
  }

  /// Writes a part of a file and waits for the end.
  static final class Half {
    private Half() {}

    public static void main(String[] args) {
      AtomicFile.write(
          Path.of(args[0]),
          out -> {
            out.write(new byte[100_000]);
            out.flush();
            System.out.println("started");
            try {
              Thread.sleep(TimeUnit.MINUTES.toMillis(5));
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          });
    }
  }

  /// A child that has said that it started.
  private Process start(Class<?> main, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp"));
    command.add(
        String.join(
            File.pathSeparator,
            ClassFolder.of(Tensor.class),
            ClassFolder.of(AtomicFile.class),
            ClassFolder.of(main)));
    command.add(main.getName());
    command.add(folder.resolve(NAME).toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process child = builder.start();
    children.add(child);
    String line = child.inputReader(StandardCharsets.UTF_8).readLine();
    assertEquals("started", line);
    return child;
  }

  private static void kill(Process child) throws InterruptedException {
    child.destroyForcibly().waitFor();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everyKillLeavesAWholeCheckpoint() throws Exception {
    Random random = new Random(1);
    for (int kills = 0; kills < 10; kills++) {
      Process child = start(Checkpoints.class);
      // Our writes sweep the folder, which must not disturb the child's.
      for (int i = random.nextInt(4); i > 0; i--) {
        Checkpoint.write(folder.resolve("other"), state(i), Map.of());
      }
      Thread.sleep(random.nextInt(60));
      assertTrue(child.isAlive());
      kill(child);
      Checkpoint saved = Checkpoint.read(folder.resolve(NAME));
      int step = Integer.parseInt(saved.about().get("step"));
      Bits.assertSame(state(step), saved.into(state(0)));
    }
    Checkpoint.write(folder.resolve("other"), state(0), Map.of());
    assertEquals(List.of("other", NAME), names());
  }

  @Test
  void aKillInTheMiddleLeavesTheFormerFile() throws Exception {
    Checkpoint.write(folder.resolve(NAME), state(5), Map.of());
    Process child = start(Half.class);
    assertEquals(2, names().size());
    AtomicFile.write(folder.resolve("other"), out -> out.write(1));
    assertEquals(3, names().size(), "a part whose writer lives was swept away");
    kill(child);
    Bits.assertSame(state(5), Checkpoint.read(folder.resolve(NAME)).into(state(0)));
    AtomicFile.write(folder.resolve("other"), out -> out.write(2));
    assertEquals(List.of("other", NAME), names());
  }

  /// Writes a checkpoint that is larger than this process may write.
  static final class Large {
    private Large() {}

    public static void main(String[] args) {
      System.out.println("started");
      try {
        Checkpoint.write(Path.of(args[0]), state(7), Map.of());
      } catch (DataError e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /// For the child, a disk that is full after 256 KiB.
  @Test
  void aFullDiskLeavesTheFormerFile() throws Exception {
    assumeTrue(Files.exists(Path.of("/bin/sh")));
    Checkpoint.write(folder.resolve(NAME), state(5), Map.of());
    Process child = start(Large.class, "/bin/sh", "-c", "ulimit -f 512; exec \"$@\"", "sh");
    assertEquals(
        folder.resolve(NAME) + ": cannot be written: File too large",
        child.inputReader(StandardCharsets.UTF_8).readLine());
    assertEquals(0, child.waitFor());
    Bits.assertSame(state(5), Checkpoint.read(folder.resolve(NAME)).into(state(0)));
    assertEquals(List.of(NAME), names());
  }
}
