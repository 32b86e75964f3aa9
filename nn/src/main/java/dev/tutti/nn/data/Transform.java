package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;

/// A change of a batch of inputs that is a pure function of the batch and a key.
///
/// Those of images are in `dev.tutti.nn.data.image`: `Augment`. One of your own is a lambda, or an
/// [ImageTransform] if it changes images one by one.
@FunctionalInterface
public interface Transform {
  /// {@return the changed batch}
  Tensor apply(Tensor x, Key key);

  /// {@return this transform, then `next`, each with its own key}
  default Transform then(Transform next) {
    return (x, key) -> next.apply(apply(x, key.fold(0)), key.fold(1));
  }

  /// {@return the identity}
  static Transform none() {
    return (x, key) -> x;
  }

  /// {@return `(x − mean) / std` per channel (the last axis), with one mean and deviation for all
  /// channels or one for each}
  ///
  /// @throws IllegalArgumentException if there are not as many means as deviations, or a deviation
  ///   is not positive
  static Transform normalize(float[] mean, float[] std) {
    return new Normalize(mean.clone(), std.clone());
  }
}
