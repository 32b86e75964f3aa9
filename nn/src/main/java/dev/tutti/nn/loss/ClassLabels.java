package dev.tutti.nn.loss;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// What losses read from int32 class labels. A label outside of the classes is an error.
final class ClassLabels {
  private ClassLabels() {}

  /// {@return labels repeated along the leading axes that they lack}
  ///
  /// @param shape the shape to have; labels have it, except for missing leading axes
  static Tensor fitted(String loss, Tensor labels, Shape shape) {
    int rank = labels.rank();
    if (rank > shape.rank() || !shape.suffix(rank).equals(labels.shape())) {
      throw new ShapeError(
          loss + ": labels " + labels.shape() + " do not fit; they need the shape " + shape);
    }
    return labels.expand(shape);
  }

  /// {@return int32 labels for the rows of scores `[…, C]`, `[…]`}
  static Tensor classes(String loss, Tensor scores, Tensor labels) {
    if (labels.dtype() != DType.INT32) {
      throw new ShapeError(loss + ": labels must be int32, got " + labels.dtype());
    }
    return fitted(loss, labels, scores.shape().leads(1));
  }

  /// {@return for each label its class's number: `[…]` of `perClass` `[C]`, in the type and for the
  /// classes of scores `[…, C]`}
  static Tensor pick(String loss, Tensor perClass, Tensor scores, Tensor labels) {
    int classes = scores.dim(-1);
    if (!perClass.shape().equals(Shape.of(classes))) {
      throw new ShapeError(
          loss + ": class weights " + perClass.shape() + " do not fit " + classes + " classes");
    }
    Tensor rows = perClass.cast(scores.dtype()).unsqueeze(-1);
    return rows.take(labels.reshape(-1)).reshape(labels.shape());
  }

  /// {@return rows of 0 and 1 like the scores `[…, C]`}
  static Tensor oneHot(String loss, Tensor scores, Tensor labels) {
    int classes = scores.dim(-1);
    Tensor ones = pick(loss, Tensor.ones(classes), scores, labels); // raises the error
    return labels.oneHot(classes).cast(scores.dtype()).mul(ones.unsqueeze(-1));
  }
}
