package dev.tutti.nn.attention;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.Structure;

/// Self-attention and a network of two linear layers at every position, each added to its input and
/// normalised (Vaswani et al., 2017): `[N, L, E] → [N, L, E]`, PyTorch's
/// `nn.TransformerEncoderLayer` with `batch_first=True`.
///
/// | `normFirst` | value |
/// |---|---|
/// | false | y = norm1(x + attention(x)), norm2(y + network(y)) |
/// | true | y = x + attention(norm1(x)), y + network(norm2(y)) |
///
/// @param selfAttn the attention
/// @param linear1 a layer `[N, E] → [N, F]`
/// @param linear2 a layer `[N, F] → [N, E]`
/// @param norm1 of the attention
/// @param norm2 of the network
/// @param activation between the linear layers
/// @param dropout after attention, activation and network, in training
/// @param normFirst whether the input of each is normalised instead of its sum
public record TransformerEncoderLayer(
    SequenceLayer selfAttn,
    Layer linear1,
    Layer linear2,
    Layer norm1,
    Layer norm2,
    Layer activation,
    double dropout,
    boolean normFirst)
    implements SequenceLayer {
  /// Checks the probability.
  public TransformerEncoderLayer {
    Dropout.requireProbability("transformer_encoder_layer", dropout);
  }

  /// {@return a layer with PyTorch's initial values, ReLU, and normalised sums}
  ///
  /// @param width E
  /// @param feedforward F; PyTorch's default is 2048
  /// @param dropout PyTorch's default is 0.1; also that of attention weights
  public static TransformerEncoderLayer init(
      Key key, int width, int heads, int feedforward, double dropout) {
    return new TransformerEncoderLayer(
        MultiheadAttention.init(key.fold(0), width, heads, dropout),
        Linear.init(key.fold(1), width, feedforward),
        Linear.init(key.fold(2), feedforward, width),
        LayerNorm.init(width),
        LayerNorm.init(width),
        Activation.RELU,
        dropout,
        false);
  }

  /// {@return this layer with another activation}
  public TransformerEncoderLayer activation(Layer other) {
    return new TransformerEncoderLayer(
        selfAttn, linear1, linear2, norm1, norm2, other, dropout, normFirst);
  }

  /// {@return this layer with normalised inputs or normalised sums}
  public TransformerEncoderLayer normFirst(boolean first) {
    return new TransformerEncoderLayer(
        selfAttn, linear1, linear2, norm1, norm2, activation, dropout, first);
  }

  @Override
  public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
    if (normFirst) {
      Tensor y = x.add(attention(norm1.apply(x, ctx), mask, ctx));
      return y.add(network(norm2.apply(y, ctx), ctx));
    }
    Tensor y = norm1.apply(x.add(attention(x, mask, ctx)), ctx);
    return norm2.apply(y.add(network(y, ctx)), ctx);
  }

  private Tensor attention(Tensor x, AttentionMask mask, Ctx ctx) {
    return new Dropout(dropout).apply(selfAttn.apply(x, mask, ctx), ctx);
  }

  private Tensor network(Tensor x, Ctx ctx) {
    Dropout drop = new Dropout(dropout);
    Layer all = Sequential.of(linear1, activation, drop, linear2, drop);
    return SequenceLayer.atEveryPosition(all, x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
