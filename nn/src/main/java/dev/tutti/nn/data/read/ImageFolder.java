package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Trees of JPEG and PNG files with one folder per class, on disk or in a zip archive, which is
/// read as it is.
///
/// ```java
/// Dataset photos = ImageFolder.of(path).size(224, 224).read();
/// Dataset.Split parts = ImageFolder.of(path).size(64, 64).limit(1000).split(0.2, seed);
/// ```
///
/// **Classes.** The classes are the folders at the top, sorted as texts; all images below such a
/// folder are of its class, however deep (as torchvision's `ImageFolder` walks them). Folders at
/// the top that hold nothing but one folder are passed over (`2750/` in EuroSAT.zip).
///
/// **Parts.** If the folders at the top are called `train` and `test`, they are parts of the set,
/// with the class folders in them. Names of parts are `train` and `training`, `test` and `testing`,
/// `val`, `valid` and `validation`, each alone or before `set`, `images` or `data`, in upper or
/// lower case; `-`, `_`, `.`, spaces and digits do not count. A validation part is used as the test
/// part if there is none; [#parts] has all three. Folders that hold nothing but folders, some of
/// one name, may be parts by names that are not known, or classes: that is an error, unless
/// [#classesOnly].
///
/// **Files.** An image is a file whose name ends with that of an image format, in upper or lower
/// case. One in a class folder that is neither JPEG nor PNG (`.webp`, `.bmp`, …) is an error, and
/// so is a file that starts as an image under another name, and a class folder without an image.
/// The first bytes of an image decide which of the two formats it has, not its name. [#leftOut]
/// lists all that is there and not in the set.
///
/// **Links** are followed, but not back to a folder that contains them; a broken link is an error.
///
/// **Size.** All images must have one size, unless [#size] gives them one. An image that takes more
/// than half of what the JVM may use of memory while it is decoded is an error; threads wait until
/// what they decode fits together. The set has one channel if all of them are grey, else three.
///
/// **Order.** The images of each class are sorted by path, and the set goes round the classes: the
/// first image of every class, the second of every class, and so on. So `take(n)` is even over the
/// classes, and a `limit` gives what `take(limit)` would give without decoding the others.
public final class ImageFolder {
  private static final long EAGER = -1;

  private final Path path;
  private final int limit;
  private final CentreFit fit; // null if the images have one size
  private final long cacheBytes;
  private final boolean classesOnly;

  private ImageFolder(Path path, int limit, CentreFit fit, long cacheBytes, boolean classesOnly) {
    this.path = path;
    this.limit = limit;
    this.fit = fit;
    this.cacheBytes = cacheBytes;
    this.classesOnly = classesOnly;
  }

  /// The set in a folder, in a zip archive, or in the one zip archive in a folder. Nothing is read
  /// before one of the methods below is called.
  public static ImageFolder of(Path path) {
    return new ImageFolder(path, Integer.MAX_VALUE, null, EAGER, false);
  }

  /// {@return this set with at most `limit` images, of each part if it is read by its parts}
  public ImageFolder limit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("ImageFolder: limit " + limit + "; at least 1 is needed");
    }
    return new ImageFolder(path, limit, fit, cacheBytes, classesOnly);
  }

  /// {@return this set with images of `height` × `width`, whatever size their files have}
  ///
  /// Each is resized so that it just covers the size, and cut at the middle, when it is decoded;
  /// only the result is kept. With `height` = `width` = s these are torchvision's `Resize(s)` and
  /// `CenterCrop(s)`, bilinear and antialiased, on tensors of floats, rounded to bytes at the end.
  /// (On PIL images and on tensors of bytes torchvision rounds between the two directions as well,
  /// and may differ by 1 of 255.)
  public ImageFolder size(int height, int width) {
    return new ImageFolder(path, limit, new CentreFit(height, width), cacheBytes, classesOnly);
  }

  /// {@return this set with images that are decoded when they are read, by any number of threads}
  ///
  /// Decoded images are kept in memory until they fill `cacheBytes` bytes (0 keeps none), counting
  /// a byte per value and 28 per image; then nothing more is kept, and nothing thrown out. All
  /// subsets and parts of the set share them. The file stays open as long as one of them is
  /// reachable.
  ///
  /// Only the first image is decoded immediately, and the others must match it: an image of another
  /// size (without [#size]), a coloured one after a grey first one, or a damaged one is an error
  /// when it is read.
  public ImageFolder lazily(long cacheBytes) {
    if (cacheBytes < 0) {
      throw new IllegalArgumentException(
          "ImageFolder: a cache of " + cacheBytes + " bytes; at least 0 are needed");
    }
    return new ImageFolder(path, limit, fit, cacheBytes, classesOnly);
  }

  /// {@return this set without parts: the folders at the top are classes, however they are called}
  public ImageFolder classesOnly() {
    return new ImageFolder(path, limit, fit, cacheBytes, true);
  }

  /// All images, those of the training part and the test part together.
  ///
  /// @throws DataError if there are no images, one is damaged, or sizes differ
  public Dataset read() {
    return opened((source, tree) ->
        load(source, tree, interleaved(tree.merged(tree.trainAndTest()), tree.classes(), limit)));
  }

  /// The two parts of a set, if there are such folders, else [Dataset#split] of [#read].
  public Dataset.Split split(double testFraction, long seed) {
    return opened((source, tree) -> {
      List<SetPart> two = tree.trainAndTest();
      List<Dataset> loaded = loadParts(source, tree, two);
      return two.size() == 1
          ? loaded.getFirst().split(testFraction, seed)
          : new Dataset.Split(loaded.getFirst(), loaded.getLast());
    });
  }

  /// The parts of a set, each empty if there is no such folder; a set without parts is all training
  /// part.
  public record Parts(Dataset train, Optional<Dataset> validation, Optional<Dataset> test) {}

  /// All parts of the set. They have the same classes, size and channels.
  public Parts parts() {
    return opened((source, tree) -> {
      List<SetPart> there = List.copyOf(tree.parts().keySet());
      List<Dataset> loaded = loadParts(source, tree, there);
      Function<SetPart, Optional<Dataset>> part =
          one -> Optional.of(there.indexOf(one)).filter(i -> i >= 0).map(loaded::get);
      return new Parts(loaded.getFirst(), part.apply(SetPart.VALIDATION), part.apply(SetPart.TEST));
    });
  }

  /// The number of images of every class in [#read], by the classes' sorted names, without decoding
  /// any.
  public SortedMap<String, Integer> counts() {
    try (ImageSource source = ImageSource.open(path)) {
      ImageTree tree = ImageTree.of(path, source, classesOnly);
      SortedMap<String, Integer> counts = new TreeMap<>();
      tree.merged(tree.trainAndTest()).forEach((name, files) -> counts.put(name, files.size()));
      return Collections.unmodifiableSortedMap(counts);
    }
  }

  /// What is in the folder or archive and not in the set ([#limit] aside), without decoding any
  /// image. Files of the operating system (`Thumbs.db`, `.DS_Store`, `__MACOSX`) are not listed,
  /// nor is what a hidden folder holds. A validation part is listed if there is a test part too, as
  /// [#read] and [#split] leave it out; [#parts] does not.
  public List<LeftOut> leftOut() {
    try (ImageSource source = ImageSource.open(path)) {
      return List.copyOf(ImageTree.of(path, source, classesOnly).leftOut());
    }
  }

  /// [#read] of all images of `path`.
  public static Dataset read(Path path) {
    return of(path).read();
  }

  /// [#read] of the first `limit` images, or all if there are fewer.
  public static Dataset read(Path path, int limit) {
    return of(path).limit(limit).read();
  }

  /// [#split] with at most `limit` images of each part.
  public static Dataset.Split split(Path path, int limit, double testFraction, long seed) {
    return of(path).limit(limit).split(testFraction, seed);
  }

  /// The images of [#read(Path, int)], decoded [#lazily].
  public static Dataset lazy(Path path, int limit, long cacheBytes) {
    return of(path).limit(limit).lazily(cacheBytes).read();
  }

  /// The parts of [#split(Path, int, double, long)], decoded [#lazily].
  public static Dataset.Split lazySplit(
      Path path, int limit, double testFraction, long seed, long cacheBytes) {
    return of(path).limit(limit).lazily(cacheBytes).split(testFraction, seed);
  }

  /// [#counts] of `path`.
  public static SortedMap<String, Integer> counts(Path path) {
    return of(path).counts();
  }

  /// Makes something of an open source.
  private interface Loading<T> {
    T load(ImageSource source, ImageTree tree);
  }

  /// Opens the source, which stays open if images are read from it later.
  private <T> T opened(Loading<T> loading) {
    ImageSource source = ImageSource.open(path);
    boolean inUse = false;
    try {
      T loaded = loading.load(source, ImageTree.of(path, source, classesOnly));
      inUse = cacheBytes != EAGER;
      return loaded;
    } finally {
      if (!inUse) {
        source.close();
      }
    }
  }

  private record Item(String path, int label) {}

  /// Loads parts at once, so that they have one size and one number of channels.
  private List<Dataset> loadParts(ImageSource source, ImageTree tree, List<SetPart> parts) {
    List<Item> items = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (SetPart part : parts) {
      items.addAll(interleaved(tree.part(part), tree.classes(), limit));
      ends.add(items.size());
    }
    Dataset all = load(source, tree, items);
    List<Dataset> sets = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      sets.add(ends.size() == 1 ? all : all.select(IntStream.range(from, end).toArray()));
      from = end;
    }
    return sets;
  }

  private Dataset load(ImageSource source, ImageTree tree, List<Item> items) {
    String[] paths = items.stream().map(Item::path).toArray(String[]::new);
    int[] labels = items.stream().mapToInt(Item::label).toArray();
    ImageReading reading = new ImageReading(source, fit);
    if (cacheBytes == EAGER) {
      return EagerImages.read(name(), reading, paths, labels, tree.classes());
    }
    LazyImages images = LazyImages.of(reading, paths, cacheBytes);
    return Dataset.ofExamples(name(), images.shape(), images, labels, tree.classes());
  }

  /// The first `limit` images when going round the classes.
  private static List<Item> interleaved(
      SortedMap<String, List<String>> files, List<String> classes, int limit) {
    record Rest(int label, Iterator<String> paths) {}

    List<Rest> rests = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      rests.add(new Rest(label, files.getOrDefault(classes.get(label), List.of()).iterator()));
    }
    List<Item> items = new ArrayList<>();
    while (!rests.isEmpty()) {
      // Classes that are used up are dropped, else many small ones and a large one take forever.
      rests.removeIf(rest -> !rest.paths.hasNext());
      for (Rest rest : rests) {
        if (items.size() == limit) {
          return items;
        }
        items.add(new Item(rest.paths.next(), rest.label));
      }
    }
    return items;
  }

  private String name() {
    String name = DataError.fileName(path);
    int dot = name.lastIndexOf('.');
    return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
  }
}
