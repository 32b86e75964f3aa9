package dev.tutti.nn.data;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Images that are all decoded at once, in parallel.
final class EagerImages {
  private static final int BLOCK = 32; // images that a thread decodes with the same decoder

  private final ImageSource source;
  private final String[] paths;
  private final CentreFit fit;
  private final ImageDecoder.Image[] images;

  private EagerImages(ImageSource source, String[] paths, CentreFit fit) {
    this.source = source;
    this.paths = paths;
    this.fit = fit;
    images = new ImageDecoder.Image[paths.length];
  }

  /// The set of the images at `paths`, grey if all are.
  ///
  /// @param fit what gives all images one size, or null if they have one
  static Dataset read(
      String name,
      ImageSource source,
      String[] paths,
      int[] labels,
      List<String> classes,
      CentreFit fit) {
    EagerImages eager = new EagerImages(source, paths, fit);
    eager.decode();
    return eager.set(name, labels, classes);
  }

  private void decode() {
    try (ImageDecoder decoder = new ImageDecoder()) {
      images[0] = decode(decoder, 0, _ -> {});
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
    }
    return Dataset.ofOwnedImages(
        name, size.height(), size.width(), grey ? 1 : 3, pixels, labels, classes);
  }

  /// Checks the memory that as many images like `image` need.
  private void checkMemory(ImageDecoder.Image image) {
    long bytes = image.pixels().length + Memory.ARRAY_OVERHEAD;
    Memory.check(source.shown(""), paths.length * bytes);
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
                images[i] = decode(decoder, i, check(i));
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

  private ImageDecoder.SizeCheck check(int i) {
    return fit == null
        ? ImageDecoder.sameSize(source.shown(paths[i]), images[0].size(), paths[0])
        : _ -> {};
  }

  private ImageDecoder.Image decode(ImageDecoder decoder, int i, ImageDecoder.SizeCheck check) {
    ImageDecoder.Image image = decoder.decode(source.shown(paths[i]), source.read(paths[i]), check);
    return fit == null ? image : fit.of(image);
  }
}
