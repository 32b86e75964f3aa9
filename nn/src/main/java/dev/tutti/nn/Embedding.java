package dev.tutti.nn;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// A table of vectors, looked up by number: int32 `[…] → […, D]`, PyTorch's `nn.Embedding`. A
/// number outside of the table is an error.
///
/// @param weight `[V, D]`
/// @param paddingIdx the number whose row gets no gradient, so that it stays what it is at first;
///   or null for none
public record Embedding(Tensor weight, Integer paddingIdx) implements Layer {
  /// Checks the padding's number.
  public Embedding {
    if (paddingIdx != null && paddingIdx < 0) {
      throw new IllegalArgumentException(
          "embedding: the padding's number must be at least 0, got " + paddingIdx);
    }
  }

  /// {@return a table of `rows` standard normal vectors, as PyTorch's}
  public static Embedding init(Key key, int rows, int width) {
    return new Embedding(key.normal(rows, width), null);
  }

  /// {@return likewise, the padding's row being zeros}
  public static Embedding init(Key key, int rows, int width, int paddingIdx) {
    Tensor others = Tensor.arange(rows).eq(paddingIdx).neg().add(1);
    return new Embedding(key.normal(rows, width).mul(others.unsqueeze(-1)), paddingIdx);
  }

  @Override
  public Tensor apply(Tensor tokens, Ctx ctx) {
    if (tokens.dtype() != DType.INT32) {
      throw new ShapeError("embedding: tokens must be int32, got " + tokens.dtype());
    }
    Tensor flat = tokens.reshape(tokens.size());
    Tensor rows = weight.take(flat);
    if (paddingIdx != null) {
      rows = Tensor.where(flat.eq(paddingIdx).unsqueeze(-1), rows.detach(), rows);
    }
    return rows.reshape(tokens.shape().concat(Shape.of(weight.dim(-1))));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
