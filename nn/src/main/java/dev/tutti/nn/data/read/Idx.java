package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The IDX files of MNIST and the sets that share its format (Fashion-MNIST, KMNIST, EMNIST,
/// QMNIST), packed with gzip or not; the first bytes of a file decide which, not its name.
///
/// A file is a header of big-endian 32-bit integers, a magic number of the elements' type and the
/// number of dimensions and then each dimension, and the elements
/// (http://yann.lecun.com/exdb/mnist/). Images are `[N, H, W]` of bytes, 0x00000803. Labels are
/// `[N]` of bytes, 0x00000801, or `[N]` or `[N, K]` of any type of whole numbers, of which the
/// first column is the class: QMNIST's are 0x00000c02 with K = 8. A file must hold exactly what its
/// header promises.
///
/// EMNIST's images are stored with rows and columns exchanged; [Dataset#transposed] puts them
/// right.
public final class Idx {
  private static final int IMAGE_MAGIC = 0x803;
  private static final Set<Integer> MAGICS = Set.of(IMAGE_MAGIC);
  private static final int MOST_CLASSES = 1 << 16;

  private static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final List<String> TEST = List.of("t10k", "test");

  private Idx() {}

  /// Both parts of a set in the four files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` of `folder`, each with or without `.gz`
  /// (and with `.idx3-`, `.idx1-` instead of `-idx3-`, `-idx1-`).
  ///
  /// The names may begin with `NAME-`, and have `test` for `t10k` and `idx2-int` for `idx1-ubyte`,
  /// as in QMNIST's `qmnist-test-labels-idx2-int.gz` and EMNIST's
  /// `emnist-letters-train-images-idx3-ubyte.gz` for the names `qmnist` and `emnist-letters`.
  ///
  /// The classes of `fashion-mnist` have their names; those of another set are "0", "1", … up to
  /// the largest label of the train part.
  ///
  /// @throws DataError if a file is missing, damaged, or at odds with its partner
  public static Dataset.Split folder(Path folder, String name) {
    Dataset train = part(folder, List.of("train"), name, classesOf(name));
    Dataset test = part(folder, TEST, name, train.classes());
    if (train.elements() != test.elements() || train.shape()[0] != test.shape()[0]) {
      throw new DataError(
          "%s: train images of %d×%d, test images of %d×%d"
              .formatted(
                  folder, train.shape()[0], train.shape()[1], test.shape()[0], test.shape()[1]));
    }
    return new Dataset.Split(train, test);
  }

  /// The test part alone (`t10k-…`) of a folder as for [#folder], which need not hold the others.
  public static Dataset testPart(Path folder, String name) {
    return part(folder, TEST, name, classesOf(name));
  }

  /// The images of one file with the labels of another. The classes are "0", "1", … up to the
  /// largest label.
  public static Dataset read(String name, Path images, Path labels) {
    return read(name, images, labels, null);
  }

  /// The images of one file with the labels of another, whose labels must be below the number of
  /// `classes`.
  public static Dataset read(String name, Path images, Path labels, List<String> classes) {
    int[] indices = IdxLabels.read(labels);
    int most = classes == null ? MOST_CLASSES : classes.size();
    int largest = 0;
    for (int i = 0; i < indices.length; i++) {
      largest = Math.max(largest, indices[i]);
      if (indices[i] < 0 || indices[i] >= most) {
        throw DataError.at(
            labels,
            "label %d of example %d; with %s%d classes it must be in 0..%d"
                .formatted(indices[i], i, classes == null ? "at most " : "", most, most - 1));
      }
    }
    List<String> names =
        classes != null
            ? classes
            : IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
    return images(name, images, indices, labels, names);
  }

  private static List<String> classesOf(String name) {
    return name.equals("fashion-mnist") ? FASHION : null;
  }

  private static Dataset part(Path folder, List<String> parts, String name, List<String> classes) {
    if (!Files.exists(folder)) {
      throw new DataError(folder + ": no such folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new DataError(folder + ": is a file, a folder was expected");
    }
    Map<String, Path> found = new LinkedHashMap<>(); // the images, by what their names start with
    for (String prefix : List.of("", name + "-")) {
      for (String part : parts) {
        find(folder, prefix + part + "-images", List.of("idx3-ubyte"))
            .ifPresent(file -> found.put(prefix + part, file));
      }
    }
    if (found.isEmpty()) {
      throw missing(folder, parts.getFirst() + "-images-idx3-ubyte");
    }
    if (found.size() > 1) {
      throw new DataError(
          "%s: holds images called %s; which of them are meant?"
              .formatted(folder, String.join("-… and ", found.keySet()) + "-…"));
    }
    String stem = found.keySet().iterator().next();
    Path labels =
        find(folder, stem + "-labels", List.of("idx1-ubyte", "idx2-int"))
            .orElseThrow(() -> missing(folder, stem + "-labels-idx1-ubyte"));
    return read(name, found.get(stem), labels, classes);
  }

  private static Optional<Path> find(Path folder, String stem, List<String> types) {
    return types.stream()
        .flatMap(type -> Stream.of("-" + type, "." + type))
        .flatMap(type -> Stream.of(type, type + ".gz"))
        .map(end -> folder.resolve(stem + end))
        .filter(Files::exists)
        .findFirst();
  }

  private static DataError missing(Path folder, String file) {
    return new DataError("%s: holds no %s or %s.gz".formatted(folder, file, file));
  }

  private static Dataset images(
      String name, Path file, int[] labels, Path labelFile, List<String> classes) {
    try (ByteInput in = ByteInput.open(file)) {
      IdxHeader header = IdxHeader.read(in, file, IMAGE_MAGIC, "images", MAGICS);
      long count = header.size(0);
      long height = header.size(1);
      long width = header.size(2);
      if (count == 0 || height == 0 || width == 0) {
        throw DataError.at(
            file,
            "header promises %s of %d×%d; nothing is there to read"
                .formatted(DataError.counted(count, "image"), height, width));
      }
      // Each side below 2³² keeps their product from wrapping below the bound: compare first.
      if (height > ImageDecoder.MOST_PIXELS
          || width > ImageDecoder.MOST_PIXELS
          || height * width > ImageDecoder.MOST_PIXELS) {
        throw DataError.at(
            file,
            "header promises images of %d×%d; at most %d pixels are read"
                .formatted(height, width, ImageDecoder.MOST_PIXELS));
      }
      int pixels = (int) (height * width);
      long bytes = count * pixels; // below 2³² · 2²⁷
      String promise =
          "header promises %s of %d×%d (%d bytes)"
              .formatted(DataError.counted(count, "image"), height, width, bytes);
      header.requireLength(in, promise, bytes);
      if (count != labels.length) {
        throw DataError.at(
            file,
            "%s, but %s holds %s"
                .formatted(
                    DataError.counted(count, "image"),
                    DataError.fileName(labelFile),
                    DataError.counted(labels.length, "label")));
      }
      Memory.check(in.name(), bytes + count * (Memory.ARRAY_OVERHEAD + Integer.BYTES));
      byte[][] images = new byte[labels.length][];
      for (int i = 0; i < images.length; i++) {
        images[i] = in.read(pixels);
        if (images[i].length < pixels) {
          throw header.cutOff(promise, (long) i * pixels + images[i].length);
        }
      }
      header.requireEnd(in, promise);
      return Dataset.ofOwnedImages(name, (int) height, (int) width, 1, images, labels, classes);
    }
  }
}
