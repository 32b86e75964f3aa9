package dev.tutti.bench;

import dev.tutti.engine.Backend;
import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.image.Augment;
import dev.tutti.nn.data.read.ImageFolder;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Whether the input keeps up with the training: images per second that are decoded and augmented,
/// images per second that four ConvNets are trained on, and both at once. If training keeps all
/// cores busy, the input's share of their time is lost to it, and not more.
///
/// Batches of 64; flips, crops, colour jitter, normalisation. "Cold" is the first epoch, in which
/// every image is decoded and kept, "warm" the second one. The operating system has read the file
/// before, so no disk is measured. Every figure is the median of its rounds.
final class InputPipeline {
  private static final int BATCH = 64;
  private static final int MEMBERS = 4;
  private static final int ROUNDS = 3;
  private static final int IMAGES = 32 * BATCH;
  private static final int AHEAD = 4;

  /// Header and reference of an image's array, as [ImageFolder#lazy] counts them.
  private static final long IMAGE_OVERHEAD = 28;

  private static final Transform AUGMENTATION =
      Augment.randomHorizontalFlip(0.5)
          .then(Augment.randomCrop(4))
          .then(Augment.colorJitter(0.4, 0.4, 0.4, 0.1))
          .then(Transform.normalize(new float[] {0.5f}, new float[] {0.25f}));

  private final Path path;

  private InputPipeline(Path path) {
    this.path = path;
  }

  /// The argument is a folder or a zip archive of images, one folder per class.
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    if (args.length != 1) {
      System.err.println("input-pipeline: needs one argument, a folder or zip archive of images");
      System.exit(2);
    }
    try {
      new InputPipeline(Path.of(args[0])).run();
    } catch (DataError e) {
      System.err.println("input-pipeline: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run() {
    Dataset images = open();
    long each = images.elements() + IMAGE_OVERHEAD;
    System.out.printf(
        "backend %s, %d threads; %s, of which %d in batches of %d; cache bound %.1f MB%n",
        Backend.active().name(),
        Parallel.threads(),
        ImageFolder.lazy(path, Integer.MAX_VALUE, 0),
        images.size(),
        BATCH,
        images.size() * each / 1e6);
    System.out.printf("%-52s %10s%n", "", "images/s");
    input(1); // C2 compiles decoder and transforms
    for (int workers = 1; workers <= Parallel.threads(); workers++) {
      double[] speeds = input(workers);
      String threads = workers == 1 ? "1 thread" : workers + " threads";
      print("decode + augment, cold, " + threads, speeds[0]);
      print("augment, warm, " + threads, speeds[1]);
    }
    Batches ready = Batches.of(images, BATCH).shuffled(Key.of(1));
    train(ready, 2); // decodes, and C2 compiles the step
    double[][] speeds = new double[4][ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      speeds[0][r] = train(ready, 1)[0];
      speeds[1][r] = train(batches(images), 1)[0];
      try (Batches ahead = batches(open()).prefetched(1, AHEAD)) {
        double[] both = train(ahead, 2);
        speeds[2][r] = both[0];
        speeds[3][r] = both[1];
      }
    }
    double alone = median(speeds[0]);
    print("training step, 4 ConvNets, images ready", alone);
    print("both, each shard augments for itself, warm", median(speeds[1]));
    print("both, prefetched by 1 thread, cold", median(speeds[2]));
    print("both, prefetched by 1 thread, warm", median(speeds[3]));
    System.out.printf(
        "share of the step's speed that is left: cold %.2f, warm %.2f%n",
        median(speeds[2]) / alone, median(speeds[3]) / alone);
  }

  /// Images with an empty cache that has room for all.
  private Dataset open() {
    Dataset one = ImageFolder.lazy(path, 1, 0);
    long each = one.elements() + IMAGE_OVERHEAD;
    return ImageFolder.lazy(path, IMAGES, IMAGES * each);
  }

  private static Batches batches(Dataset images) {
    return Batches.of(images, BATCH).shuffled(Key.of(1)).transformed(AUGMENTATION);
  }

  /// Images per second of the first epoch and of the second.
  private double[] input(int workers) {
    double[][] speeds = new double[2][ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      try (Batches ahead = batches(open()).prefetched(workers - 1, AHEAD + workers)) {
        for (int epoch = 0; epoch < 2; epoch++) {
          long start = System.nanoTime();
          for (int i = 0; i < ahead.count(); i++) {
            ahead.batch(epoch, i);
          }
          speeds[epoch][r] = ahead.examples() / seconds(start);
        }
      }
    }
    return new double[] {median(speeds[0]), median(speeds[1])};
  }

  /// Images per second of every epoch, each counted once although all members see it.
  private static double[] train(Batches batches, int epochs) {
    Dataset data = batches.data();
    DeepEnsemble ensemble =
        DeepEnsemble.init(
            Key.of(2), MEMBERS, k -> ConvNet.init(k, Shape.of(data.shape()), data.numClasses()));
    Recipe recipe = new Recipe(new Adam(), 1e-3, Schedule.constant(), epochs);
    long[] ends = new long[epochs + 1];
    Progress.Listener clock =
        p -> {
          if (p.step() == p.steps()) {
            ends[p.epoch() + 1] = System.nanoTime();
          }
        };
    ends[0] = System.nanoTime();
    new Trainer(recipe, clock).fit(ensemble, batches);
    double[] speeds = new double[epochs];
    for (int e = 0; e < epochs; e++) {
      speeds[e] = batches.examples() * 1e9 / (ends[e + 1] - ends[e]);
    }
    return speeds;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String what, double speed) {
    System.out.printf("%-52s %10.0f%n", what, speed);
  }
}
