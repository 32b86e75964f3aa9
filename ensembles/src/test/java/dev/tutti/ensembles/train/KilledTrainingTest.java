package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.ClassFolder;
import dev.tutti.nn.Layer;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Progress;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that trains is killed (SIGKILL on Unix) at random moments and started again, until it
/// gets to the end: checkpoint and history then have the bytes of an undisturbed training.
public class KilledTrainingTest {
  private static final int EPOCHS = 6;
  private static final int EVERY_STEPS = 2;
  private static final long SEED = 20;

  @TempDir private Path folder;

  /// Trains in `folder`, printing a line after every step and then waiting for a byte, so that it
  /// is never far ahead of who listens.
  public static void main(String[] arguments) {
    train(
        Path.of(arguments[0]),
        p -> {
          System.out.println("step");
          try {
            System.in.read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void train(Path folder, Progress.Listener listener) {
    new Trainer(Runs.recipe(EPOCHS), listener)
        .validating(Runs.validation(), new EarlyStopping(2).smoothing(0.3))
        .checkpointing(new Checkpointing(folder.resolve("run.safetensors"), EVERY_STEPS, true))
        .calling(new History(folder.resolve("history.jsonl")))
        .fit(Runs.ensemble(), Runs.batches());
  }

  @Test
  @Timeout(300)
  void killedAnywhereAndResumedEndsWithTheSameBytes() throws IOException, InterruptedException {
    Path calm = Files.createDirectory(folder.resolve("calm"));
    int[] steps = {0};
    train(calm, p -> steps[0]++);
    Path killed = Files.createDirectory(folder.resolve("killed"));
    SplittableRandom random = new SplittableRandom(SEED);
    int kills = 0;
    int taken = 0;
    boolean ended = false;
    while (!ended) {
      Process child = start(killed);
      try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
          OutputStream goOn = child.getOutputStream()) {
        // Far enough to be saved once, then somewhere in the next steps or in a saving.
        int after = EVERY_STEPS + random.nextInt(4);
        goOn.write(new byte[after + EVERY_STEPS]);
        goOn.flush();
        int lines = 0;
        while (lines < after && said.readLine() != null) {
          lines++;
        }
        taken += lines;
        if (lines == after) {
          Thread.sleep(0, random.nextInt(1_000_000));
          child.destroyForcibly();
        }
        int exit = child.waitFor();
        ended = exit == 0;
        kills += ended ? 0 : 1;
        assertTrue(ended || lines == after, "it ended by itself with " + exit);
      } finally {
        child.destroyForcibly();
      }
    }
    assertTrue(kills >= 5, kills + " kills");
    assertTrue(taken > steps[0], "steps were lost and taken again");
    for (String name : List.of("run.safetensors", "history.jsonl")) {
      assertArrayEquals(
          Files.readAllBytes(calm.resolve(name)), Files.readAllBytes(killed.resolve(name)), name);
    }
    try (var files = Files.list(killed)) {
      assertEquals(2, files.count(), "nothing else is left");
    }
  }

  /// Without flags the child computes on the reference backend: the same bits.
  private static Process start(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            String.join(
                File.pathSeparator,
                ClassFolder.of(Tensor.class),
                ClassFolder.of(Layer.class),
                ClassFolder.of(Trainer.class),
                ClassFolder.of(KilledTrainingTest.class)),
            KilledTrainingTest.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
