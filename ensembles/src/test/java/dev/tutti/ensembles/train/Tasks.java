package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.image.Augment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Small data sets for tests of training, and the number of threads to train with.
public final class Tasks {
  /// The lock on the number of threads, which belongs to the whole JVM.
  public static final String THREADS = "dev.tutti.engine.Parallel.threads";

  /// Numbers of threads that cut four members in all ways.
  static final int[] THREAD_COUNTS = {1, 2, 3, 7};

  private Tasks() {}

  /// Grey images of noise in which a class is a bright quadrant.
  public static Dataset quadrants(int size, Shape image) {
    SplittableRandom random = new SplittableRandom(77);
    int h = image.dim(0);
    int w = image.dim(1);
    byte[][] pixels = new byte[size][h * w];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 4;
      for (int p = 0; p < h * w; p++) {
        int quadrant = p / w / ((h + 1) / 2) * 2 + p % w / ((w + 1) / 2);
        pixels[i][p] = (byte) (random.nextInt(100) + (quadrant == labels[i] ? 120 : 0));
      }
    }
    return Dataset.ofImages("quadrants", h, w, 1, pixels, labels, List.of("nw", "ne", "sw", "se"));
  }

  /// Grey images of noise alone.
  public static Dataset noise(int size, Shape image) {
    SplittableRandom random = new SplittableRandom(78);
    byte[][] pixels = new byte[size][image.size()];
    for (byte[] one : pixels) {
      random.nextBytes(one);
    }
    int[] labels = new int[size];
    return Dataset.ofImages(
        "noise", image.dim(0), image.dim(1), 1, pixels, labels, List.of("nw", "ne", "sw", "se"));
  }

  /// Shuffled batches with random crops, so that a batch differs from epoch to epoch.
  public static Batches batches(Dataset data, int batchSize) {
    return Batches.of(data, batchSize)
        .shuffled(Key.of(3))
        .transformed(Augment.randomCrop(1).then(normalized()));
  }

  public static Transform normalized() {
    return Transform.normalize(new float[] {0.3f}, new float[] {0.25f});
  }

  /// Runs `body` with a number of threads and puts the old one back.
  public static void withThreads(int threads, Runnable body) {
    int before = Parallel.threads();
    Parallel.threads(threads);
    try {
      body.run();
    } finally {
      Parallel.threads(before);
    }
  }

  static IntStream threadCounts() {
    return IntStream.of(THREAD_COUNTS);
  }
}
