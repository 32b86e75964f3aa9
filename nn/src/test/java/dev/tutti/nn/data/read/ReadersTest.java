package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Splits;
import dev.tutti.nn.data.glyph.Glyphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// What every reader gives goes through [Batches] in the same way: the keyed order of positions,
/// the set's own values, whatever the workers and threads.
class ReadersTest {
  private static final Map<String, Dataset> SETS = sets();

  private static Map<String, Dataset> sets() {
    Map<String, Dataset> sets = new LinkedHashMap<>();
    try {
      Path folder = Files.createTempDirectory("readers");
      byte[] labels = {0, 2, 1, 1, 0, 2, 2, 0, 1, 2, 0};
      Path idxImages =
          DataFiles.write(
              folder.resolve("images"), DataFiles.idxImages(11, 3, 2, DataFiles.random(11 * 6, 1)));
      Path idxLabels =
          DataFiles.write(
              folder.resolve("labels"), DataFiles.gzip(DataFiles.idxLabels(11, labels)));
      sets.put("idx", Idx.read("idx", idxImages, idxLabels));
      byte[] records = DataFiles.random(9 * 3073, 2);
      for (int i = 0; i < 9; i++) {
        records[i * 3073] = (byte) (i * 7 % 10);
      }
      DataFiles.write(folder.resolve("cifar/data_batch_1.bin"), records);
      DataFiles.write(folder.resolve("cifar/test_batch.bin"), records);
      sets.put("cifar", Cifar.read(folder.resolve("cifar")).train());
      StringBuilder csv = new StringBuilder("a,b,label\n");
      Random random = new Random(3);
      for (int i = 0; i < 13; i++) {
        csv.append(random.nextGaussian()).append(",").append(i).append(",c").append(i % 4);
        csv.append("\n");
      }
      sets.put("csv", Csv.read(DataFiles.write(folder.resolve("t.csv"), csv.toString())));
      Map<String, byte[]> images = new LinkedHashMap<>();
      for (int i = 0; i < 12; i++) {
        images.put("%c/%02d.png".formatted('a' + i % 3, i), DataFiles.dot(i, 2 * i, 255 - i));
      }
      Path zip = DataFiles.write(folder.resolve("z.zip"), DataFiles.zip(images));
      sets.put("zip", ImageFolder.read(zip));
      sets.put("lazy", ImageFolder.lazy(zip, 99, 5 * 31));
      images.forEach((path, bytes) -> DataFiles.write(folder.resolve("tree/" + path), bytes));
      sets.put("folder", ImageFolder.read(folder.resolve("tree")));
      sets.put("lazy folder", ImageFolder.lazy(folder.resolve("tree"), 99, 0));
      sets.put("glyphs", Glyphs.digits(10, 1));
      sets.put("part", Splits.bootstrap(Glyphs.digits(10, 1), 4).sample());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return sets;
  }

  @Provide
  Arbitrary<String> readers() {
    return Arbitraries.of(SETS.keySet());
  }

  @Property(tries = 60)
  void orderAndValuesAreTheSameForAnyNumberOfWorkersAndThreads(
      @ForAll("readers") String reader,
      @ForAll @IntRange(min = 1, max = 6) int batchSize,
      @ForAll @IntRange(min = 0, max = 4) int ahead,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll long seed) {
    Dataset set = SETS.get(reader);
    int before = Parallel.threads();
    try {
      Parallel.threads(threads);
      for (int workers : new int[] {0, 1, 2, 7}) {
        Batches plain = Batches.of(set, batchSize).shuffled(Key.of(seed));
        try (Batches batches = plain.prefetched(workers, ahead)) {
          for (int epoch = 0; epoch < 2; epoch++) {
            assertEpoch(set, Key.of(seed), batchSize, epoch, batches);
          }
        }
      }
    } finally {
      Parallel.threads(before);
    }
  }

  private static void assertEpoch(Dataset set, Key key, int batchSize, int epoch, Batches batches) {
    int[] order = key.fold(epoch).fold(0).permutation(set.size()).toInts();
    int elements = set.elements();
    for (int b = 0; b < batches.count(); b++) {
      Batch batch = batches.batch(epoch, b);
      int n = Math.min(batchSize, order.length - b * batchSize);
      int[] dims = batch.x().shape().dims();
      assertEquals(n, dims[0]);
      assertArrayEquals(set.shape(), Arrays.copyOfRange(dims, 1, dims.length));
      float[] x = batch.x().toFloats();
      float[] expected = new float[x.length];
      for (int i = 0; i < n; i++) {
        int example = order[b * batchSize + i];
        set.read(example, expected, i * elements);
        assertEquals(set.label(example), batch.targets().toInts()[i]);
      }
      assertArrayEquals(expected, x);
    }
  }
}
