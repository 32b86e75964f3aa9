package dev.tutti.nn.attention;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.Structure;
import dev.tutti.nn.TorchOrder;
import dev.tutti.nn.init.Init;

/// Attention in several heads (Vaswani et al., *Attention is all you need*, 2017), PyTorch's
/// `nn.MultiheadAttention` with `batch_first=True`: softmax(q · kᵀ / √D) · v per head of width D =
/// E / heads. q, k and v are linear in query, key and value; the joined heads go through
/// `out_proj`.
///
/// As a layer it is self-attention, `[N, L, E] → [N, L, E]`.
///
/// @param inProjWeight `[E, 3 · E]`, the weights of q, k and v side by side, each head a run of D
///   columns (PyTorch stores `[3 · E, E]`)
/// @param inProjBias `[3 · E]`, or null for none
/// @param outProj a layer `[N, E] → [N, E]`
/// @param heads how many
/// @param dropout of attention weights, in training
public record MultiheadAttention(
    @TorchOrder({1, 0}) Tensor inProjWeight,
    Tensor inProjBias,
    Layer outProj,
    int heads,
    double dropout)
    implements SequenceLayer {
  private static final String NAME = "multihead_attention";

  /// Checks the number of heads and the probability.
  public MultiheadAttention {
    if (heads < 1) {
      throw new IllegalArgumentException(NAME + ": needs at least 1 head, got " + heads);
    }
    Dropout.requireProbability(NAME, dropout);
  }

  /// {@return a layer with PyTorch's initial values: `in_proj_weight` uniform in ±√(6 / (4 · E)),
  /// `out_proj` in ±1 / √E, biases 0}
  ///
  /// @throws IllegalArgumentException if the heads do not divide the width
  public static MultiheadAttention init(Key key, int width, int heads, double dropout) {
    requireHeads(width, heads);
    Linear out = Linear.init(key.fold(1), width, width);
    return new MultiheadAttention(
        Init.xavierUniform(key.fold(0), width, 3 * width),
        Tensor.zeros(3 * width),
        new Linear(out.weight(), Tensor.zeros(width)),
        heads,
        dropout);
  }

  private static void requireHeads(int width, int heads) {
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          NAME + ": " + heads + " heads do not divide the width " + width);
    }
  }

  @Override
  public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
    return attend(x, x, x, mask, ctx);
  }

  /// {@return the result for each query, `[N, L, E]`}
  ///
  /// @param query `[N, L, E]`
  /// @param key `[N, S, E]`
  /// @param value `[N, S, E]`
  public Tensor attend(Tensor query, Tensor key, Tensor value, AttentionMask mask, Ctx ctx) {
    int width = inProjWeight.dim(-2);
    requireHeads(width, heads);
    requireSequences(query, key, value, width);
    Tensor[] parts =
        query == key && key == value
            ? projected(query, inProjWeight, inProjBias, 3)
            : separately(query, key, value);
    Tensor found = scaledDotProduct(parts[0], parts[1], parts[2], mask, dropout, ctx);
    Tensor joined = found.permute(0, 2, 1, 3).reshape(query.shape());
    return SequenceLayer.atEveryPosition(outProj, joined, ctx);
  }

  /// {@return softmax(q · kᵀ / √D, masked) · v, `[…, L, D]`: PyTorch's
  /// `F.scaled_dot_product_attention`}
  ///
  /// @param q `[N, heads, L, D]`
  /// @param k `[N, heads, S, D]`
  /// @param v `[N, heads, S, D]`
  /// @param dropout of attention weights, in training
  public static Tensor scaledDotProduct(
      Tensor q, Tensor k, Tensor v, AttentionMask mask, double dropout, Ctx ctx) {
    Tensor scores = q.mul(1 / Math.sqrt(q.dim(-1))).matmul(k, false, true);
    return new Dropout(dropout).apply(mask.softmax(scores), ctx).matmul(v);
  }

  private Tensor[] separately(Tensor query, Tensor key, Tensor value) {
    Tensor[] inputs = {query, key, value};
    Tensor[] weights = inProjWeight.split(-1, 3);
    Tensor[] biases = inProjBias == null ? new Tensor[3] : inProjBias.split(-1, 3);
    Tensor[] parts = new Tensor[3];
    for (int i = 0; i < 3; i++) {
      parts[i] = projected(inputs[i], weights[i], biases[i], 1)[0];
    }
    return parts;
  }

  /// The linear functions of `x` `[N, L, E]` whose weights are side by side, by heads: `parts`
  /// tensors `[N, heads, L, D]`.
  private Tensor[] projected(Tensor x, Tensor weight, Tensor bias, int parts) {
    int n = x.dim(0);
    int length = x.dim(1);
    int width = x.dim(2);
    Tensor all =
        SequenceLayer.atEveryPosition(new Linear(weight, bias), x, Ctx.inference())
            .reshape(n, length, parts, heads, width / heads)
            .permute(2, 0, 3, 1, 4);
    Tensor[] each = new Tensor[parts];
    for (int i = 0; i < parts; i++) {
      each[i] = all.get(i);
    }
    return each;
  }

  private static void requireSequences(Tensor query, Tensor key, Tensor value, int width) {
    boolean fit = key.shape().equals(value.shape());
    for (Tensor t : new Tensor[] {query, key}) {
      fit &= t.rank() == 3 && t.dim(2) == width && t.dim(0) == query.dim(0);
    }
    if (!fit) {
      throw new ShapeError(
          "%s: needs query [N, L, %d] and key and value [N, S, %d], got %s, %s and %s"
              .formatted(NAME, width, width, query.shape(), key.shape(), value.shape()));
    }
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
