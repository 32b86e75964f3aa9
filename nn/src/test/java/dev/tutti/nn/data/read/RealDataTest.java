package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The readers on the real files; each test is skipped if its files are absent.
class RealDataTest {
  private static double mean(Dataset set, int channel, int channels) {
    float[] values = new float[set.elements()];
    double sum = 0;
    for (int i = 0; i < set.size(); i++) {
      set.read(i, values, 0);
      for (int k = channel; k < values.length; k += channels) {
        sum += values[k];
      }
    }
    return sum / set.size() / (set.elements() / channels);
  }

  private static int[] perClass(Dataset set) {
    int[] counts = new int[set.numClasses()];
    for (int label : set.labels()) {
      counts[label]++;
    }
    return counts;
  }

  @Test
  void mnist() {
    Dataset.Split mnist = Idx.folder(DataFiles.real("mnist"), "mnist");
    assertEquals(60_000, mnist.train().size());
    assertEquals(10_000, mnist.test().size());
    assertArrayEquals(new int[] {28, 28, 1}, mnist.train().shape());
    assertArrayEquals(new int[] {5, 0, 4, 1, 9}, Arrays.copyOf(mnist.train().labels(), 5));
    assertArrayEquals(new int[] {7, 2, 1, 0, 4}, Arrays.copyOf(mnist.test().labels(), 5));
    assertEquals(0.1307, mean(mnist.train(), 0, 1), 5e-5); // published with four digits
  }

  @Test
  void fashionMnist() {
    Dataset test = Idx.testPart(DataFiles.real("fashion-mnist"), "fashion-mnist");
    assertEquals(10_000, test.size());
    assertArrayEquals(new int[] {9, 2, 1, 1, 6}, Arrays.copyOf(test.labels(), 5));
    int[] thousandEach = new int[10];
    Arrays.fill(thousandEach, 1000);
    assertArrayEquals(thousandEach, perClass(test));
  }

  @Test
  void cifar10() {
    Dataset.Split cifar = Cifar.read(DataFiles.real("cifar10"));
    assertEquals(3000, cifar.train().size());
    assertEquals(1000, cifar.test().size());
    assertArrayEquals(new int[] {32, 32, 3}, cifar.test().shape());
    assertArrayEquals(new int[] {6, 9, 9, 4, 1}, Arrays.copyOf(cifar.train().labels(), 5));
    assertEquals("frog", cifar.train().classes().get(6));
    // The first pixel of the first training image, as every other reader shows it.
    assertArrayEquals(new int[] {59, 62, 63}, Arrays.copyOf(DataFiles.bytes(cifar.train(), 0), 3));
  }

  @Test
  void eurosat() {
    Path folder = DataFiles.real("eurosat");
    Map<String, Integer> counts = ImageFolder.counts(folder.resolve("EuroSAT.zip"));
    assertEquals(
        "{AnnualCrop=3000, Forest=3000, HerbaceousVegetation=3000, Highway=2500,"
            + " Industrial=2500, Pasture=2000, PermanentCrop=2500, Residential=3000, River=2500,"
            + " SeaLake=3000}",
        counts.toString());
    Dataset set = ImageFolder.read(folder, 500);
    assertEquals(500, set.size());
    assertArrayEquals(new int[] {64, 64, 3}, set.shape());
    int[] fiftyEach = new int[10];
    Arrays.fill(fiftyEach, 50);
    assertArrayEquals(fiftyEach, perClass(set));
    // The means of all 27,000 images; 50 of each class come near.
    double[] means = {.3444, .3803, .4078};
    for (int c = 0; c < 3; c++) {
      assertEquals(means[c], mean(set, c, 3), 0.03);
    }
    assertTrue(set.classes().contains("SeaLake"));
  }
}
