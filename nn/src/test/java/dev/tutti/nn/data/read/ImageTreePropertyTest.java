package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
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

/// Random trees of classes, parts, and other files: every image is in the set with its class, or an
/// error or the list of what is left out names it or a folder that it is in.
class ImageTreePropertyTest {
  private static final String[] FOLDERS = {
    "cat", "dog", "a", "b", "train", "test", "val", "Training_Set", "docs", ".hidden", "sub"
  };
  private static final String[] FILES = {
    "%d.png", "%d.PNG", "%d.webp", "%d.txt", "%d", "readme", ".%d.png", "%d.jpg_large", "Thumbs.db"
  };

  private static final String[] HARMLESS = {
    "%d.png", "%d.png", "%d.PNG", "%d.txt", "readme", ".%d.png", "Thumbs.db"
  };
  private static final String[] CLASSES = {"cat/", "dog/", "cat/sub/", "dog/sub/"};
  private static final String[] PARTS = {"train/", "test/", "val/"};

  /// A tree of up to four levels; an image is a grey value, its number.
  private static Map<String, byte[]> tree(Random random) {
    return random.nextBoolean() ? wild(random) : orderly(random);
  }

  private static Map<String, byte[]> wild(Random random) {
    Map<String, byte[]> files = new TreeMap<>();
    int count = 2 + random.nextInt(12);
    for (int i = 1; i <= count; i++) {
      StringBuilder path = new StringBuilder();
      for (int levels = random.nextInt(4); levels > 0; levels--) {
        path.append(any(FOLDERS, random)).append('/');
      }
      add(files, path.toString(), any(FILES, random), i, random.nextBoolean());
    }
    return files;
  }

  /// Two classes with images, perhaps in parts, and files that may be among them.
  private static Map<String, byte[]> orderly(Random random) {
    Map<String, byte[]> files = new TreeMap<>();
    int parts = random.nextInt(4);
    int i = 0;
    for (int part = 0; part < Math.max(1, parts); part++) {
      String prefix = parts == 0 ? "" : PARTS[part];
      add(files, prefix + "cat/", "%d.png", ++i, true);
      add(files, prefix + "dog/", "%d.png", ++i, true);
    }
    for (int more = random.nextInt(8); more > 0; more--) {
      String prefix = parts == 0 ? "" : PARTS[random.nextInt(parts)];
      add(files, prefix + any(CLASSES, random), any(HARMLESS, random), ++i, true);
      add(files, "", any(HARMLESS, random), ++i, true);
    }
    return files;
  }

  private static String any(String[] of, Random random) {
    return of[random.nextInt(of.length)];
  }

  /// @param disguised whether a file without an ending holds an image
  private static void add(
      Map<String, byte[]> files, String folder, String name, int i, boolean disguised) {
    boolean image = name.startsWith(".") || name.startsWith("%") && !name.endsWith("txt");
    boolean content = image && (name.contains(".") || disguised);
    files.put(folder + name.formatted(i), content ? DataFiles.dot(i) : new byte[] {'x'});
  }

  private static boolean isImage(Map.Entry<String, byte[]> file) {
    return file.getValue().length > 1;
  }

  @Property(tries = 100)
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
    // Most wild trees are refused; enough others must be read.
    Statistics.label("read").coverage(reads -> reads.check(true).percentage(share -> share > 25));
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
      return decoder.decode("test", image, (size, bytes) -> {}).pixels()[0] & 0xff;
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
