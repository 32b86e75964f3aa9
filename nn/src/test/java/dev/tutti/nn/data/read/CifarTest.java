package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.concat;
import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.random;
import static dev.tutti.nn.data.read.DataFiles.tar;
import static dev.tutti.nn.data.read.DataFiles.tarEntry;
import static dev.tutti.nn.data.read.DataFiles.tarHeader;
import static dev.tutti.nn.data.read.DataFiles.withTarChecksum;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
  private static final String TOP = "cifar-10-batches-bin/";
  private static final byte[] TEST = batch(2, 7);
  private static final byte[] BATCH_1 = batch(3, 8);
  private static final byte[] BATCH_2 = batch(1, 9);
  private static final byte[] BATCH_10 = batch(20, 10);
  private static final byte[] NAMES =
      "a\nb\r\nc\nd\ne\nf\ng\nh\ni\nj k\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TAR =
      tar(
          tarEntry(TOP, '5', new byte[0]),
          tarEntry(TOP + "data_batch_10.bin", '0', BATCH_10),
          tarEntry(TOP + "readme.html", '0', random(700, 1)),
          tarEntry(TOP + "data_batch_1.bin", '0', BATCH_1),
          tarEntry(TOP + "batches.meta.txt", '0', NAMES),
          tarEntry(TOP + "test_batch.bin", '\0', TEST),
          tarEntry(TOP + "data_batch_2.bin", '0', BATCH_2));

  @TempDir Path folder;

  /// `records` records with random pixels, record i labelled (i + seed) mod 10.
  private static byte[] batch(int records, int seed) {
    byte[] batch = random(3073 * records, seed);
    for (int i = 0; i < records; i++) {
      batch[3073 * i] = (byte) ((i + seed) % 10);
    }
    return batch;
  }

  private static void assertHolds(Dataset set, byte[]... batches) {
    byte[] records = concat(batches);
    assertEquals(records.length / 3073, set.size());
    assertArrayEquals(new int[] {32, 32, 3}, set.shape());
    for (int i = 0; i < set.size(); i++) {
      assertEquals(records[3073 * i], set.label(i));
      int[] pixels = DataFiles.bytes(set, i);
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          for (int c = 0; c < 3; c++) {
            int expected = records[3073 * i + 1 + 1024 * c + 32 * y + x] & 0xff;
            assertEquals(expected, pixels[(32 * y + x) * 3 + c]);
          }
        }
      }
    }
  }

  private void assertRefused(String line, byte[] archive) {
    Path file = write(folder.resolve("c.tar"), archive);
    assertError(folder + "/" + line, () -> Cifar.read(file));
  }

  @Test
  void readsArchives() {
    for (byte[] archive : List.of(TAR, gzip(TAR))) {
      Dataset.Split split = Cifar.read(write(folder.resolve("c.bin"), archive));
      assertHolds(split.train(), BATCH_1, BATCH_2, BATCH_10);
      assertHolds(split.test(), TEST);
      assertEquals("j k", split.train().classes().get(9));
      assertEquals(split.train().classes(), split.test().classes());
    }
  }

  @Test
  void readsFolders() {
    write(folder.resolve("top/data_batch_1.bin"), BATCH_1);
    write(folder.resolve("top/data_batch_2.bin"), BATCH_2);
    write(folder.resolve("top/test_batch.bin"), TEST);
    Dataset.Split split = Cifar.read(folder.resolve("top"));
    assertHolds(split.train(), BATCH_1, BATCH_2);
    assertHolds(split.test(), TEST);
    assertEquals("airplane", split.test().classes().getFirst());
    write(folder.resolve("top/batches.meta.txt"), NAMES);
    assertEquals("a", Cifar.read(folder.resolve("top")).test().classes().getFirst());
  }

  @Test
  void findsTheBatchesInAFolder() {
    Path outer = folder.resolve("outer");
    write(outer.resolve("cifar-10.tar.gz"), gzip(TAR));
    assertEquals(24, Cifar.read(outer).train().size());
    write(outer.resolve("another.tgz"), gzip(TAR));
    assertError(
        outer
            + ": holds no CIFAR-10 batches, no folder cifar-10-batches-bin, and 2 tar archives;"
            + " name the one to read",
        () -> Cifar.read(outer));
    write(outer.resolve(TOP + "data_batch_1.bin"), BATCH_1);
    write(outer.resolve(TOP + "test_batch.bin"), TEST);
    assertEquals(3, Cifar.read(outer).train().size());
    Path empty = folder.resolve("empty");
    write(empty.resolve("x.txt"), "x");
    assertError(
        empty + ": holds no CIFAR-10 batches, no folder cifar-10-batches-bin, and 0 tar archives",
        () -> Cifar.read(empty));
    Path missing = folder.resolve("missing");
    assertError(missing + ": no such file", () -> Cifar.read(missing));
  }

  @Test
  void refusesMissingAndDoubleParts() {
    byte[] train = tarEntry("data_batch_1.bin", '0', BATCH_1);
    byte[] test = tarEntry("test_batch.bin", '0', TEST);
    String needed = " (CIFAR-10's binary version is needed)";
    assertRefused("c.tar: holds no test_batch.bin" + needed, tar(train));
    assertRefused("c.tar: holds no data_batch_1.bin" + needed, tar(test));
    assertRefused("c.tar: holds data_batch_1.bin more than once", tar(train, test, train));
    assertRefused("c.tar: holds test_batch.bin more than once", tar(train, test, test));
  }

  @Test
  void ignoresNamesThatLeadOutOfTheArchive() throws IOException {
    byte[] train = tarEntry("./data_batch_1.bin", '0', BATCH_1);
    byte[] test = tarEntry("x/y/test_batch.bin", '0', TEST);
    byte[] evil =
        tar(
            tarEntry("../../data_batch_1.bin", '0', BATCH_2),
            tarEntry("/data_batch_2.bin", '0', BATCH_2),
            tarEntry("x/../../test_batch.bin", '0', BATCH_2),
            tarEntry("data_batch_3.bin", '2', new byte[0]), // a link
            train,
            test);
    Path inner = folder.resolve("a/b");
    Dataset.Split split = Cifar.read(write(inner.resolve("c.tar"), evil));
    assertHolds(split.train(), BATCH_1);
    assertHolds(split.test(), TEST);
    try (var files = Files.walk(folder)) {
      assertEquals(List.of(inner.resolve("c.tar")), files.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void passesOverExtendedHeadersAndReadsBothSizeNotations() {
    byte[] gnu = tarHeader("test_batch.bin", '0', "\0".repeat(12));
    gnu[124] = (byte) 0x80;
    gnu[134] = (byte) (TEST.length >> 8);
    gnu[135] = (byte) TEST.length;
    byte[] spaces = tarHeader("data_batch_1.bin", '0', "%11o ".formatted(BATCH_1.length));
    byte[] archive =
        tar(
            tarEntry("pax_global_header", 'g', random(52, 1)),
            tarEntry("PaxHeaders/x", 'x', "20 path=other\n".getBytes(StandardCharsets.UTF_8)),
            spaces,
            BATCH_1,
            new byte[-BATCH_1.length & 511],
            tarEntry("././@LongLink", 'L', random(600, 2)),
            withTarChecksum(gnu),
            TEST,
            new byte[-TEST.length & 511]);
    Dataset.Split split = Cifar.read(write(folder.resolve("c.tar"), archive));
    assertHolds(split.train(), BATCH_1);
    assertHolds(split.test(), TEST);
  }

  @Test
  void joinsThePrefixOfUstarNames() {
    byte[] header = tarHeader("data_batch_1.bin", '0', "%011o\0".formatted(BATCH_1.length));
    DataFiles.put(header, 345, "..");
    byte[] test = tarEntry("test_batch.bin", '0', TEST);
    byte[] archive = tar(withTarChecksum(header), BATCH_1, new byte[-BATCH_1.length & 511], test);
    assertRefused(
        "c.tar: holds no data_batch_1.bin (CIFAR-10's binary version is needed)", archive);
  }

  @Test
  void refusesBatchesOfAnotherFormat() {
    byte[] test = tarEntry("test_batch.bin", '0', TEST);
    assertRefused(
        "c.tar: data_batch_1.bin has 3074 bytes; CIFAR-10's records have 3073 each",
        tar(tarEntry("data_batch_1.bin", '0', new byte[3074]), test));
    assertRefused(
        "c.tar: data_batch_1.bin has 0 bytes; CIFAR-10's records have 3073 each",
        tar(tarEntry("data_batch_1.bin", '0', new byte[0]), test));
    byte[] label = BATCH_1.clone();
    label[3073] = 10;
    label[2 * 3073] = (byte) 200;
    assertRefused(
        "c.tar: label 10 of record 1 of data_batch_1.bin; CIFAR-10 has 0..9",
        tar(tarEntry("data_batch_1.bin", '0', label), test));
    label[3073] = 9;
    assertRefused(
        "c.tar: label 200 of record 2 of data_batch_1.bin; CIFAR-10 has 0..9",
        tar(tarEntry("data_batch_1.bin", '0', label), test));
    assertRefused(
        "c.tar: batches.meta.txt names 1 class; CIFAR-10 has 10",
        tar(tarEntry("batches.meta.txt", '0', new byte[] {'a'})));
    assertRefused(
        "c.tar: batches.meta.txt has 70000 bytes; ten names need fewer",
        tar(tarEntry("batches.meta.txt", '0', new byte[70000])));
    Path bad = folder.resolve("bad");
    write(bad.resolve("data_batch_1.bin"), new byte[3072]);
    assertError(
        bad + ": data_batch_1.bin has 3072 bytes; CIFAR-10's records have 3073 each",
        () -> Cifar.read(bad));
    write(bad.resolve("data_batch_1.bin"), new byte[0]);
    assertError(bad + "/data_batch_1.bin: is empty (0 bytes)", () -> Cifar.read(bad));
  }

  @Test
  void refusesArchivesThatEndEarly() {
    byte[] entry = tarEntry("data_batch_1.bin", '0', BATCH_1);
    String cutOff =
        "c.tar: entry \"data_batch_1.bin\" promises 9219 bytes, the archive ends after 4000";
    assertRefused(cutOff, Arrays.copyOf(entry, 512 + 4000));
    assertRefused(cutOff, gzip(Arrays.copyOf(entry, 512 + 4000)));
    byte[] other = tarEntry("readme.html", '0', new byte[9219]);
    assertRefused(
        "c.tar: entry \"readme.html\" promises 9219 bytes, the archive ends after 4000",
        Arrays.copyOf(other, 512 + 4000));
    assertRefused(
        "c.tar: the archive ends after %d bytes without a tar end mark".formatted(entry.length),
        entry);
    assertRefused(
        "c.tar: not a tar archive, or cut off within a header, after 100 bytes", new byte[100]);
    byte[] packed = gzip(TAR);
    assertRefused("c.tar: the gzip data is cut off", Arrays.copyOf(packed, packed.length - 3));
    byte[] half = Arrays.copyOf(packed, packed.length / 2);
    Path file = write(folder.resolve("half"), half);
    try {
      Cifar.read(file);
      throw new AssertionError("half an archive was read");
    } catch (DataError e) {
      assertTrue(e.getMessage().matches(".*/half: entry .* the archive ends after .*"));
    }
  }

  @Test
  void refusesLyingTarHeaders() {
    assertRefused(
        "c.tar: with the 8589934591 bytes of \"data_batch_1.bin\" the archive is past the"
            + " 1073741824 that are unpacked at most",
        tar(tarHeader("data_batch_1.bin", '0', "77777777777\0")));
    byte[] huge = tarHeader("readme", '0', "\0".repeat(12));
    Arrays.fill(huge, 124, 136, (byte) 0xff);
    assertRefused("c.tar: entry \"readme\" has no valid size", tar(withTarChecksum(huge)));
    assertRefused(
        "c.tar: entry \"readme\" has no valid size",
        tar(tarHeader("readme", '0', "12x45678901\0")));
    assertRefused(
        "c.tar: entry \"readme\" has no valid size", tar(tarHeader("readme", '0', " ".repeat(12))));
    byte[] damaged = tarEntry("data_batch_1.bin", '0', BATCH_1);
    damaged[0] = 'D';
    assertRefused(
        "c.tar: not a tar archive, or damaged: wrong header checksum at byte 0", tar(damaged));
    assertRefused(
        "c.tar: not a tar archive, or damaged: wrong header checksum at byte 0", random(2048, 5));
    assertRefused("c.tar: more data after the tar end mark", concat(TAR, new byte[5], TAR));
    assertRefused("c.tar: is empty (0 bytes)", new byte[0]);
  }
}
