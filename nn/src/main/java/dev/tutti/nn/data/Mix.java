package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;

/// A change of a whole batch that mixes its examples and their labels: a pure function of the batch
/// and a key.
///
/// The labels that come out are the shares of the classes, float32 `[B, C]`, each row summing to 1;
/// a loss takes them as soft targets. Targets of regression are mixed as they are. Example i is
/// mixed with its neighbour i − 1 (the first with the last), as torchvision's `MixUp` and `CutMix`
/// do, so the batches should be shuffled. One share λ is drawn per batch.
@FunctionalInterface
public interface Mix {
  /// {@return the mixed batch}
  ///
  /// @param classes the number of classes C, 0 for regression
  Batch apply(Batch batch, int classes, Key key);

  /// {@return no mixing: labels stay int32}
  static Mix none() {
    return Mixing.NONE;
  }

  /// {@return mixup (Zhang et al., 2018): `λ x[i] + (1 − λ) x[i − 1]`, labels likewise, with λ from
  /// Beta(alpha, alpha)}
  static Mix mixup(double alpha) {
    Beta beta = new Beta("mixup", alpha);
    return (batch, classes, key) -> {
      float share = (float) beta.draw(key);
      return new Batch(
          Mixing.blend(batch.x(), share), Mixing.blend(Mixing.shares(batch, classes), share));
    };
  }

  /// {@return CutMix (Yun et al., 2019): a rectangle of image i comes from image i − 1, and so does
  /// the rectangle's share of the label}
  ///
  /// The rectangle has the image's aspect, a centre that is uniform over the pixels and sides of
  /// `√(1 − λ)` of the image's, λ from Beta(alpha, alpha); the part outside the image is cut off
  /// and λ is then the share that is left.
  static Mix cutmix(double alpha) {
    Beta beta = new Beta("cutmix", alpha);
    return (batch, classes, key) -> {
      if (batch.x().rank() != 4) {
        throw new ShapeError("cutmix: needs images [N, H, W, C], got " + batch.x().shape());
      }
      int h = batch.x().dim(1);
      int w = batch.x().dim(2);
      Box box = Box.ofCutMix(beta.draw(key.fold(0)), key.fold(1), h, w);
      return new Batch(
          Mixing.paste(batch.x(), box),
          Mixing.blend(Mixing.shares(batch, classes), (float) (1 - box.share(h, w))));
    };
  }

  /// {@return `a` or `b`, with even chances for every batch}
  static Mix either(Mix a, Mix b) {
    return (batch, classes, key) -> {
      Mix chosen = key.uniform().item() < 0.5 ? a : b;
      return chosen.apply(batch, classes, key.fold(0));
    };
  }
}
