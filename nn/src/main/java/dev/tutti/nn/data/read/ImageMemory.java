package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.util.concurrent.Semaphore;

/// The memory that images take while they are read, of all threads together. A thread waits until
/// its image fits, so that many large images take no more than one of them may; an image that never
/// fits is refused before its memory is taken.
///
/// Files may take a quarter of what the JVM may use, and the pixels that are decoded from them a
/// half. Beside a set that is kept it is less, so that both together take three quarters, but a
/// sixteenth at least.
///
/// A thread that waits for [#PIXELS] may hold some of [#FILES], and none the other way round: so
/// one can always go on.
enum ImageMemory {
  /// The bytes of the files.
  FILES(4),

  /// What they unfold to: coefficients, samples, pixels, and those of another size.
  PIXELS(2);

  private static final int ALL = 1 << 30;

  private final int share;
  private final Semaphore free = new Semaphore(ALL, true); // fair: a large image gets its turn

  ImageMemory(int share) {
    this.share = share;
  }

  /// Memory that was taken.
  interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  /// Takes memory, as soon as others have given enough of it back.
  ///
  /// @param shown what messages call the image
  /// @param what what needs the memory
  /// @param held the bytes of the set that the image belongs to
  /// @throws DataError if it is more than there can be
  Taken take(String shown, String what, long bytes, long held) {
    long available = Runtime.getRuntime().maxMemory();
    long most = most(held, available);
    if (bytes > most) {
      throw new DataError(
          ("%s: %s need %d MB of memory while the image is read; it may take %d MB of the %d that"
                  + " the JVM may use; raise that with -Xmx")
              .formatted(shown, what, Math.ceilDiv(bytes, 1 << 20), most >> 20, available >> 20));
    }
    int part = (int) Math.ceil((double) bytes / most * ALL);
    free.acquireUninterruptibly(part);
    return () -> free.release(part);
  }

  /// What all images may take at once beside a set of `held` bytes.
  long most(long held, long available) {
    return Math.max(available / 16, Math.min(available / share, available / 4 * 3 - held));
  }
}
