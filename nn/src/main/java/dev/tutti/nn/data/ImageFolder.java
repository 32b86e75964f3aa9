package dev.tutti.nn.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Trees of JPEG and PNG files with one folder per class, on disk or in a zip archive, which is
/// read as it is.
///
/// Folders that all images share at the top (`2750/` in EuroSAT.zip) are passed over. If what comes
/// then is `train/` and `test/`, these are the two parts of the set (`val/`, `valid/` or
/// `validation/` stands in where there is no `test/`, and is not read where there is). The classes
/// are the folders' names, sorted as texts. Files that are not `.jpg`, `.jpeg` or `.png`, and files
/// outside the class folders, are passed over.
///
/// All images must have one size. The set has one channel if all of them are grey, else three.
///
/// **Order.** The images of each class are sorted by name, and the set goes round the classes: the
/// first image of every class, the second of every class, and so on. So `take(n)` is even over the
/// classes, and a `limit` gives what `take(limit)` would give without decoding the others.
public final class ImageFolder {
  private static final int BLOCK = 32; // images that a thread decodes with the same decoder

  private ImageFolder() {}

  /// All images of a folder or a zip archive, those of its `train/` and its `test/` together.
  ///
  /// @throws DataError where there are no images, one is damaged, or sizes differ
  public static Dataset read(Path path) {
    return read(path, Integer.MAX_VALUE);
  }

  /// The first `limit` images, or all where there are fewer.
  public static Dataset read(Path path, int limit) {
    checkLimit(limit);
    try (ImageSource source = ImageSource.open(path)) {
      return read(path, source, limit, ImageFolder::decode);
    }
  }

  /// The two parts of a set: `train/` and `test/` where there are such folders, each with at most
  /// `limit` images, else [Dataset#split] of [#read(Path, int)].
  public static Dataset.Split split(Path path, int limit, double testFraction, long seed) {
    checkLimit(limit);
    try (ImageSource source = ImageSource.open(path)) {
      return split(path, source, limit, testFraction, seed, ImageFolder::decode);
    }
  }

  /// The images of [#read(Path, int)], each decoded when it is read, by any number of threads.
  ///
  /// Decoded images are kept in memory until they fill `cacheBytes` bytes (0 keeps none), counting
  /// a byte per value and 28 per image; then nothing more is kept, and nothing thrown out. All
  /// subsets of the set share them. The file stays open as long as one of them is reachable.
  ///
  /// Only the first image is decoded here, and all take after it: an image of another size, or a
  /// coloured one after a grey first one, is an error where it is read, as is a damaged one.
  ///
  /// @throws DataError where there are no images, the first is damaged, or the JVM cannot spare the
  ///   memory
  public static Dataset lazy(Path path, int limit, long cacheBytes) {
    checkLimit(limit);
    return opened(path, source -> read(path, source, limit, onDemand(cacheBytes)));
  }

  /// The parts of [#split(Path, int, double, long)] with images decoded as [#lazy] does; the bound
  /// on memory is that of both together.
  public static Dataset.Split lazySplit(
      Path path, int limit, double testFraction, long seed, long cacheBytes) {
    checkLimit(limit);
    return opened(
        path, source -> split(path, source, limit, testFraction, seed, onDemand(cacheBytes)));
  }

  /// Makes a set of the images of a source.
  private interface Loading {
    Dataset load(Path path, ImageSource source, List<String> classes, List<Item> items);
  }

  private static Loading onDemand(long cacheBytes) {
    if (cacheBytes < 0) {
      throw new IllegalArgumentException(
          "ImageFolder: a cache of " + cacheBytes + " bytes; at least 0 are needed");
    }
    return (path, source, classes, items) -> {
      String[] paths = items.stream().map(Item::path).toArray(String[]::new);
      int[] labels = items.stream().mapToInt(Item::label).toArray();
      LazyImages images = LazyImages.of(source, paths, cacheBytes);
      int[] shape = images.shape();
      long each = (long) shape[0] * shape[1] * shape[2] + Memory.ARRAY_OVERHEAD;
      Memory.check(DataError.fileName(path), Math.min(cacheBytes, paths.length * each));
      return Dataset.ofExamples(name(path), shape, images, labels, classes);
    };
  }

  /// Opens a source that stays open where `loading` succeeds.
  private static <T> T opened(Path path, Function<ImageSource, T> loading) {
    ImageSource source = ImageSource.open(path);
    boolean done = false;
    try {
      T loaded = loading.apply(source);
      done = true;
      return loaded;
    } finally {
      if (!done) {
        source.close();
      }
    }
  }

  private static Dataset read(Path path, ImageSource source, int limit, Loading loading) {
    ImageTree tree = ImageTree.of(path, source);
    List<String> classes = tree.classes();
    return loading.load(path, source, classes, interleaved(tree.merged(), classes, limit));
  }

  private static Dataset.Split split(
      Path path, ImageSource source, int limit, double testFraction, long seed, Loading loading) {
    ImageTree tree = ImageTree.of(path, source);
    List<String> classes = tree.classes();
    if (tree.test().isEmpty()) {
      return loading
          .load(path, source, classes, interleaved(tree.train(), classes, limit))
          .split(testFraction, seed);
    }
    int train = (int) Math.min(limit, count(tree.train()));
    // One loading of both parts gives them one size and one number of channels.
    List<Item> items = new ArrayList<>(interleaved(tree.train(), classes, train));
    items.addAll(interleaved(tree.test(), classes, limit));
    Dataset both = loading.load(path, source, classes, items);
    int[] indices = IntStream.range(0, both.size()).toArray();
    return new Dataset.Split(
        both.take(train), both.select(Arrays.copyOfRange(indices, train, indices.length)));
  }

  /// The number of images of every class, by the classes' sorted names, without decoding any.
  public static SortedMap<String, Integer> counts(Path path) {
    try (ImageSource source = ImageSource.open(path)) {
      SortedMap<String, Integer> counts = new TreeMap<>();
      ImageTree.of(path, source).merged().forEach((name, files) -> counts.put(name, files.size()));
      return Collections.unmodifiableSortedMap(counts);
    }
  }

  private static void checkLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("ImageFolder: limit " + limit + "; at least 1 is needed");
    }
  }

  private static long count(SortedMap<String, List<String>> files) {
    return files.values().stream().mapToLong(List::size).sum();
  }

  private record Item(String path, int label) {}

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

  private static Dataset decode(
      Path path, ImageSource source, List<String> classes, List<Item> items) {
    int count = items.size();
    ImageDecoder.Image[] images = new ImageDecoder.Image[count];
    try (ImageDecoder decoder = new ImageDecoder()) {
      images[0] = decode(decoder, source, items.getFirst(), size -> {});
    }
    ImageDecoder.Size size = images[0].size();
    checkMemory(path, count, images[0]);
    decodeRest(path, source, items, images);
    boolean grey = Arrays.stream(images).allMatch(image -> image.channels() == 1);
    byte[][] pixels = new byte[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = grey || images[i].channels() == 3 ? images[i].pixels() : images[i].tripled();
      labels[i] = items.get(i).label();
    }
    return Dataset.ofOwnedImages(
        name(path), size.height(), size.width(), grey ? 1 : 3, pixels, labels, classes);
  }

  /// Checks the memory that `count` images like `image` need.
  private static void checkMemory(Path path, int count, ImageDecoder.Image image) {
    long bytes = image.pixels().length + Memory.ARRAY_OVERHEAD;
    Memory.check(DataError.fileName(path), count * bytes);
  }

  /// Decodes all images but the first in parallel. Of several bad ones the first is reported.
  private static void decodeRest(
      Path path, ImageSource source, List<Item> items, ImageDecoder.Image[] images) {
    int count = items.size();
    DataError[] errors = new DataError[count];
    AtomicInteger firstBad = new AtomicInteger(count);
    IntStream.range(0, (count + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> {
          int from = Math.max(1, block * BLOCK);
          int to = Math.min(count, (block + 1) * BLOCK);
          try (ImageDecoder decoder = new ImageDecoder()) {
            // What lies behind a bad image need not be decoded; all before it is.
            for (int i = from; i < to && i < firstBad.get(); i++) {
              try {
                Item item = items.get(i);
                images[i] =
                    decode(
                        decoder,
                        source,
                        item,
                        ImageDecoder.sameSize(
                            source.shown(item.path), images[0].size(), items.getFirst().path));
                if (images[i].channels() > images[0].channels()) {
                  checkMemory(path, count, images[i]);
                }
              } catch (DataError e) {
                errors[i] = e;
                firstBad.accumulateAndGet(i, Math::min);
              }
            }
          }
        });
    if (firstBad.get() < count) {
      throw errors[firstBad.get()];
    }
  }

  private static ImageDecoder.Image decode(
      ImageDecoder decoder, ImageSource source, Item item, ImageDecoder.SizeCheck check) {
    return decoder.decode(source.shown(item.path()), source.read(item.path()), check);
  }

  private static String name(Path path) {
    String name = DataError.fileName(path);
    int dot = name.lastIndexOf('.');
    return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
  }
}
