package dev.tutti.nn.data;

import dev.tutti.engine.Array;
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
///
/// @param name what messages call it
record ImageTransform(String name, Draws draws) implements Transform {
  /// Draws what the `n` images of a batch need.
  interface Draws {
    Change of(Key key, int n);
  }

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
    return new ImageTransform(
        name,
        (key, n) -> {
          float[] all = key.uniform(n, count).toFloats();
          return (image, i) ->
              change.of(image, Arrays.copyOfRange(all, i * count, (i + 1) * count));
        });
  }

  /// A change by a key per image, `key.fold(i)`.
  static ImageTransform keyed(String name, Keyed change) {
    return new ImageTransform(name, (key, n) -> (image, i) -> change.of(image, key.fold(i)));
  }

  /// A change without chance.
  static ImageTransform fixed(String name, UnaryOperator<FloatImage> change) {
    return new ImageTransform(name, (key, n) -> (image, i) -> change.apply(image));
  }

  @Override
  public Tensor apply(Tensor x, Key key) {
    if (x.rank() != 4) {
      throw new ShapeError(name + ": needs images [N, H, W, C], got " + x.shape());
    }
    int n = x.dim(0);
    int elements = x.dim(1) * x.dim(2) * x.dim(3);
    float[] from = x.toFloats();
    FloatImage[] changed = new FloatImage[n];
    Change change = draws.of(key, n);
    Parallel.ranges(
        n,
        1,
        (first, end) -> {
          for (int i = first; i < end; i++) {
            float[] values = Arrays.copyOfRange(from, i * elements, (i + 1) * elements);
            changed[i] = change.of(new FloatImage(x.dim(1), x.dim(2), x.dim(3), values), i);
          }
        });
    return stacked(changed, x.shape());
  }

  private Tensor stacked(FloatImage[] images, Shape empty) {
    if (images.length == 0) {
      return Tensor.zeros(empty.dims());
    }
    FloatImage first = images[0];
    int elements = first.values().length;
    float[] to = new float[Math.multiplyExact(images.length, elements)];
    for (int i = 0; i < images.length; i++) {
      if (images[i].height() != first.height() || images[i].width() != first.width()) {
        throw new ShapeError(
            "%s: image %d became %d×%d, image 0 %d×%d; a batch has one size"
                .formatted(
                    name, i, images[i].height(), images[i].width(), first.height(), first.width()));
      }
      System.arraycopy(images[i].values(), 0, to, i * elements, elements);
    }
    return Array.wrap(to, Shape.of(images.length, first.height(), first.width(), first.channels()));
  }

  /// This transform on each image with probability `p`.
  ImageTransform sometimes(double p) {
    return new ImageTransform(
        name,
        (key, n) -> {
          float[] u = key.fold(0).uniform(n).toFloats();
          Change change = draws.of(key.fold(1), n);
          return (image, i) -> u[i] < p ? change.of(image, i) : image;
        });
  }

  @Override
  public Transform then(Transform next) {
    if (!(next instanceof ImageTransform other)) {
      return Transform.super.then(next);
    }
    return new ImageTransform(
        name,
        (key, n) -> {
          Change one = draws.of(key.fold(0), n);
          Change two = other.draws.of(key.fold(1), n);
          return (image, i) -> two.of(one.of(image, i), i);
        });
  }
}
