package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// CIFAR-10 in its binary version: records of a label byte (0..9) and 3,072 bytes of pixels, the
/// red, the green and the blue plane of 32 × 32 each, which become `[32, 32, 3]`
/// (https://www.cs.toronto.edu/~kriz/cifar.html).
///
/// `data_batch_1.bin`, `data_batch_2.bin`, … are the train part, in the order of their numbers, and
/// `test_batch.bin` is the test part. A batch may hold any number of records. The class names are
/// the lines of `batches.meta.txt`, or CIFAR-10's own if there is no such file.
public final class Cifar {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD = 1 + 3 * PLANE;
  private static final String FOLDER = "cifar-10-batches-bin";
  private static final String NAMES = "batches.meta.txt";
  private static final String TEST = "test_batch.bin";
  private static final Pattern TRAIN = Pattern.compile("data_batch_([0-9]{1,4})\\.bin");

  /// The whole of CIFAR-10 is 184 MB unpacked; an archive of more than this is refused.
  private static final long MOST_UNPACKED = 1L << 30;

  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar() {}

  /// Reads a `.tar.gz` or `.tar` archive, the folder it unpacks to, or a folder that holds one of
  /// the two (an archive under any name that ends in `.tar.gz`, `.tgz` or `.tar`).
  ///
  /// @throws DataError if a part is missing or a file is damaged
  public static Dataset.Split read(Path path) {
    if (!Files.isDirectory(path)) {
      return archive(path);
    }
    List<Path> files = list(path);
    Path inner = path.resolve(FOLDER);
    if (files.stream().anyMatch(file -> isBatch(DataError.fileName(file)))) {
      return folder(path, files);
    }
    if (Files.isDirectory(inner)) {
      return folder(inner, list(inner));
    }
    List<Path> archives = files.stream().filter(Cifar::isArchive).sorted().toList();
    if (archives.size() == 1) {
      return archive(archives.getFirst());
    }
    throw new DataError(
        "%s: holds no CIFAR-10 batches, no folder %s, and %s"
            .formatted(
                path,
                FOLDER,
                DataError.counted(archives.size(), "tar archive")
                    + (archives.isEmpty() ? "" : "; name the one to read")));
  }

  private static boolean isArchive(Path file) {
    String name = DataError.fileName(file);
    return (name.endsWith(".tar.gz") || name.endsWith(".tgz") || name.endsWith(".tar"))
        && Files.isRegularFile(file);
  }

  private static boolean isBatch(String name) {
    return name.equals(TEST) || TRAIN.matcher(name).matches();
  }

  private static List<Path> list(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw ByteInput.failed(folder, e.getCause());
    } catch (IOException e) {
      throw ByteInput.failed(folder, e);
    }
    return files;
  }

  private static Dataset.Split folder(Path folder, List<Path> files) {
    Parts parts = new Parts(folder);
    for (Path file : files) {
      String name = DataError.fileName(file);
      if (!isBatch(name) && !name.equals(NAMES)) {
        continue;
      }
      try (ByteInput in = ByteInput.plain(file)) {
        parts.add(
            name,
            in.most(),
            (to, length) -> {
              int count = in.read(to, 0, length);
              if (count < length) {
                throw DataError.at(file, "ends too early; was it changed while it was read?");
              }
            });
      }
    }
    return parts.split();
  }

  private static Dataset.Split archive(Path file) {
    Parts parts = new Parts(file);
    try (ByteInput in = ByteInput.open(file)) {
      TarInput tar = new TarInput(file, in, MOST_UNPACKED);
      for (TarInput.Entry entry = tar.next(); entry != null; entry = tar.next()) {
        String name = entry.fileName();
        if (isBatch(name) || name.equals(NAMES)) {
          parts.add(name, entry.size(), (to, length) -> tar.read(to, 0, length));
        }
      }
    }
    return parts.split();
  }

  /// Reads the next `length` bytes of one file, or throws a [DataError].
  private interface Reader {
    void read(byte[] to, int length);
  }

  private record Batch(List<byte[]> images, byte[] labels) {}

  /// What has been read so far of an archive or a folder, named `source`.
  private static final class Parts {
    private final Path source;
    private final Map<Integer, Batch> train = new TreeMap<>();
    private Batch test;
    private List<String> classes;
    private long bytes;

    Parts(Path source) {
      this.source = source;
    }

    void add(String name, long size, Reader reader) {
      Matcher matcher = TRAIN.matcher(name);
      boolean again;
      if (matcher.matches()) {
        again = train.put(Integer.parseInt(matcher.group(1)), batch(name, size, reader)) != null;
      } else if (name.equals(TEST)) {
        again = test != null;
        test = batch(name, size, reader);
      } else {
        again = classes != null;
        classes = classes(size, reader);
      }
      if (again) {
        throw DataError.at(source, "holds " + name + " more than once");
      }
    }

    private Batch batch(String name, long size, Reader reader) {
      if (size == 0 || size % RECORD != 0) {
        throw DataError.at(
            source,
            "%s has %d bytes; CIFAR-10's records have %d each".formatted(name, size, RECORD));
      }
      long count = size / RECORD;
      bytes += size + count * Memory.ARRAY_OVERHEAD;
      Memory.check(source.toString(), bytes);
      List<byte[]> images = new ArrayList<>();
      byte[] labels = new byte[16];
      byte[] record = new byte[RECORD];
      for (int i = 0; i < count; i++) {
        reader.read(record, RECORD);
        if (record[0] < 0 || record[0] > 9) {
          throw DataError.at(
              source,
              "label %d of record %d of %s; CIFAR-10 has 0..9"
                  .formatted(record[0] & 0xff, i, name));
        }
        if (i == labels.length) {
          labels = Arrays.copyOf(labels, 2 * i);
        }
        labels[i] = record[0];
        images.add(interleaved(record));
      }
      return new Batch(images, labels);
    }

    /// `[C, H, W]` after the label byte to `[H, W, C]`.
    private static byte[] interleaved(byte[] record) {
      byte[] image = new byte[3 * PLANE];
      for (int p = 0; p < PLANE; p++) {
        for (int c = 0; c < 3; c++) {
          image[3 * p + c] = record[1 + c * PLANE + p];
        }
      }
      return image;
    }

    private List<String> classes(long size, Reader reader) {
      if (size > 1 << 16) {
        throw DataError.at(source, "%s has %d bytes; ten names need fewer".formatted(NAMES, size));
      }
      byte[] text = new byte[(int) size];
      reader.read(text, text.length);
      List<String> names =
          new String(text, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      if (names.size() != CLASSES.size()) {
        throw DataError.at(
            source,
            "%s names %s; CIFAR-10 has 10"
                .formatted(NAMES, names.size() == 1 ? "1 class" : names.size() + " classes"));
      }
      return names;
    }

    Dataset.Split split() {
      if (train.isEmpty() || test == null) {
        String missing = train.isEmpty() ? "data_batch_1.bin" : TEST;
        throw DataError.at(
            source, "holds no " + missing + " (CIFAR-10's binary version is needed)");
      }
      List<String> names = classes == null ? CLASSES : classes;
      return new Dataset.Split(
          dataset(new ArrayList<>(train.values()), names), dataset(List.of(test), names));
    }

    private static Dataset dataset(List<Batch> batches, List<String> classes) {
      List<byte[]> images = new ArrayList<>();
      batches.forEach(batch -> images.addAll(batch.images));
      int[] labels = new int[images.size()];
      int n = 0;
      for (Batch batch : batches) {
        for (int i = 0; i < batch.images.size(); i++) {
          labels[n++] = batch.labels[i];
        }
      }
      return Dataset.ofOwnedImages(
          "cifar10", SIDE, SIDE, 3, images.toArray(byte[][]::new), labels, classes);
    }
  }
}
