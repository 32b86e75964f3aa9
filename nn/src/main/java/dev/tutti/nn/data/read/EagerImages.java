package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Images that are all decoded at once, in parallel.
final class EagerImages {
  private static final int BLOCK = 32; // images that a thread decodes with the same decoder

  private final ImageReading reading;
  private final String[] paths;
  private final ImageDecoder.Image[] images;
  private volatile long bytes; // of all images

  private EagerImages(ImageReading reading, String[] paths) {
    this.reading = reading;
    this.paths = paths;
    images = new ImageDecoder.Image[paths.length];
  }

  /// The set of the images at `paths`, grey if all are.
  static Dataset read(
      String name, ImageReading reading, String[] paths, int[] labels, List<String> classes) {
    EagerImages eager = new EagerImages(reading, paths);
    eager.decode();
    return eager.set(name, labels, classes);
  }

  private void decode() {
    try (ImageDecoder decoder = new ImageDecoder()) {
      images[0] = reading.first(decoder, paths[0]);
    }
    checkMemory(images[0]);
    decodeRest();
  }

  private Dataset set(String name, int[] labels, List<String> classes) {
    boolean grey = Arrays.stream(images).allMatch(image -> image.channels() == 1);
    ImageDecoder.Size size = images[0].size();
    byte[][] pixels = new byte[images.length][];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = grey || images[i].channels() == 3 ? images[i].pixels() : images[i].tripled();
      images[i] = null; // the pixels of a grey one are held no longer
    }
    return Dataset.ofOwnedImages(
        name, size.height(), size.width(), grey ? 1 : 3, pixels, labels, classes);
  }

  /// Checks the memory that as many images like `image` need.
  private void checkMemory(ImageDecoder.Image image) {
    bytes = paths.length * (image.pixels().length + Memory.ARRAY_OVERHEAD);
    Memory.check(reading.source().shown(""), bytes);
  }

  /// Decodes all images but the first in parallel. If several are bad, the first is reported.
  private void decodeRest() {
    int count = paths.length;
    DataError[] errors = new DataError[count];
    AtomicInteger firstBad = new AtomicInteger(count);
    IntStream.range(0, (count + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> {
          int from = Math.max(1, block * BLOCK);
          int to = Math.min(count, (block + 1) * BLOCK);
          try (ImageDecoder decoder = new ImageDecoder()) {
            // Images after a bad one need not be decoded; all before it are.
            for (int i = from; i < to && i < firstBad.get(); i++) {
              try {
                images[i] = reading.next(decoder, paths[i], images[0].size(), paths[0], bytes);
                if (images[i].channels() > images[0].channels()) {
                  checkMemory(images[i]);
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
}
