package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Examples;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/// Images that are decoded when they are read, by any number of threads at once.
///
/// What has been decoded is kept until a bound on memory is reached; from then on nothing is added
/// and nothing thrown out. An epoch visits every image once, in a new order. With a fixed set of
/// kept images, their share of the data set is found again in every epoch; keeping the images used
/// last would find fewer.
final class LazyImages implements Examples {
  private final Store store;
  private final int[] images; // numbers in the store

  private LazyImages(Store store, int[] images) {
    this.store = store;
    this.images = images;
  }

  /// The images at `paths`, whose size and channels are the first one's. At most `cacheBytes` are
  /// kept.
  static LazyImages of(ImageReading reading, String[] paths, long cacheBytes) {
    Store store = new Store(reading, paths, cacheBytes);
    int[] all = new int[paths.length];
    Arrays.setAll(all, i -> i);
    return new LazyImages(store, all);
  }

  int[] shape() {
    return new int[] {store.size.height(), store.size.width(), store.channels};
  }

  /// The bytes that are kept now.
  long cachedBytes() {
    return store.used.get();
  }

  @Override
  public int count() {
    return images.length;
  }

  @Override
  public void read(int i, float[] to, int offset) {
    byte[] pixels = store.pixels(images[i]);
    Pixels.write(pixels, 0, pixels.length, to, offset);
  }

  @Override
  public LazyImages select(int[] indices) {
    return new LazyImages(store, Examples.pick(images, indices));
  }

  /// The images of all subsets, and what they have in common.
  private static final class Store {
    private final ImageReading reading;
    private final String[] paths;
    private final ImageDecoder.Size size;
    private final int channels;
    private final long most;
    private final long held;
    private final AtomicLong used = new AtomicLong();
    private final AtomicReferenceArray<byte[]> kept;
    private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();

    Store(ImageReading reading, String[] paths, long most) {
      this.reading = reading;
      this.paths = paths;
      this.most = most;
      kept = new AtomicReferenceArray<>(paths.length);
      ImageDecoder.Image first = decode(decoder -> reading.first(decoder, paths[0]));
      size = first.size();
      channels = first.channels();
      long each = (long) size.height() * size.width() * channels + Memory.ARRAY_OVERHEAD;
      held = Math.min(most, paths.length * each);
      Memory.check(reading.source().shown(""), held);
      keep(0, first.pixels());
    }

    byte[] pixels(int i) {
      byte[] found = kept.get(i);
      if (found != null) {
        return found;
      }
      ImageDecoder.Image image =
          decode(decoder -> reading.next(decoder, paths[i], size, paths[0], held));
      if (image.channels() > channels) {
        throw new DataError(
            "%s: is a colour image, but %s is grey; images decoded on demand must all match the first"
                .formatted(reading.source().shown(paths[i]), paths[0]));
      }
      byte[] pixels = image.channels() == channels ? image.pixels() : image.tripled();
      keep(i, pixels);
      return pixels;
    }

    private ImageDecoder.Image decode(Function<ImageDecoder, ImageDecoder.Image> read) {
      ImageDecoder idle = decoders.poll();
      ImageDecoder decoder = idle == null ? new ImageDecoder() : idle;
      try {
        return read.apply(decoder);
      } finally {
        decoders.add(decoder);
      }
    }

    private void keep(int i, byte[] pixels) {
      long bytes = pixels.length + Memory.ARRAY_OVERHEAD;
      long before = used.get();
      while (before + bytes <= most) {
        if (used.compareAndSet(before, before + bytes)) {
          if (!kept.compareAndSet(i, null, pixels)) {
            used.addAndGet(-bytes); // another thread has decoded it meanwhile
          }
          return;
        }
        before = used.get();
      }
    }
  }
}
