package dev.tutti.nn.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The IDX files of MNIST and the sets that share its format (Fashion-MNIST, KMNIST, EMNIST),
/// packed with gzip or not; which of the two a file is shows in its first bytes, not in its name.
///
/// An image file is a header of four big-endian 32-bit integers, 0x00000803, count, rows and
/// columns, and then the pixels, a byte each; a label file is 0x00000801, count, and a byte per
/// label (http://yann.lecun.com/exdb/mnist/). A file must hold just what its header promises.
public final class Idx {
  private static final int IMAGE_MAGIC = 0x803;
  private static final int LABEL_MAGIC = 0x801;
  private static final int MOST_PIXELS = 1 << 24;

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

  private Idx() {}

  /// Both parts of a set in the four files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` of `folder`, each with or without `.gz`
  /// (and `.idx3-`, `.idx1-` where others write `-idx3-`, `-idx1-`).
  ///
  /// The classes of `fashion-mnist` have their names; those of another set are "0", "1", … up to
  /// the largest label of the train part.
  ///
  /// @throws DataError where a file is missing, damaged, or at odds with its partner
  public static Dataset.Split folder(Path folder, String name) {
    Dataset train = part(folder, "train", name, classesOf(name));
    Dataset test = part(folder, "t10k", name, train.classes());
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
    return part(folder, "t10k", name, classesOf(name));
  }

  /// The images of one file with the labels of another. The classes are "0", "1", … up to the
  /// largest label.
  public static Dataset read(String name, Path images, Path labels) {
    return read(name, images, labels, null);
  }

  /// The images of one file with the labels of another, whose labels must be below the number of
  /// `classes`.
  public static Dataset read(String name, Path images, Path labels, List<String> classes) {
    int[] indices = labels(labels);
    int largest = 0;
    for (int i = 0; i < indices.length; i++) {
      largest = Math.max(largest, indices[i]);
      if (classes != null && indices[i] >= classes.size()) {
        throw DataError.at(
            labels,
            "label %d of example %d; with %d classes it must be in 0..%d"
                .formatted(indices[i], i, classes.size(), classes.size() - 1));
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

  private static Dataset part(Path folder, String part, String name, List<String> classes) {
    Path images = find(folder, part + "-images", "idx3-ubyte");
    Path labels = find(folder, part + "-labels", "idx1-ubyte");
    return read(name, images, labels, classes);
  }

  private static Path find(Path folder, String stem, String type) {
    if (!Files.exists(folder)) {
      throw new DataError(folder + ": no such folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new DataError(folder + ": is a file, a folder was expected");
    }
    for (String separator : List.of("-", ".")) {
      for (String suffix : List.of("", ".gz")) {
        Path file = folder.resolve(stem + separator + type + suffix);
        if (Files.exists(file)) {
          return file;
        }
      }
    }
    throw new DataError("%s: holds no %s-%s or %s-%s.gz".formatted(folder, stem, type, stem, type));
  }

  private static Dataset images(
      String name, Path file, int[] labels, Path labelFile, List<String> classes) {
    try (ByteInput in = ByteInput.open(file)) {
      byte[] header = header(in, file, 16, IMAGE_MAGIC, "images");
      long count = unsigned(header, 4);
      long height = unsigned(header, 8);
      long width = unsigned(header, 12);
      if (count == 0 || height == 0 || width == 0) {
        throw DataError.at(
            file,
            "header promises %s of %d×%d; nothing is there to read"
                .formatted(DataError.counted(count, "image"), height, width));
      }
      // Each side below 2³² keeps their product from wrapping below the bound: compare first.
      if (height > MOST_PIXELS || width > MOST_PIXELS || height * width > MOST_PIXELS) {
        throw DataError.at(
            file,
            "header promises images of %d×%d; at most %d pixels are read"
                .formatted(height, width, MOST_PIXELS));
      }
      int pixels = (int) (height * width);
      long bytes = count * pixels; // below 2³² · 2²⁴
      String promise =
          "header promises %s of %d×%d (%d bytes)"
              .formatted(DataError.counted(count, "image"), height, width, bytes);
      checkLength(in, file, promise, 16, bytes);
      if (count != labels.length) {
        throw DataError.at(
            file,
            "%s, but %s holds %s"
                .formatted(
                    DataError.counted(count, "image"),
                    DataError.fileName(labelFile),
                    DataError.counted(labels.length, "label")));
      }
      Memory.check(in.name(), bytes + count * Memory.ARRAY_OVERHEAD);
      List<byte[]> images = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] image = in.read(pixels);
        if (image.length < pixels) {
          throw cutOff(file, promise, (long) i * pixels + image.length);
        }
        images.add(image);
      }
      checkEnd(in, file, promise);
      return Dataset.ofOwnedImages(
          name, (int) height, (int) width, 1, images.toArray(byte[][]::new), labels, classes);
    }
  }

  private static int[] labels(Path file) {
    try (ByteInput in = ByteInput.open(file)) {
      byte[] header = header(in, file, 8, LABEL_MAGIC, "labels");
      long count = unsigned(header, 4);
      if (count == 0) {
        throw DataError.at(file, "header promises 0 labels; nothing is there to read");
      }
      String promise = "header promises " + DataError.counted(count, "label");
      checkLength(in, file, promise, 8, count);
      Memory.check(in.name(), 5 * count);
      if (count > Integer.MAX_VALUE - 8) {
        throw DataError.at(file, promise + "; at most 2147483639 are read");
      }
      byte[] bytes = in.read((int) count);
      if (bytes.length < count) {
        throw cutOff(file, promise, bytes.length);
      }
      checkEnd(in, file, promise);
      int[] labels = new int[bytes.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = bytes[i] & 0xff;
      }
      return labels;
    }
  }

  private static byte[] header(ByteInput in, Path file, int length, int magic, String what) {
    byte[] header = in.read(length);
    if (header.length >= 4 && unsigned(header, 0) != magic) {
      long found = unsigned(header, 0);
      String known =
          found == IMAGE_MAGIC ? " (IDX images)" : found == LABEL_MAGIC ? " (IDX labels)" : "";
      throw DataError.at(
          file,
          "starts with 0x%08x%s; a file of IDX %s starts with 0x%08x"
              .formatted(found, known, what, magic));
    }
    if (header.length < length) {
      throw DataError.at(
          file,
          "ends after %s, within the %d-byte header of IDX %s"
              .formatted(DataError.counted(header.length, "byte"), length, what));
    }
    return header;
  }

  /// Compares the promise with what the file can hold before anything is allocated for it.
  private static void checkLength(ByteInput in, Path file, String promise, int header, long bytes) {
    long most = in.most() - header;
    if (!in.packed() && most != bytes) {
      throw most < bytes ? cutOff(file, promise, most) : tooLong(file, promise);
    }
    if (most < bytes) {
      throw DataError.at(file, promise + ", more than a gzip file of its size can hold");
    }
  }

  private static void checkEnd(ByteInput in, Path file, String promise) {
    if (!in.atEnd()) {
      throw tooLong(file, promise);
    }
  }

  private static DataError cutOff(Path file, String promise, long count) {
    return DataError.at(file, promise + ", the file ends after " + count);
  }

  private static DataError tooLong(Path file, String promise) {
    return DataError.at(file, promise + ", the file goes on after them");
  }

  private static long unsigned(byte[] bytes, int at) {
    return (bytes[at] & 0xffL) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }
}
