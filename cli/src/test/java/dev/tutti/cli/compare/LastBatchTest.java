package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.engine.Parallel;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One example more than whole batches, and a network whose batch normalisation sees one pixel.
class LastBatchTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;
  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.threads(threads);
  }

  /// A set in the files of MNIST.
  private void part(String prefix, int size) throws IOException {
    SplittableRandom random = new SplittableRandom(size);
    try (DataOutputStream images = file(prefix + "-images-idx3-ubyte");
        DataOutputStream labels = file(prefix + "-labels-idx1-ubyte")) {
      for (int value : new int[] {0x803, size, SIDE, SIDE}) {
        images.writeInt(value);
      }
      labels.writeInt(0x801);
      labels.writeInt(size);
      for (int i = 0; i < size; i++) {
        labels.write(i % 2);
        for (int p = 0; p < SIDE * SIDE; p++) {
          images.write(random.nextInt(128) + (i % 2 == 0 ? 0 : 127));
        }
      }
    }
  }

  private DataOutputStream file(String name) throws IOException {
    return new DataOutputStream(Files.newOutputStream(folder.resolve(name)));
  }

  private Outcome compare(String options) throws IOException {
    part("train", 3);
    part("t10k", 2);
    String fixed =
        " --data mnist --ood none --epochs 1 --model resnet18 --methods single --threads 2";
    String all = "compare --data-dir " + folder + fixed + " " + options;
    return Cli.run(all.split(" +"));
  }

  @Test
  void theLoneExampleIsJoinedToTheBatchBefore() throws IOException {
    Outcome outcome = compare("--batch 2");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("3 images"), outcome.err());
  }

  @Test
  void batchesOfOneAreRefusedBeforeTraining() throws IOException {
    Outcome outcome = compare("--batch 1");
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(
        "tutti: single: training: batch 3 of 3 has 1 row: batch_norm: training needs more than"
            + " one value per channel, got an input of [1, 1, 1, 512]; batches need at least 2"
            + " examples, the batch size is 1",
        outcome.lastError());
  }
}
