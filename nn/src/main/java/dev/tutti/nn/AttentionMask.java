package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Which keys `[N, heads, S, D]` the queries `[N, heads, L, D]` do not see.
///
/// ```java
/// encoder.apply(x, AttentionMask.NONE.causal(true).keyPadding(isPadding), ctx);
/// ```
///
/// @param additive added to the scores before the softmax (−∞ hides a key), `[L, S]` or of four
///   axes that broadcast to `[N, heads, L, S]`; or null. PyTorch's `attn_mask` as floats. (Its `[N
///   · heads, L, S]` is refused: with three axes it could also be `[heads, L, S]`.)
/// @param keyPadding `[N, S]`, not 0 for keys that no query sees; or null. PyTorch's
///   `key_padding_mask`.
/// @param causal whether query `i` sees keys `0 … i` only, PyTorch's `is_causal`
public record AttentionMask(Tensor additive, Tensor keyPadding, boolean causal) {
  /// Every query sees every key.
  public static final AttentionMask NONE = new AttentionMask(null, null, false);

  /// A hidden key's score: its exponential is 0 compared with any other.
  private static final double HIDDEN = -1e30;

  /// {@return this mask with numbers to add to the scores}
  public AttentionMask additive(Tensor scores) {
    return new AttentionMask(scores, keyPadding, causal);
  }

  /// {@return this mask with keys that no query sees}
  public AttentionMask keyPadding(Tensor isPadding) {
    return new AttentionMask(additive, isPadding, causal);
  }

  /// {@return this mask, with or without the order of positions}
  public AttentionMask causal(boolean isCausal) {
    return new AttentionMask(additive, keyPadding, isCausal);
  }

  /// {@return the softmax of scores `[N, heads, L, S]` over the keys that are seen; a query that
  /// sees none has weights of 0, as in PyTorch's `scaled_dot_product_attention`}
  public Tensor softmax(Tensor scores) {
    requireFit(scores.shape());
    List<Tensor> hidden = new ArrayList<>();
    if (additive != null) {
      hidden.add(additive.eq(Double.NEGATIVE_INFINITY));
    }
    if (keyPadding != null) {
      int n = keyPadding.dim(0);
      hidden.add(keyPadding.reshape(n, 1, 1, keyPadding.dim(1)));
    }
    if (causal) {
      hidden.add(Tensor.arange(scores.dim(-2)).unsqueeze(-1).lt(Tensor.arange(scores.dim(-1))));
    }
    Tensor masked = additive == null ? scores : scores.add(additive);
    for (Tensor mask : hidden) {
      masked = Tensor.where(mask, scores.constant(HIDDEN), masked);
    }
    Tensor weights = masked.softmax();
    for (Tensor mask : hidden) {
      weights = Tensor.where(mask, scores.constant(0), weights);
    }
    return weights;
  }

  private void requireFit(Shape scores) {
    Shape padding = Shape.of(scores.dim(0), scores.dim(-1));
    if (keyPadding != null && !keyPadding.shape().equals(padding)) {
      throw unfit("key padding", keyPadding, scores, padding.toString());
    }
    Shape shared = scores.suffix(2);
    if (additive != null
        && !additive.shape().equals(shared)
        && !(additive.rank() == 4 && broadcasts(additive.shape(), scores))) {
      throw unfit("additive", additive, scores, shared + " or four axes that broadcast to them");
    }
  }

  private static boolean broadcasts(Shape from, Shape to) {
    return IntStream.range(0, 4).allMatch(i -> from.dim(i) == 1 || from.dim(i) == to.dim(i));
  }

  private static ShapeError unfit(String what, Tensor mask, Shape scores, String needed) {
    return new ShapeError(
        "attention mask: %s %s does not fit scores [N, heads, L, S] of %s; it needs %s"
            .formatted(what, mask.shape(), scores, needed));
  }
}
