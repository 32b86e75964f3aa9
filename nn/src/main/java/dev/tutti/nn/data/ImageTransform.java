package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/// A transform that changes images one by one, in parallel: what is drawn for image i of a batch
/// depends on the key and on i, not on how many images there are.
///
/// A chain of them takes each image through all of its links before it comes to the next one, with
/// the result that the links would have one after the other.
public interface ImageTransform extends Transform {
  /// What messages call it.
  String name();

  /// Draws what the `n` images of a batch need.
  Change draw(Key key, int n);

  /// Changes image number `i` by what was drawn for it.
  interface Change {
    FloatImage of(FloatImage image, int i);
  }

  /// Changes one image by its own numbers, uniform in `[0, 1)`.
  interface Drawn {
    FloatImage of(FloatImage image, float[] uniform);
  }

  /// Changes one image by its own key.
  interface Keyed {
    FloatImage of(FloatImage image, Key key);
  }

  /// A change by `count` numbers per image, row i of `key.uniform(n, count)`.
  static ImageTransform drawn(String name, int count, Drawn change) {
    return new Named(
        name,
        (key, n) -> {
          float[] all = key.uniform(n, count).toFloats();
          return (image, i) ->
              change.of(image, Arrays.copyOfRange(all, i * count, (i + 1) * count));
        });
  }

  /// A change by a key per image, `key.fold(i)`.
  static ImageTransform keyed(String name, Keyed change) {
    return new Named(name, (key, n) -> (image, i) -> change.of(image, key.fold(i)));
  }

  /// A change without chance.
  static ImageTransform fixed(String name, UnaryOperator<FloatImage> change) {
    return new Named(name, (key, n) -> (image, i) -> change.apply(image));
  }

  /// This transform on each image with probability `p`.
  default ImageTransform sometimes(double p) {
    return new Named(
        name(),
        (key, n) -> {
          float[] u = key.fold(0).uniform(n).toFloats();
          Change change = draw(key.fold(1), n);
          return (image, i) -> u[i] < p ? change.of(image, i) : image;
        });
  }

  @Override
  default Transform then(Transform next) {
    return next instanceof ImageTransform images
        ? new Chain(this, images)
        : Transform.super.then(next);
  }

  @Override
  default Tensor apply(Tensor x, Key key) {
    if (x.rank() != 4) {
      throw new ShapeError(name() + ": needs images [N, H, W, C], got " + x.shape());
    }
    int n = x.dim(0);
    if (n == 0) {
      return x;
    }
    Source from = Source.of(x);
    Change change = draw(key, n);
    FloatImage first = change.of(from.image(0), 0);
    int elements = first.values().length;
    float[] to = new float[Math.multiplyExact(n, elements)];
    System.arraycopy(first.values(), 0, to, 0, elements);
    Parallel.ranges(
        n - 1,
        1,
        (begin, end) -> {
          for (int i = begin + 1; i <= end; i++) {
            FloatImage changed = change.of(from.image(i), i);
            if (changed.height() != first.height() || changed.width() != first.width()) {
              throw new ShapeError(
                  "%s: image %d became %d×%d, image 0 %d×%d; a batch has one size"
                      .formatted(
                          name(),
                          i,
                          changed.height(),
                          changed.width(),
                          first.height(),
                          first.width()));
            }
            System.arraycopy(changed.values(), 0, to, i * elements, elements);
          }
        });
    return Array.wrap(to, Shape.of(n, first.height(), first.width(), first.channels()));
  }

  /// The images of a batch.
  record Source(float[] values, int offset, int height, int width, int channels) {
    static Source of(Tensor x) {
      boolean plain = x instanceof Array a && a.dtype() == DType.FLOAT32;
      Array array = plain ? (Array) x : Array.wrap(x.toFloats(), x.shape());
      return new Source(array.floats(), array.offset(), x.dim(1), x.dim(2), x.dim(3));
    }

    FloatImage image(int i) {
      int elements = height * width * channels;
      int from = offset + i * elements;
      return new FloatImage(
          height, width, channels, Arrays.copyOfRange(values, from, from + elements));
    }
  }

  /// Draws for a batch.
  interface Draw {
    Change of(Key key, int n);
  }

  /// A transform by its name and what it draws.
  record Named(String name, Draw draws) implements ImageTransform {
    @Override
    public Change draw(Key key, int n) {
      return draws.of(key, n);
    }
  }

  /// One transform, then another.
  record Chain(ImageTransform first, ImageTransform second) implements ImageTransform {
    @Override
    public String name() {
      return first.name();
    }

    @Override
    public Change draw(Key key, int n) {
      Change one = first.draw(key.fold(0), n);
      Change two = second.draw(key.fold(1), n);
      return (image, i) -> two.of(one.of(image, i), i);
    }

    @Override
    public Tensor apply(Tensor x, Key key) {
      return x.rank() == 4
          ? ImageTransform.super.apply(x, key)
          : second.apply(first.apply(x, key.fold(0)), key.fold(1));
    }
  }
}
