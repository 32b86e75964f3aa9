package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/// Random trees of classes, parts, and what else lies about: every image is in the set with its
/// class, or an error or the list of what is left out names it or a folder that it is in.
class ImageTreePropertyTest {
  private static final String[] FOLDERS = {
    "cat", "dog", "a", "b", "train", "test", "val", "Training_Set", "docs", ".hidden", "sub"
  };
  private static final String[] FILES = {
    "%d.png", "%d.PNG", "%d.webp", "%d.txt", "%d", "readme", ".%d.png", "%d.jpg_large", "Thumbs.db"
  };

  /// A tree of up to four levels; the bytes of an image are its number, in three grey values.
  private static Map<String, byte[]> tree(Random random) {
    Map<String, byte[]> files = new TreeMap<>();
    int count = 2 + random.nextInt(12);
    boolean clean = random.nextInt(3) == 0;
    int depth = 1 + random.nextInt(3);
    for (int i = 1; i <= count; i++) {
      StringBuilder path = new StringBuilder();
      int levels = clean ? depth : random.nextInt(4);
      for (int level = 0; level < levels; level++) {
        path.append(FOLDERS[random.nextInt(clean ? 6 : FOLDERS.length)]).append('/');
      }
      String name = FILES[clean ? 0 : random.nextInt(FILES.length)].formatted(i);
      boolean image = !name.endsWith("txt") && !name.startsWith("readme") && !name.startsWith("T");
      boolean disguised = random.nextBoolean();
      boolean content = image && (name.contains(".") || disguised);
      files.put(path + name, content ? DataFiles.dot(i) : new byte[] {'x'});
    }
    return files;
  }

  private static boolean isImage(Map.Entry<String, byte[]> file) {
    return file.getValue().length > 1;
  }

  @Property(tries = 150)
  void noImageIsLostWithoutAWord(@ForAll long seed) throws IOException {
    Map<String, byte[]> files = tree(new Random(seed));
    Path place = Files.createTempDirectory("tree");
    try {
      files.forEach((path, bytes) -> DataFiles.write(place.resolve("d").resolve(path), bytes));
      Optional<String> onDisk = check(place.resolve("d"), files);
      Optional<String> inArchive =
          check(DataFiles.write(place.resolve("z/d"), DataFiles.zip(files)), files);
      Statistics.label("read").collect(onDisk.isEmpty());
      assertEquals(
          onDisk.map(line -> line.replace("d/", "").replace("d: ", "")),
          inArchive.map(line -> line.replace("d/", "").replace("d: ", "")));
    } finally {
      delete(place);
    }
    // Most random trees are refused; enough must be read.
    Statistics.label("read").coverage(reads -> reads.check(true).percentage(share -> share > 10));
  }

  /// Reads the set and returns the error, if there is one.
  private static Optional<String> check(Path path, Map<String, byte[]> files) {
    ImageFolder folder = ImageFolder.of(path);
    ImageFolder.Parts parts;
    List<LeftOut> leftOut;
    try {
      parts = folder.parts();
      leftOut = folder.leftOut();
    } catch (DataError e) {
      assertTrue(e.getMessage().startsWith("d"), e.getMessage());
      return Optional.of(e.getMessage());
    }
    SortedSet<Integer> found = new TreeSet<>();
    List<Dataset> sets = new ArrayList<>(List.of(parts.train()));
    parts.validation().ifPresent(sets::add);
    parts.test().ifPresent(sets::add);
    for (Dataset set : sets) {
      for (int i = 0; i < set.size(); i++) {
        int number = DataFiles.bytes(set, i)[0];
        assertTrue(found.add(number), "image " + number + " is there twice");
        String name = nameOf(number, files);
        List<String> folders = List.of(name.split("/"));
        assertTrue(folders.contains(set.classes().get(set.label(i))), name + " in another class");
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (isImage(file) && !found.contains((int) number(file.getValue()))) {
        String name = file.getKey();
        assertTrue(
            leftOut.stream()
                .map(LeftOut::path)
                .anyMatch(out -> out.endsWith("/") ? name.startsWith(out) : name.equals(out)),
            name + " is lost; " + leftOut);
      }
    }
    Set<String> listed = new HashSet<>();
    for (LeftOut out : leftOut) {
      assertTrue(listed.add(out.path()), out + " is listed twice");
      boolean there = files.keySet().stream().anyMatch(name -> name.startsWith(out.path()));
      assertTrue(there, out + " is not there");
    }
    return Optional.empty();
  }

  private static int number(byte[] image) {
    try (ImageDecoder decoder = new ImageDecoder()) {
      return decoder.decode("test", image, size -> {}).pixels()[0] & 0xff;
    }
  }

  private static String nameOf(int number, Map<String, byte[]> files) {
    return files.entrySet().stream()
        .filter(file -> isImage(file) && number(file.getValue()) == number)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
